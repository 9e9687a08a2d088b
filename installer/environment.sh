#!/usr/bin/env bash
# Makes or renews .venv: exactly what requirements.lock names, every file checked by its hash, and this project in
# place (editable). Run from the repository's root; needs a Python 3.11 to 3.14 with venv, nothing else.
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
pip=("$python" -m pip --quiet --no-input)
uv=("$environment/bin/uv" pip)
# uv installs the set in seconds and removes what is not named. Where it cannot be had or cannot reach an index that
# pip was told of, pip installs the same files by the same hashes.
if "${pip[@]}" install --require-hashes -r installer/bootstrap.lock \
  && VIRTUAL_ENV=$PWD/$environment "${uv[@]}" sync --quiet --require-hashes requirements.lock; then
  echo "environment: installed by uv from requirements.lock" >&2
else
  echo "environment: uv could not do it; installing by pip from requirements.lock (this takes longer)" >&2
  "${pip[@]}" install --require-hashes -r requirements.lock
fi
"${pip[@]}" install --no-deps --no-build-isolation --no-index --editable .
