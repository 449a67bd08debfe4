#!/usr/bin/env bash
# Foreign clients and validators from PyPI against a live node: taxii_clients.py says what they do.
#   taxii_clients.sh COMITY WORK SHARED
# WORK keeps the virtual environment from run to run. Exits 77, skipped, when Python or PyPI is not to be had.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
comity=$1 work=$2 shared=$3
mkdir -p "$work"
if [ ! -e "$work/ready" ]; then
  rm -rf "$work/venv"
  if ! { python3 -m venv "$work/venv" &&
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"; } >"$work/log" 2>&1; then
    cat "$work/log"
    echo "SKIPPED: Python's venv (Debian: python3-venv) or the packages of requirements.txt are not to be had"
    exit 77
  fi
  touch "$work/ready"
fi
exec "$work/venv/bin/python" "$here/taxii_clients.py" "$comity" "$shared"
