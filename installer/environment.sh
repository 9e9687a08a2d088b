#!/usr/bin/env bash
# Makes or renews .venv: exactly what requirements.lock names, every file checked by its hash, and this project in
# place (editable). Run from the repository's root; needs a Python 3.11 to 3.14 with venv, nothing else. Ends with 0, or
# with 1 and two lines: what failed, and what to do. What the tools said is in .venv/set-up-by-uv.log and -by-pip.log.
set -euo pipefail
environment=.venv
python=$environment/bin/python

newest_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  { echo "environment: Invigilo needs Python 3.11, 3.12, 3.13 or 3.14; ${PYTHON:-python3} here is: $("${PYTHON:-python3}" --version 2>&1 || true)"
    echo "  Debian 12, Ubuntu 24.04 and later bring one. Elsewhere install one and name it: make PYTHON=/path/to/python3.12 ..."; } >&2
  return 1
}

if ! "$python" -c 'import pip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
  found=$(newest_python)
  echo "environment: making $environment with $("$found" --version)" >&2
  "$found" -m venv --clear "$environment" || {
    echo "environment: $found cannot make virtual environments; on Debian and Ubuntu: sudo apt-get install python3-venv" >&2
    exit 1
  }
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1
pip=("$python" -m pip --no-input)

# A network that looks into TLS has an authority of its own, which its machines trust. uv and a pip before 24.2 bring
# authorities of their own instead, so both are told of the system's, unless they were told of others. pip is told in the
# environment's own file, so that whoever runs it later has them too.
rm -f "$environment/pip.conf"
for authorities in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
  [ -s "$authorities" ] || continue
  export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-1}
  "${pip[@]}" config get global.cert >/dev/null 2>&1 || printf '[global]\ncert = %s\n' "$authorities" 2>/dev/null >"$environment/pip.conf" ||
    export PIP_CERT=${PIP_CERT:-$authorities}
  break
done

rm -f "$environment"/set-up*.log
# Every package of the set is in the lock, so nothing else is looked for; that none is absent is asked at the end. A pip
# before 24 that resolves by itself refuses the lock: it takes "coverage[toml]", which a package wants, for another one.
by_pip() { "${pip[@]}" install --no-deps --require-hashes -r "$1" >>"$log" 2>&1; }
# Compiled at once, as pip does it, so that the first start of a program need not.
by_uv() { UV_COMPILE_BYTECODE=${UV_COMPILE_BYTECODE:-1} VIRTUAL_ENV=$PWD/$environment "$environment/bin/uv" pip sync --quiet --require-hashes requirements.lock >>"$log" 2>&1; }

why() { # prints what the log says was the matter, and with "fix" what to do about it
  local matter fix="Try again; what the tools said is in $log."
  if grep -qiE 'certificate verify failed|UnknownIssuer|invalid peer certificate' "$log"; then
    matter="the certificate of the package index is not one that this system trusts"
    fix="Install your network's authority in the system, or name its file: make SSL_CERT_FILE=FILE ..."
  elif grep -qiE 'do not match the hashes|hash mismatch' "$log"; then
    matter="a package is not the file that the lock names (its hash differs), and was not installed"
    fix="Is a mirror or a cache in between? Which package: $log."
  elif grep -qi 'no space left' "$log"; then
    matter="the disk is full"
    fix="The packages need 3 GB, a part of it in $(dirname "$(mktemp -u)") (or where TMPDIR says)."
  elif grep -qiE 'new connection|connection (broken|refused|reset)|name resolution|dns error|timed out|unreachable|cannot connect to proxy|error sending request' "$log"; then
    matter="the package index cannot be reached from here"
    fix="Look at the connection; a proxy is named by HTTPS_PROXY, an index of your own by PIP_INDEX_URL and UV_DEFAULT_INDEX."
  else
    matter=$(grep -iE '^ *(error|× )|, which is not installed|, but you have ' "$log" | tail -n 1 | sed -E 's/^ *(ERROR|error|×):? *//; s/[.]$//' | cut -c -300) ||
      matter=$(tail -n 1 "$log" | cut -c -300)
  fi
  if [ "${1:-}" = fix ]; then echo "$fix"; else echo "$matter"; fi
}

failed() {
  { echo "environment: not set up: $(why)."
    echo "  $(why fix)"; } >&2
  exit 1
}

# uv installs the set in seconds and removes what is not named. Where it cannot be had or cannot reach an index that
# pip was told of, pip installs the same files by the same hashes.
log=$environment/set-up-by-uv.log
if by_pip installer/bootstrap.lock && by_uv; then
  echo "environment: installed by uv from requirements.lock" >&2
else
  echo "environment: uv could not do it ($(why)); installing by pip from requirements.lock (this takes longer)" >&2
  log=$environment/set-up-by-pip.log
  by_pip requirements.lock || failed
fi
{ "${pip[@]}" install --no-deps --no-build-isolation --no-index --editable . && "${pip[@]}" check; } >>"$log" 2>&1 || failed
