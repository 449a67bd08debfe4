#!/usr/bin/env bash
# Go's checksum-database packages (golang.org/x/mod/sumdb/note and tlog) verify a log that we wrote.
# Takes Debian's golang-golang-x-mod-dev when installed, and otherwise the module named in go/go.mod.
#   ledger_go.sh LEDGER_EXAMPLE COMITY
set -euo pipefail
example=$1
comity=$2
here=$(cd "$(dirname "$0")" && pwd)
debian=/usr/share/gocode/src/golang.org/x/mod

command -v go >/dev/null || { echo "SKIPPED: go is not installed (Debian: golang-go)"; exit 77; }
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS= GOTOOLCHAIN=local
[[ -n ${HOME:-} ]] || export HOME=$work

if [[ -d $debian ]]; then
  export GO111MODULE=off GOPATH=/usr/share/gocode
  go build -o "$work/verify" "$here/go/main.go"
else
  cp -r "$here/go" "$work/module"
  export GOPATH=$work/gopath
  if ! (cd "$work/module" && go mod download) >"$work/log" 2>&1; then
    cat "$work/log"
    echo "SKIPPED: golang.org/x/mod is neither installed (Debian: golang-golang-x-mod-dev) nor to be had from a proxy"
    exit 77
  fi
  (cd "$work/module" && go build -o "$work/verify" .)
fi

# Sizes around the edges of tiles; the last has a tile of level 2.
for sizes in "1 0 0" "2 1 1" "255 254 128" "256 0 255" "257 256 256" "1000 600 300" "70000 65536 65535"; do
  read -r size index old_size <<<"$sizes"
  log=$work/log-$size
  "$example" "$log" "$size" "$index" "$old_size"
  "$work/verify" "$log"
done

# What a node itself gives to a court.
"$comity" demo --keep "$work/demo" >"$work/log.txt" || { cat "$work/log.txt"; exit 1; }
"$work/verify" "$work/demo" answer
printf 'x' >>"$work/demo/answer.comity-record"
if "$work/verify" "$work/demo" answer; then echo "a longer record was accepted"; exit 1; fi
