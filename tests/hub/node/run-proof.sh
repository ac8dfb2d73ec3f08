#!/usr/bin/env bash
# Runs proof.mjs against the hub double. Usage: run-proof.sh DOUBLE WORK_DIR
# Exit 77 (skipped) when Node.js or the npm package cannot be had. Nothing is written to the source tree.
set -euo pipefail

double=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "SKIPPED: $1"
    exit 77
}

command -v node >/dev/null || skip "Node.js is not installed"
command -v npm >/dev/null || skip "npm is not installed"

mkdir -p "$work"
cp "$here/package.json" "$here/package-lock.json" "$here/proof.mjs" "$work/"
if ! cmp -s "$work/package-lock.json" "$work/installed-lock.json"; then
    (cd "$work" && timeout 240 npm ci --omit=optional --ignore-scripts --no-audit --no-fund) >"$work/npm.log" 2>&1 ||
        skip "npm could not install @huggingface/hub (see $work/npm.log)"
    cp "$work/package-lock.json" "$work/installed-lock.json"
fi

"$double" --timeline "$here/../timelines/minimal.json" --tls --ca-out "$work/ca.pem" --stay --quiet >"$work/ready.json" &
double_pid=$!
trap 'kill "$double_pid" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    [ -s "$work/ready.json" ] && break
    kill -0 "$double_pid" 2>/dev/null || { echo "the double ended at once"; exit 1; }
    sleep 0.1
done
field() { node -e 'process.stdout.write(JSON.parse(require("fs").readFileSync(process.argv[1]))[process.argv[2]])' "$work/ready.json" "$1"; }
cd "$work"
NODE_EXTRA_CA_CERTS="$work/ca.pem" node proof.mjs "$(field url)" "$(field control)"
