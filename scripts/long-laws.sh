#!/usr/bin/env bash
# The engine's laws over many random cities (COUNT seeds, 20,000 unless told), then the SQL evaluator held against the
# other two (SQL_COUNT seeds, 5,000 unless told; it starts a PostgreSQL unless XIYUAN_TEST_POSTGRES names one), in shards:
# a shard that held for this very source is not run again, so a broken-off run goes on where it stopped. 0 leaves a
# part out. Adds dated lines to docs/long-tests.md.
set -euo pipefail
cd "$(dirname "$0")/.."
shard=${SHARD:-}
scratch=$(mktemp -d /tmp/xiyuan-laws.XXXXXX)
cleanup() {
    scripts/postgres.sh stop "$scratch/postgres" >/dev/null 2>&1 || true
    rm -rf "$scratch"
}
trap cleanup EXIT

# laws WHAT COUNT SHARD PACKAGE TEST FILTERS FOLDER…: runs a test's laws; they stand and fall with the files of the folders.
laws() {
    local what=$1 count=$2 shard=$3 package=$4 test=$5 filters=$6
    shift 6
    [ "$count" -gt 0 ] || return 0
    local source state first done from seconds line
    source=$(find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
    state=${CARGO_TARGET_DIR:-target}/long-laws/$test-$source
    mkdir -p "$state"
    cargo test --locked --quiet --package "$package" --test "$test" --no-run
    for ((first = 0; first < count; first += shard)); do
        done=$state/$first-$shard
        if [ -f "$done" ]; then
            echo "== $test: seeds from $first: held before, $(cat "$done") s"
            continue
        fi
        from=$SECONDS
        # shellcheck disable=SC2086
        FIRST=$first SEEDS=$shard cargo test --locked --quiet --package "$package" --test "$test" -- $filters
        echo $((SECONDS - from)) >"$done"
        echo "== $test: seeds from $first: held, $(cat "$done") s"
    done
    seconds=0
    for ((first = 0; first < count; first += shard)); do
        seconds=$((seconds + $(cat "$state/$first-$shard")))
    done
    line="| $(date -u +%F) | $(git rev-parse --short HEAD) | $what | $count seeds each | held | $seconds s |"
    grep -qF "$line" docs/long-tests.md || echo "$line" >>docs/long-tests.md
    echo "$line"
}

engine=(crates/xiyuan-policy/src crates/xiyuan-policy/tests/evaluate)
laws "laws over random cities and worlds" "${COUNT:-20000}" "${shard:-2000}" xiyuan-policy evaluate \
    "laws wide metamorphic" "${engine[@]}"

if [ "${SQL_COUNT:-5000}" -gt 0 ]; then
    if [ -z "${XIYUAN_TEST_POSTGRES:-}" ]; then
        scripts/postgres.sh start "$scratch/postgres"
        XIYUAN_TEST_POSTGRES=$(scripts/postgres.sh url "$scratch/postgres")
    fi
    export XIYUAN_TEST_POSTGRES XIYUAN_REQUIRE_POSTGRES=1
    laws "SQL, columnar and naive evaluator alike" "${SQL_COUNT:-5000}" "${shard:-500}" xiyuan-store sql_evaluator agreement \
        "${engine[@]}" crates/xiyuan-store/src/sql_evaluator crates/xiyuan-store/tests/sql_evaluator
fi
