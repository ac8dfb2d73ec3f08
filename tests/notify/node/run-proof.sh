#!/usr/bin/env bash
# Runs proof.mjs against our webhook channel. Usage: run-proof.sh NOTIFY_DRIVER WORK_DIR
# Exit 77 (skipped) when Node.js or the npm package cannot be had. Nothing is written to the source tree.
set -euo pipefail

driver=$1
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
    (cd "$work" && timeout 120 npm ci --omit=optional --ignore-scripts --no-audit --no-fund) >"$work/npm.log" 2>&1 ||
        skip "npm could not install standardwebhooks (see $work/npm.log)"
    cp "$work/package-lock.json" "$work/installed-lock.json"
fi
cd "$work"
node proof.mjs "$driver"
