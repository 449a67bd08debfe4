#!/usr/bin/env bash
# Foreign clients and validators from PyPI against a live node: each script says what it does.
#   python_clients.sh SCRIPT COMITY WORK SHARED
# WORK keeps the virtual environment from run to run. Exits 77, skipped, when Python or PyPI is not to be had.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
script=$1 comity=$2 work=$3 shared=$4
mkdir -p "$work"
exec 9>"$work/lock"
flock 9 # two tests may want to make it at once
if ! cmp -s "$here/requirements.txt" "$work/ready"; then
  rm -rf "$work/venv" "$work/ready"
  if ! { python3 -m venv "$work/venv" &&
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"; } >"$work/log" 2>&1; then
    cat "$work/log"
    echo "SKIPPED: Python's venv (Debian: python3-venv) or the packages of requirements.txt are not to be had"
    exit 77
  fi
  cp "$here/requirements.txt" "$work/ready"
fi
exec 9>&-
exec "$work/venv/bin/python" "$here/$script" "$comity" "$shared"
