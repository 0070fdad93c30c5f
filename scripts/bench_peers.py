"""The evaluation of the leading-industry and efficiency conditions in Polars and DuckDB, on the same data.

usage: bench_peers.py FRAME.csv
FRAME.csv is written by `xiyuan export frame`: one row per park and member. The peers compute in floats and have no
outcome for missing figures; they are given the complete columns and answer sums, shares and comparisons per park.
Prints one JSON object: seconds of the best of seven runs, data in memory.
"""

import json
import sys
import time

import duckdb
import polars as pl



def best(work, runs=7):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def polars_evaluation(frame):
    above = pl.col("enterprise.is_above_scale")
    leading = pl.col("enterprise.leading_industry") == pl.col("park.leading_industry")
    total = lambda name, where=None: (pl.col(name) if where is None else pl.col(name).filter(where)).sum()
    output, land = total("enterprise.output", above), total("enterprise.land_area", above)
    return (
        frame.lazy()
        .group_by("park")
        .agg(
            (total("enterprise.revenue", leading) / total("enterprise.revenue") * 100).alias("revenue_share"),
            (leading.sum() / pl.len() * 100).alias("count_share"),
            (total("enterprise.output", above & leading) / output * 100).alias("output_share"),
            (total("enterprise.value_added", above) / output * 100).alias("value_added_rate"),
            (output / land).alias("output_per_mu"),
            (total("enterprise.revenue", above) / land).alias("revenue_per_mu"),
            (total("enterprise.tax", above) / land).alias("tax_per_mu"),
        )
        .with_columns(
            pl.min_horizontal("revenue_share", "count_share").alias("concentration"),
            (pl.col("revenue_share") >= 50).alias("meets_revenue"),
            (pl.col("count_share") >= 50).alias("meets_count"),
            (pl.col("value_added_rate") >= 24.4).alias("meets_value_added"),
            (pl.col("output_per_mu") >= 704).alias("meets_output"),
            (pl.col("tax_per_mu") >= 34.65).alias("meets_tax"),
        )
        .sort("park")
        .collect()
    )


DUCKDB = """
SELECT *, least(revenue_share, count_share) AS concentration, revenue_share >= 50 AS meets_revenue,
       count_share >= 50 AS meets_count, value_added_rate >= 24.4 AS meets_value_added,
       output_per_mu >= 704 AS meets_output, tax_per_mu >= 34.65 AS meets_tax
FROM (
  SELECT park,
    sum("enterprise.revenue") FILTER (WHERE is_leading) / sum("enterprise.revenue") * 100 AS revenue_share,
    count(*) FILTER (WHERE is_leading) / count(*) * 100 AS count_share,
    sum("enterprise.output") FILTER (WHERE above AND is_leading) / sum("enterprise.output") FILTER (WHERE above) * 100 AS output_share,
    sum("enterprise.value_added") FILTER (WHERE above) / sum("enterprise.output") FILTER (WHERE above) * 100 AS value_added_rate,
    sum("enterprise.output") FILTER (WHERE above) / sum("enterprise.land_area") FILTER (WHERE above) AS output_per_mu,
    sum("enterprise.revenue") FILTER (WHERE above) / sum("enterprise.land_area") FILTER (WHERE above) AS revenue_per_mu,
    sum("enterprise.tax") FILTER (WHERE above) / sum("enterprise.land_area") FILTER (WHERE above) AS tax_per_mu
  FROM (SELECT *, "enterprise.is_above_scale" AS above,
          "enterprise.leading_industry" = "park.leading_industry" AS is_leading FROM frame)
  GROUP BY park)
ORDER BY park
"""


def main():
    frame = pl.read_csv(sys.argv[1], infer_schema_length=None)
    connection = duckdb.connect()
    connection.execute("CREATE TABLE frame AS SELECT * FROM read_csv(?, header = true)", [sys.argv[1]])
    shares = polars_evaluation(frame)
    rows = connection.execute(DUCKDB)
    heads = [head[0] for head in rows.description]
    peer = [dict(zip(heads, row)) for row in rows.fetchall()]
    for ours, theirs in zip(shares.to_dicts(), peer, strict=True):
        for name in ["revenue_share", "count_share", "value_added_rate", "tax_per_mu"]:
            assert abs(ours[name] - theirs[name]) < 1e-6, (ours["park"], name)
    print(
        json.dumps(
            {
                "rows": frame.height,
                "parks": shares.height,
                "polars": pl.__version__,
                "polarsSeconds": best(lambda: polars_evaluation(frame)),
                "duckdb": duckdb.__version__,
                "duckdbSeconds": best(lambda: connection.execute(DUCKDB).fetchall()),
            }
        )
    )


if __name__ == "__main__":
    main()
