#!/usr/bin/env bash
# Everything that must pass: checks, Rust on SQLite and on a real PostgreSQL, web unit tests, journeys in a real browser.
# Ends with the totals of all runners. XIYUAN_LONG=1 runs the long campaigns too.
set -euo pipefail
cd "$(dirname "$0")/.."
# A run from scratch never builds twice: what incremental builds keep would only fill the disk.
if [ -n "${CI:-}" ]; then export CARGO_INCREMENTAL=0; fi
scripts/setup.sh test
work=$(mktemp -d /tmp/xiyuan-test.XXXXXX)
log=$work/log
mkdir -p "$log"
cleanup() {
    scripts/postgres.sh stop "$work/postgres" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

step() { # name command…
    local name=$1 from=$SECONDS
    shift
    echo "== $name"
    if ! "$@" 2>&1 | tee "$log/$name"; then
        echo "== $name FAILED after $((SECONDS - from)) s" >&2
        exit 1
    fi
    echo "== $name: $((SECONDS - from)) s"
}

step web-build scripts/build-web.sh
step check scripts/check.sh
step web-unit bash -c 'cd web && npm run --silent test'

scripts/postgres.sh start "$work/postgres"
XIYUAN_TEST_POSTGRES=$(scripts/postgres.sh url "$work/postgres")
export XIYUAN_TEST_POSTGRES XIYUAN_REQUIRE_POSTGRES=1 INSTA_UPDATE=no
step rust cargo test --workspace --locked --quiet
# The tests above built the binary; another build with other features would compile half the tree again.
step browser scripts/e2e.sh "${CARGO_TARGET_DIR:-target}/debug/xiyuan"

sum() { awk -v re="$2" '{ while (match($0, re)) { s = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", s); n += s; $0 = substr($0, RSTART + RLENGTH) } } END { print n + 0 }' "$log/$1"; }
plain() { sed -i 's/\x1b\[[0-9;]*m//g' "$log/$1"; }
plain rust && plain web-unit && plain browser
rust=$(sum rust '[0-9]+ passed')
web=$(grep -E '^ *Tests ' "$log/web-unit" | grep -oE '[0-9]+ passed' | grep -oE '[0-9]+' | tail -1)
browser=$(sum browser '[0-9]+ passed')
for n in "$rust" "${web:-0}" "$browser"; do
    [ "$n" -gt 0 ] || { echo "a runner ran no test" >&2; exit 1; }
done
echo
echo "rust: $rust passed"
echo "web: $web passed"
echo "browser: $browser passed"
echo "seconds: $SECONDS"
echo "$((rust + web + browser)) passed, 0 failed"
