#!/usr/bin/env bash
# Journeys against the real binary in the system's Chromium. usage: e2e.sh BINARY
set -euo pipefail
cd "$(dirname "$0")/.."
XIYUAN_BINARY=$(realpath "$1")
export XIYUAN_BINARY
cd e2e
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
fi
npm run --silent check
npm run --silent test
