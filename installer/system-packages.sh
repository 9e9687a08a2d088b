#!/usr/bin/env bash
# Sees to it that the system packages of the named groups are there:
#
#   installer/system-packages.sh runtime demo test
#
# Installs what is missing when it may (root, or sudo that asks no password); otherwise lists it with the one command
# to type and ends with status 1. Ends with 0 at once when nothing is missing. Where there is no dpkg it says what it
# cannot check and goes on: the list is then for the reader.
set -euo pipefail
list=$(dirname "$0")/system-packages.txt
[ $# -gt 0 ] || { sed -n '2,8p' "$0"; exit 2; }

if ! command -v dpkg-query >/dev/null; then
  echo "system packages: this is no Debian or Ubuntu; see $list for what the programs need." >&2
  exit 0
fi

needs() { # prints the needs of one group, alternatives without blanks: a|b
  awk -v group="[$1]" '{ sub(/#.*/, ""); gsub(/[ \t]/, "") } /^\[/ { on = ($0 == group); known += on; next } on && $0 { print }
    END { exit !known }' "$list" || { echo "system packages: $list has no group $1" >&2; exit 2; }
}

installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | tr '\n' ' ') "
missing=()
for group in "$@"; do
  wanted=$(needs "$group")
  for need in $wanted; do
    met=
    for package in ${need//|/ }; do [[ $installed == *" $package "* ]] && met=yes; done
    [ -n "$met" ] || missing+=("$need")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n)
else as_root=(none); fi

offered() { # the first alternative that this release offers, else the last one
  local package
  for package in ${1//|/ }; do
    [ -z "$(apt-cache madison "$package" 2>/dev/null)" ] || break
  done
  echo "$package"
}

if [ "${as_root[*]}" != none ]; then
  echo "system packages: reading the package lists" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq || echo "system packages: the lists could not be renewed; trying with the old ones" >&2
fi
packages=()
for need in "${missing[@]}"; do packages+=("$(offered "$need")"); done

if [ "${as_root[*]}" = none ]; then
  { echo "system packages: ${#packages[@]} missing, and installing them needs an administrator. Type this once, then run make again:"
    echo "  sudo apt-get update && sudo apt-get install --no-install-recommends --no-remove ${packages[*]}"; } >&2
  exit 1
fi
echo "system packages: installing ${packages[*]}" >&2
log=$(dirname "$0")/../build/system-packages.log
mkdir -p "$(dirname "$log")"
# --no-remove: a machine in use loses nothing of its own to a demonstration. The lock is waited for, as long as another
# installation takes.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove \
  -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "${packages[@]}" </dev/null >"$log" 2>&1 || {
  tail -n 20 "$log" >&2
  echo "system packages: apt-get could not install them; everything it said is in build/system-packages.log" >&2
  exit 1
}
