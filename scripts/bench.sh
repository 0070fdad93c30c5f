#!/usr/bin/env bash
# Measures what people wait for, beside Polars and DuckDB on the same data, and prints one table that names machine and
# date. Nothing here is a test. usage: bench.sh [PARKS ENTERPRISES YEARS MANY] (default 200 120000 5 1000000)
# With XIYUAN_BENCH_WRITE=1 the table also replaces the measured part of docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "$0")/.."
parks=${1:-200} enterprises=${2:-120000} years=${3:-5} many=${4:-1000000}
work=$(mktemp -d "${TMPDIR:-/tmp}/xiyuan-bench.XXXXXX")
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    scripts/postgres.sh stop "$work/postgres" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

say() { echo "bench: $*" >&2; }
field() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(d[sys.argv[2]])' "$1" "$2"; }
in_sql() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1]))["sql"]; print({**d["work"], **d}[sys.argv[2]])' "$work/measure.json" "$1"; }
ms() { python3 -c 'import sys; print(f"{float(sys.argv[1]) / 1000:.1f} ms")' "$1"; }
seconds() { python3 -c 'import sys; print(f"{float(sys.argv[1]):.2f} s")' "$1"; }
now() { date +%s.%N; }
since() { python3 -c 'import sys; print(float(sys.argv[2]) - float(sys.argv[1]))' "$1" "$(now)"; }

# XIYUAN_BENCH_PROFILE=dev tries the script itself without a release build; such figures say nothing.
profile=${XIYUAN_BENCH_PROFILE:-release}
say "$profile build"
scripts/build-web.sh >&2
cargo build --profile "$profile" --locked --quiet --package xiyuan --bin xiyuan --example measure
cargo build --profile "$profile" --locked --quiet --package xiyuan-sheets --example bench_sheets
cargo build --profile "$profile" --locked --quiet --package xiyuan-policy --example bench_workload --example bench_evaluate
target=${CARGO_TARGET_DIR:-target}/${profile/#dev/debug}
bin=$target/xiyuan
year=$(($(TZ=Asia/Shanghai date +%Y) - 1))

say "demo city: $parks parks, $enterprises enterprises, $years years"
"$bin" demo --data "$work/city" --parks "$parks" --enterprises "$enterprises" --years "$years" --format json >"$work/demo.json" 2>"$work/demo.log"

say "frame, evaluation (columnar and in SQL), what-if"
scripts/postgres.sh start "$work/postgres"
XIYUAN_BENCH_POSTGRES=$(scripts/postgres.sh url "$work/postgres") \
    "$target/examples/measure" "sqlite:$work/city/xiyuan.sqlite" "$year" leading_revenue_share_min 70 >"$work/measure.json"

say "Polars and DuckDB"
"$bin" export frame "$work/frame.csv" --year "$year" --data "$work/city" >/dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check polars duckdb numpy
"$work/venv/bin/python" scripts/bench_peers.py "$work/frame.csv" >"$work/peers.json"

say "evaluation workload: 100,000 enterprises x 36 months x 40 columns, beside Polars and DuckDB"
mkdir "$work/workload"
"$target/examples/bench_workload" 100000 36 "$work/workload" >"$work/workload.txt"
"$work/venv/bin/python" scripts/bench_workload.py "$work/workload" 36 >"$work/workload.json"
rm -rf "$work/workload"
cat "$work/workload.txt" >&2
ours() { awk -F'  +' -v what="$1" '$0 ~ what { print $2; exit }' "$work/workload.txt"; }

say "sixty indicators, one rule, one correction; one million enterprises"
"$target/examples/bench_evaluate" "$parks" "$enterprises" "$years" 60 2 >"$work/engine.txt"
for count in 250000 500000 "$many"; do
    "$target/examples/bench_evaluate" "$parks" "$count" 1 60 2 >"$work/engine-$count.txt"
done
cat "$work/engine.txt" "$work/engine-$many.txt" >&2
of_engine() { awk -F'  +' -v what="$2" '$0 ~ what { print $2 ($3 == "" ? "" : ", " $3); exit }' "$work/$1.txt"; }

say "import"
"$bin" export enterprises "$work/enterprises.csv" --data "$work/city" >/dev/null
python3 - "$work/enterprises.csv" "$work/filings.csv" <<'PY'
import csv, sys
heads = ["统一社会信用代码", "是否规上", "营业收入(万元)", "主营业务收入(万元)", "工业总产值(万元)", "工业增加值(万元)",
         "利润总额(万元)", "实缴税收(万元)", "出口交货值(万元)", "研发费用(万元)", "用地面积(亩)", "年末从业人数(人)"]
with open(sys.argv[1], encoding="utf-8-sig") as source, open(sys.argv[2], "w", encoding="utf-8", newline="") as out:
    writer = csv.writer(out)
    writer.writerow(heads)
    for n, row in enumerate(csv.reader(source)):
        if n == 0 or n > 60000:
            continue
        r = 5000 + n % 9000
        writer.writerow([row[0].strip(), "是", f"{r}.25", f"{r - 100}.5", f"{r + 50}", f"{r // 4}.75", f"{r // 20}", f"{r // 22}.1", 12, f"{r // 30}", f"{r / 800:.4f}", 20 + n % 80])
PY
from=$(now)
"$bin" import filings "$work/filings.csv" --form enterprise-annual --period "$((year - 9))" --good-rows-only --accept-questions \
    --data "$work/city" --format json >"$work/import.json" 2>/dev/null || true
import_seconds=$(since "$from")
import_values=$(python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); print(d["counts"]["values"] if d["isApplied"] else 0)' "$work/import.json")

say "workbook of 400,000 × 30"
"$target/examples/bench_sheets" >"$work/sheets.txt"

say "list of $many enterprises"
"$bin" demo --data "$work/many" --parks "$parks" --enterprises "$many" --years 1 --format json >"$work/many.json" 2>/dev/null
"$target/examples/measure" "sqlite:$work/many/xiyuan.sqlite" "$year" leading_revenue_share_min 70 >"$work/many-measure.json"

say "start and idle memory on the demo city"
"$bin" demo --data "$work/small" >/dev/null 2>&1
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
from=$(now)
"$bin" serve --data "$work/small" --listen "127.0.0.1:$port" 2>/dev/null &
server=$!
until python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1])' "http://127.0.0.1:$port/health/ready" 2>/dev/null; do
    kill -0 "$server" || { echo "the server ended" >&2; exit 1; }
