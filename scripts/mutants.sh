#!/usr/bin/env bash
# Mutation testing of the engine: small faults are put into its source one at a time, and the tests must notice. In shards
# (SHARDS, 40 unless told; SHARD=k runs one): a shard that was judged for this very source is not run again, so a
# broken-off run goes on where it stopped. FILES narrows it (a glob, crates/xiyuan-policy/src/** unless told).
# Writes the score to docs/mutation-tests.md.
set -euo pipefail
cd "$(dirname "$0")/.."
version=27.1.0
shards=${SHARDS:-40}
files=${FILES:-crates/xiyuan-policy/src/**/*.rs}
target=${CARGO_TARGET_DIR:-target}
tool=$target/tools/bin/cargo-mutants
[ "$("$tool" --version 2>/dev/null)" = "cargo-mutants $version" ] ||
    cargo install cargo-mutants --version "$version" --locked --quiet --root "$target/tools"
# What property tests remember of a fault that was put in is no part of the source.
regressions='*/proptest-regressions/*'
source=$(find crates/xiyuan-policy/src crates/xiyuan-policy/tests -type f -not -path "$regressions" -print0 |
    sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
state=$target/mutants/$source
mkdir -p "$state"
for ((shard = 0; shard < shards; shard++)); do
    [ -z "${SHARD:-}" ] || [ "$SHARD" = "$shard" ] || continue
    out=$state/$shard-of-$shards
    if [ -f "$out/done" ]; then
        echo "== shard $shard of $shards: judged before"
        continue
    fi
    rm -rf "$out"
    # 2 = some mutants were missed, 3 = some timed out: both are results, not failures of the run.
    "$tool" mutants --package xiyuan-policy --file "$files" --shard "$shard/$shards" --sharding round-robin --output "$out" --baseline skip \
        --timeout 300 --no-shuffle --in-place -- --lib --tests || [ $? -le 3 ]
    touch "$out/done"
done
count() { cat "$state"/*/mutants.out/"$1".txt 2>/dev/null | grep -c . || true; }
caught=$(count caught) missed=$(count missed) timeout=$(count timeout) unviable=$(count unviable)
judged=$(ls "$state"/*/done | wc -l)
line="| $(date -u +%F) | $(git rev-parse --short HEAD) | $judged of $shards | $((caught + missed + timeout)) | $((caught + timeout)) | $missed | $unviable |"
echo "$line" >>docs/mutation-tests.md
echo "$line"
cat "$state"/*/mutants.out/missed.txt 2>/dev/null || true
