#!/usr/bin/env bash
# Fills a demo city on first start and serves. usage: run.sh DATA LISTEN
# The city is filled beside and moved in place when it is whole, so that an interrupted first start leaves nothing half.
set -euo pipefail
data=$1 listen=$2
bin=${CARGO_TARGET_DIR:-$(dirname "$0")/../target}/release/xiyuan
if [ ! -f "$data/xiyuan.sqlite" ] && [ -z "${XIYUAN_DATABASE:-}" ]; then
    mkdir -p "$data"
    rm -rf "$data/filling"
    "$bin" demo --data "$data/filling"
    mv "$data/filling/xiyuan.sqlite" "$data/xiyuan.sqlite"
    rm -rf "$data/filling"
fi
exec "$bin" serve --data "$data" --listen "$listen"
