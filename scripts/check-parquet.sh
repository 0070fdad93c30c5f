#!/usr/bin/env bash
# Freezes a demo city and lets DuckDB and pandas compute an indicator of every park from its Parquet files alone; both
# must agree with the exact figures of check-park to the last of its decimals. usage: check-parquet.sh [XIYUAN]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh parquet
work=$(mktemp -d "${TMPDIR:-/tmp}/xiyuan-parquet.XXXXXX")
trap 'rm -rf "$work"' EXIT
bin=${1:-}
if [ -z "$bin" ]; then
    cargo build --locked --quiet --package xiyuan
    bin=${CARGO_TARGET_DIR:-target}/debug/xiyuan
fi
year=$(($(TZ=Asia/Shanghai date +%Y) - 1))
"$bin" demo --data "$work/city" --parks 12 --enterprises 360 --years 2 >/dev/null
"$bin" freeze --data "$work/city" --year "$year" --to "$work/frozen"
"$bin" list parks --data "$work/city" --format json >"$work/parks.json"
mkdir "$work/checks"
python3 -c 'import json,sys; [print(park["id"]) for park in json.load(open(sys.argv[1]))]' "$work/parks.json" |
    while read -r park; do
        # 0 and 1 are answers; 2 is a failure.
        "$bin" check-park "$park" --data "$work/city" --year "$year" --format json >"$work/checks/$park.json" || [ $? -eq 1 ]
    done
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check duckdb pandas pyarrow
"$work/venv/bin/python" scripts/check_parquet.py "$work/frozen" "$year" "$work/checks"
