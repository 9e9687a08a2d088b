#!/usr/bin/env bash
# Runs the tests of this folder, and the contract suites of guards and backends, in a real Windows Python under Wine, and ends with what pytest says of them.
#
# Everything is below build/windows: the Windows Python (signed by the Python Software Foundation), the Windows wheels of
# requirements.lock that these tests need, all checked by their hashes, and a Wine prefix made anew for each run.
# Where Wine cannot be had, nothing is claimed: one line counts what was left out, and the status is 0, because a
# machine without Wine is no defect of the program. Everything else that goes wrong ends with a status of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=build/windows
packages=(annotated-types colorama iniconfig packaging pluggy psutil pydantic pydantic-core pygments pytest pytest-timeout
  pywin32 typing-extensions typing-inspection)

if ! command -v wine >/dev/null || ! command -v Xvfb >/dev/null; then
  files=$(find tests/windows tests/contract/test_lockdown_{guards,backends}.py -name 'test_*.py' | wc -l)
  echo "test-windows: 0 passed, 0 failed, $files test files skipped: Wine or Xvfb is not installed here"
  exit 0
fi

set_up() { # the Windows Python in $here/python, its packages in $here/site
  local wanted=$here/wanted.txt name
  rm -rf "$here"
  mkdir -p "$here"
  for name in "${packages[@]}"; do # the lock's own entries, hashes included, without their markers
    awk -v name="$name" '/^[^ #]/ { split($0, part, "=="); on = (part[1] == name); found += on; sub(/ ;.*/, " \\") } on
      END { exit !found }' requirements.lock >>"$wanted" || { echo "test-windows: requirements.lock has no $name" >&2; return 1; }
  done
  local get=(.venv/bin/uv --no-config pip install --quiet --no-deps --require-hashes --python .venv/bin/python)
  "${get[@]}" --target "$here/python" -r tests/windows/python.lock
  "${get[@]}" --python-platform x86_64-pc-windows-msvc --python-version 3.13 --only-binary :all: \
    --target "$here/site" -r "$wanted"
  cp "$here"/site/pywin32_system32/*.dll "$here/python/"
  .venv/bin/python tests/windows/forwarding_dll.py "$here/python/bcryptprimitives.dll"
  printf '%s\r\n' python313.zip . '..\site' '..\site\win32' '..\site\win32\lib' '..\..\..' 'import site' \
    >"$here/python/python313._pth"
}

stamp=$(cat requirements.lock tests/windows/python.lock tests/windows/run.sh tests/windows/forwarding_dll.py | sha256sum)
if [ "$(cat "$here/stamp" 2>/dev/null)" != "$stamp" ]; then
  set_up
  echo "$stamp" >"$here/stamp"
fi

# Without winedbg.exe= a crash opens a debugger and waits for ever; without the others Wine asks to install Mono and Gecko.
export WINEPREFIX=$PWD/$here/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,winedbg.exe=" WINEARCH=win64
export PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1
coproc display { exec Xvfb -displayfd 1 -screen 0 1280x800x24 -nolisten tcp 2>/dev/null; }
server=$display_PID
trap 'timeout 30 wineserver -k || true; kill "$server" 2>/dev/null || true; rm -rf "$WINEPREFIX"' EXIT
read -r -t 30 number <&"${display[0]}" || { echo "test-windows: Xvfb did not start" >&2; exit 1; }
export DISPLAY=:$number

# Wine's programs want an empty stdin and a pipe to write to; given a file, Python ends with "Invalid handle".
start_wine() { # a new prefix, as Windows 10
  timeout 30 wineserver -k || true
  rm -rf "$WINEPREFIX"
  timeout 180 wineboot -i </dev/null 2>&1 | cat
  timeout 60 wine reg add 'HKCU\Software\Wine' /v Version /d win10 /f </dev/null 2>&1 | cat >/dev/null
  # There is no window manager here: Wine would wait two seconds for it at each window that goes.
  timeout 60 wine reg add 'HKCU\Software\Wine\X11 Driver' /v Managed /d N /f </dev/null 2>&1 | cat >/dev/null
}

run_tests() {
  timeout 420 wine "$here/python/python.exe" -m pytest -c tests/windows/pytest.ini --rootdir tests/windows tests/windows \
    tests/contract/test_lockdown_{guards,backends}.py --junitxml=build/windows/tests.xml "$@" </dev/null 2>&1 | tr -d '\r'
}

no_drivers=9 # conftest.py's status where Wine went on without the drivers of disks or input devices
start_wine
status=0
run_tests "$@" || status=$?
if [ "$status" = "$no_drivers" ]; then
  echo "test-windows: once more, in a new Wine" >&2
  start_wine
  status=0
  run_tests "$@" || status=$?
fi
exit "$status"
