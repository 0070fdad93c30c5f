#!/usr/bin/env bash
# The engine's laws over many random cities (COUNT seeds, 20,000 unless told), in shards: a shard that held for this very
# source is not run again, so a broken-off run goes on where it stopped. Adds a dated line to docs/long-tests.md.
set -euo pipefail
cd "$(dirname "$0")/.."
count=${COUNT:-20000}
shard=${SHARD:-2000}
source=$(find crates/xiyuan-policy/src crates/xiyuan-policy/tests -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
state=${CARGO_TARGET_DIR:-target}/long-laws/$source
mkdir -p "$state"
cargo test --locked --quiet --package xiyuan-policy --test evaluate --no-run
for ((first = 0; first < count; first += shard)); do
    done=$state/$first-$shard
    if [ -f "$done" ]; then
        echo "== seeds from $first: held before, $(cat "$done") s"
        continue
    fi
    from=$SECONDS
    FIRST=$first SEEDS=$shard cargo test --locked --quiet --package xiyuan-policy --test evaluate -- laws wide metamorphic
    echo $((SECONDS - from)) >"$done"
    echo "== seeds from $first: held, $(cat "$done") s"
done
seconds=$(cat "$state"/*-"$shard" | awk '{ n += $1 } END { print n }')
line="| $(date -u +%F) | $(git rev-parse --short HEAD) | laws over random cities and worlds | $count seeds each | held | $seconds s |"
grep -qF "$line" docs/long-tests.md || echo "$line" >>docs/long-tests.md
echo "$line"
