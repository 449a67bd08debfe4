#!/usr/bin/env bash
# The header of ledger/proof.h promises that a record's commitment can be checked with OpenSSL alone. This does it.
#   ledger_openssl.sh LEDGER_EXAMPLE
set -euo pipefail
example=$1
for tool in openssl base64; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$example" "$work" 1000 600 300

record=$work/entry.comity-record
key=$(sed -n '2s/^key //p' "$record")
length=$(sed -n '3s/^bytes //p' "$record")
made=$(tail -c "$length" "$record" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d' ' -f1)
# The leaf is the proof's extra data; its last 32 bytes are the commitment.
logged=$(sed -n '2s/^extra //p' "$work/entry.tlog-proof" | base64 -d | tail -c 32 | od -An -tx1 | tr -d ' \n')
if [[ -z $made || $made != "$logged" ]]; then
  echo "FAILED: openssl makes $made, the log holds $logged"
  exit 1
fi
other=$(tail -c "$length" "$record" | tr 0 1 | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d' ' -f1)
[[ $other != "$logged" ]] || { echo "FAILED: another record makes the same commitment"; exit 1; }
echo "the commitment of entry 600 is $made"
