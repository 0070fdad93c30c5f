#!/usr/bin/env bash
# Fills a demo city on first start and serves. usage: run.sh DATA LISTEN
set -euo pipefail
data=$1 listen=$2
bin=$(dirname "$0")/../target/release/xiyuan
if [ ! -f "$data/xiyuan.sqlite" ]; then
    "$bin" demo --data "$data"
fi
exec "$bin" serve --data "$data" --listen "$listen"