done
start_seconds=$(since "$from")
rss=$(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$server/status")

{
    echo "Machine: $(nproc) cores, $(awk -F: '/model name/ { print $2; exit }' /proc/cpuinfo | xargs), $(awk '/MemTotal/ { print int($2 / 1048576) }' /proc/meminfo) GiB; $(date -u +%F); SQLite; $(git rev-parse --short HEAD)."
    echo "City: $parks parks, $(field "$work/demo.json" enterprises) enterprises, $years years, $(field "$work/demo.json" values) values (演示数据)."
    echo
    echo "| what | measured | wanted |"
    echo "| --- | --- | --- |"
    echo "| demo load, whole city | $(field "$work/demo.json" valuesPerSecond) values/s | ≥ 500,000 |"
    echo "| frame from database, cold | $(ms "$(field "$work/measure.json" frameColdMicroseconds)") | < 15 s |"
    echo "| all conditions of the recognition, warm frame | $(ms "$(field "$work/measure.json" evaluationMicroseconds)") | < 1 s |"
    echo "| all conditions of all assessments, warm frame | $(ms "$(field "$work/measure.json" allAssessmentsMicroseconds)") | < 1 s |"
    echo "| the same conditions of the recognition in SQL on PostgreSQL, the frame copied there included ($(in_sql statements) statements; $(in_sql open) of $(in_sql counted) visits left to the engine; same answer) | $(ms "$(in_sql microseconds)") | beside |"
    echo "| what-if with flips ($(field "$work/measure.json" flips) parks flip) | $(ms "$(field "$work/measure.json" whatIfMicroseconds)") | < 100 ms |"
    echo "| the computable conditions in Polars $(field "$work/peers.json" polars), floats | $(ms "$(python3 -c "print($(field "$work/peers.json" polarsSeconds) * 1e6)")") | beside |"
    echo "| the same in DuckDB $(field "$work/peers.json" duckdb), floats | $(ms "$(python3 -c "print($(field "$work/peers.json" duckdbSeconds) * 1e6)")") | beside |"
    echo "| workload: full evaluation, exact | $(ours 'full evaluation') | ≤ 100 ms, ≤ half of Polars |"
    echo "| the same in Polars, floats | $(ms "$(python3 -c "print($(field "$work/workload.json" polarsSeconds) * 1e6)")") | beside |"
    echo "| the same in DuckDB, floats | $(ms "$(python3 -c "print($(field "$work/workload.json" duckdbSeconds) * 1e6)")") | beside |"
    echo "| differences from Polars | $(field "$work/workload.json" difference) | ≤ 1e-9 |"
    echo "| new weights with flips, p95 | $(ours 'flips, p95') | < 20 ms |"
    echo "| 60 indicators x $years years of $parks parks | $(of_engine engine 'sixty indicators') | < 500 ms |"
    echo "| one correction until every touched outcome is known | $(of_engine engine 'one correction') | < 5 ms |"
    echo "| one rule for one park | $(of_engine engine 'one rule') | < 5 us |"
    for count in 250000 500000 "$many"; do
        echo "| all conditions, $count enterprises x 60 fields | $(of_engine "engine-$count" 'all criteria, warm'); $(of_engine "engine-$count" 'memory at the end') | linear, < 3 GB |"
    done
    echo "| import of filings with checks | $(python3 -c "print(f'{int($import_values / $import_seconds):,}')") values/s ($import_values values) | ≥ 20,000 |"
    echo "| xlsx 400,000 × 30 | $(tr '\n' ';' <"$work/sheets.txt" | sed 's/;$//') | read < 20 s, < 300 MB |"
    echo "| first page of $(field "$work/many-measure.json" enterprises) enterprises | $(ms "$(field "$work/many-measure.json" firstPageMicroseconds)") | < 200 ms |"
    echo "| server start to ready | $(seconds "$start_seconds") | < 2 s |"
    echo "| idle memory on the demo city | $rss MiB | < 200 MB |"
} | tee "$work/table.md"

if [ "${XIYUAN_BENCH_WRITE:-}" = 1 ]; then
    python3 - "$work/table.md" <<'PY'
import pathlib, re, sys
page = pathlib.Path("docs/benchmarks.md")
table = pathlib.Path(sys.argv[1]).read_text()
text = page.read_text() if page.exists() else "# Benchmarks\n\n`make bench` measures this on the machine where it runs; nothing here is a test.\n\n<!-- measured -->\n<!-- end -->\n"
page.write_text(re.sub(r"<!-- measured -->.*<!-- end -->", lambda _: f"<!-- measured -->\n{table}<!-- end -->", text, flags=re.S))
PY
fi
