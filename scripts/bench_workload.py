"""The evaluation workload in Polars and DuckDB, on the data that `bench_workload` wrote, and a comparison with ours.

usage: bench_workload.py FOLDER MONTHS
The peers compute in floats. Prints one JSON object: seconds of the best of five runs with the data in memory, the largest
relative difference of a score or of a figure of a level, and how many enterprises got another rank or class.
"""

import json
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

FOLDER, MONTHS = Path(sys.argv[1]), int(sys.argv[2])
YEAR = ["revenue", "tax_total", "value_added", "energy_tce", "rd_expense", "profit", "wages", "export_value", "fixed_invest",
        "cod", "nh3n", "so2", "nox"]
MEANS = ["land_mu", "employees", "assets"]
BEFORE = ["revenue", "tax_total", "value_added"]
ITEMS = {  # indicator: numerator, denominator, weight
    "tax_per_mu": ("tax_total", "land_mu", 30), "rev_per_mu": ("revenue", "land_mu", 15),
    "va_per_tce": ("value_added", "energy_tce", 15), "labor_prod": ("value_added", "employees", 10),
    "rd_int": ("rd_expense", "revenue", 10), "va_per_poll": ("value_added", "pollution", 10), "roa": ("profit", "assets", 5),
}
LEVELS = {"revenue": "revenue", "tax_total": "tax_total", "value_added": "value_added", "energy_tce": "energy_tce",
          "land_mu": "land", "employees": "employees", "rd_expense": "rd_expense", "export_value": "export",
          "fixed_invest": "invest", "wages": "wages"}


def best(work, runs=5):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def load():
    enterprises = pl.read_csv(FOLDER / "enterprises.csv")
    count = len(enterprises)
    columns = {"id": np.tile(np.arange(count, dtype=np.int32), MONTHS),
               "month": np.repeat(np.arange(MONTHS, dtype=np.int32), count)}
    for path in sorted(FOLDER.glob("*.i64")):
        raw = np.fromfile(path, dtype="<i8")
        missing = raw == np.iinfo(np.int64).min
        columns[path.stem] = pl.Series(np.where(missing, 0, raw) / 100).set(pl.Series(missing), None)
    return enterprises, pl.DataFrame(columns)


def polars_evaluation(enterprises, facts):
    col = pl.col
    now, ago = MONTHS - 12, MONTHS - 24

    def total(name, alias):
        return pl.when(col(name).count() > 0).then(col(name).sum()).alias(alias)

    def ratio(top, below):
        return pl.when(col(below) != 0).then(col(top) / col(below))

    year = facts.lazy().filter(col("month") >= now).group_by("id").agg(
        *[total(name, name) for name in YEAR], *[col(name).mean() for name in MEANS],
        col("revenue").count().alias("reported"))
    before = facts.lazy().filter(col("month").is_between(ago, now - 1)).group_by("id").agg(
        *[total(name, name + "_before") for name in BEFORE])
    base = (enterprises.lazy().join(year, on="id", how="left").join(before, on="id", how="left")
            .with_columns(pollution=pl.sum_horizontal([col(name).fill_null(0) for name in ("cod", "nh3n", "so2", "nox")]),
                          rated=(col("reported").fill_null(0) >= 8) & (col("land_mu") > 0).fill_null(False))
            .with_columns(**{name: ratio(top, below) for name, (top, below, _) in ITEMS.items()}).collect())
    rated = col("rated")
    peers = base.lazy().group_by("district", "industry").agg(
        **{"peer_" + name: col(top).filter(rated).sum() / col(below).filter(rated).sum()
           for name, (top, below, _) in ITEMS.items()})
    points = [weight * pl.when(col("peer_" + name) > 0).then((col(name) / col("peer_" + name)).clip(0, 1.5)).otherwise(0.0)
              .fill_null(0.0) for name, (_, _, weight) in ITEMS.items()]
    growth = 5 * (0.5 + ratio("tax_total", "tax_total_before") - 1).clip(0, 1.5).fill_null(0.0)
    raw = (sum(points[1:], points[0]) + growth + pl.when(col("hitech") == 1).then(5.0).otherwise(0.0)
           - pl.when(col("accidents") > 0).then(10.0).otherwise(0.0))
    key = ["district", "industry", "rated"]
    graded = (base.lazy().join(peers, on=["district", "industry"])
              .with_columns(score=(raw.clip(0, 120) * 1e6 + 0.5).floor().cast(pl.Int64))
              .sort("score", "id", descending=[True, False])
              .with_columns(rank=pl.int_range(1, pl.len() + 1).over(key), size=pl.len().over(key).cast(pl.Int64))
              .with_columns(grade=pl.when(~rated).then(pl.lit("N"))
                            .when(col("rank") * 100 <= col("size") * 20)
                            .then(pl.when(col("tax_per_mu").fill_null(0) < 1).then(pl.lit("B")).otherwise(pl.lit("A")))
                            .when(col("rank") * 100 <= col("size") * 70).then(pl.lit("B"))
                            .when(col("rank") * 100 <= col("size") * 95).then(pl.lit("C")).otherwise(pl.lit("D")))
              .collect())
    sums = ([col(name).sum() for name in LEVELS] + [col(name + "_before").sum() for name in BEFORE]
            + [(col("grade") == grade).sum().alias("n_" + grade) for grade in "ABCDN"]
            + [col("score").filter(rated).mean().alias("mean_score")])
    levels = []
    for level in ("city", "district", "chain", "park"):
        grouped = (graded.lazy().select(*sums).with_columns(key=pl.lit("")) if level == "city"
                   else graded.lazy().filter(col(level).is_not_null()).group_by(col(level).cast(pl.String).alias("key")).agg(*sums))
        levels.append(grouped.with_columns(level=pl.lit(level)).select("level", "key", pl.exclude("level", "key")))
    rolled = pl.concat(levels).with_columns(
        tax_per_mu=ratio("tax_total", "land_mu"), rev_per_mu=ratio("revenue", "land_mu"),
        va_per_tce=ratio("value_added", "energy_tce"), labor_prod=ratio("value_added", "employees"),
        rd_int=ratio("rd_expense", "revenue"), revenue_growth=ratio("revenue", "revenue_before") - 1,
        tax_total_growth=ratio("tax_total", "tax_total_before") - 1).collect()
    city = rolled.filter(col("level") == "city").row(0, named=True)
    rolled = rolled.with_columns(tax_to_city=col("tax_per_mu") / city["tax_per_mu"],
                                 place=col("tax_per_mu").rank("min", descending=True).over("level"))
    return graded, rolled


def duckdb_statements():
    now, ago = MONTHS - 12, MONTHS - 24
    year = ", ".join([f"sum({name}) AS {name}" for name in YEAR] + [f"avg({name}) AS {name}" for name in MEANS])
    before = ", ".join(f"sum({name}) AS {name}_before" for name in BEFORE)
    ratios = ", ".join(f"{top} / nullif({below}, 0) AS {name}" for name, (top, below, _) in ITEMS.items())
    peers = ", ".join(f"sum({top}) FILTER (rated) / nullif(sum({below}) FILTER (rated), 0) AS peer_{name}"
                      for name, (top, below, _) in ITEMS.items())
    points = " + ".join(
        f"{weight} * coalesce(CASE WHEN peer_{name} > 0 THEN least(greatest({name} / peer_{name}, 0), 1.5) ELSE 0 END, 0)"
        for name, (_, _, weight) in ITEMS.items())
    sums = ", ".join([f"sum({name}) AS {name}" for name in LEVELS] + [f"sum({name}_before) AS {name}_before" for name in BEFORE]
                     + [f"count(*) FILTER (grade = '{grade}') AS n_{grade}" for grade in "ABCDN"]
                     + ["avg(score) FILTER (rated) AS mean_score"])
    levels = " UNION ALL ".join(
        f"SELECT '{level}' AS level, {key} AS key, {sums} FROM graded {rest}"
        for level, key, rest in [("city", "''", "")] + [
            (level, f"CAST({level} AS VARCHAR)", f"WHERE {level} IS NOT NULL GROUP BY {level}")
            for level in ("district", "chain", "park")])
    return [
        f"""CREATE OR REPLACE TABLE base AS
        WITH y AS (SELECT id, {year}, count(revenue) AS reported FROM facts WHERE month >= {now} GROUP BY id),
        b AS (SELECT id, {before} FROM facts WHERE month BETWEEN {ago} AND {now - 1} GROUP BY id),
        j AS (SELECT e.*, y.* EXCLUDE (id), b.* EXCLUDE (id),
              coalesce(cod, 0) + coalesce(nh3n, 0) + coalesce(so2, 0) + coalesce(nox, 0) AS pollution,
              coalesce(reported, 0) >= 8 AND coalesce(land_mu > 0, false) AS rated
              FROM enterprises e LEFT JOIN y USING (id) LEFT JOIN b USING (id))
        SELECT *, {ratios} FROM j""",
        f"""CREATE OR REPLACE TABLE graded AS
        WITH p AS (SELECT district, industry, {peers} FROM base GROUP BY ALL),
        s AS (SELECT base.*, CAST(floor(least(greatest({points}
              + 5 * coalesce(least(greatest(0.5 + tax_total / nullif(tax_total_before, 0) - 1, 0), 1.5), 0)
              + CASE WHEN hitech = 1 THEN 5 ELSE 0 END - CASE WHEN accidents > 0 THEN 10 ELSE 0 END, 0), 120) * 1e6 + 0.5) AS BIGINT) AS score
              FROM base JOIN p USING (district, industry)),
        r AS (SELECT *, row_number() OVER w AS rank, count(*) OVER (PARTITION BY district, industry, rated) AS size FROM s
              WINDOW w AS (PARTITION BY district, industry, rated ORDER BY score DESC, id))
        SELECT *, CASE WHEN NOT rated THEN 'N'
            WHEN rank * 100 <= size * 20 THEN CASE WHEN coalesce(tax_per_mu, 0) < 1 THEN 'B' ELSE 'A' END
            WHEN rank * 100 <= size * 70 THEN 'B' WHEN rank * 100 <= size * 95 THEN 'C' ELSE 'D' END AS grade FROM r""",
        f"""CREATE OR REPLACE TABLE rolled AS WITH l AS ({levels})
        SELECT *, tax_total / nullif(land_mu, 0) AS tax_per_mu, revenue / nullif(land_mu, 0) AS rev_per_mu,
            value_added / nullif(energy_tce, 0) AS va_per_tce, value_added / nullif(employees, 0) AS labor_prod,
            rd_expense / nullif(revenue, 0) AS rd_int, revenue / nullif(revenue_before, 0) - 1 AS revenue_growth,
            tax_total / nullif(tax_total_before, 0) - 1 AS tax_total_growth,
            rank() OVER (PARTITION BY level ORDER BY tax_total / nullif(land_mu, 0) DESC) AS place FROM l""",
    ]


def compare(graded, rolled):
    """Largest relative difference of scores and of figures of levels; enterprises with another rank or class."""
    ours = pl.read_csv(FOLDER / "ours-enterprises.csv").sort("id")
    theirs = graded.sort("id")
    score = theirs["score"].to_numpy() / 1e6
    mine = ours["score"].to_numpy()
    scores = float(np.max(np.abs(mine - score) / np.maximum(np.abs(score), 1)))
    rated = theirs["grade"].to_numpy() != "N"
    ranks = int(np.sum((ours["rank"].to_numpy() != theirs["rank"].to_numpy()) & rated))
    grades = int(np.sum(ours["grade"].to_numpy() != theirs["grade"].to_numpy()))
    values = {(row[0], row[1]): row[2] for row in pl.read_csv(FOLDER / "ours-levels.csv").iter_rows()}
    worst = 0.0
    for row in rolled.iter_rows(named=True):
        level, key = row["level"], row["key"]
        prefix = {"district": "district/d", "chain": "chain/c"}.get(level, "")
        subject = "city" if level == "city" else f"p{int(key):03}" if level == "park" else prefix + key
        for name, ours_name in LEVELS.items():
            value = values.get((f"{level}_{ours_name}", subject))
            if value is None:
                raise SystemExit(f"no figure of ours for {level}_{ours_name} of {subject}")
            worst = max(worst, abs(value - row[name]) / max(abs(row[name]), 1))
    return {"scores": scores, "levels": worst, "otherRanks": ranks, "otherClasses": grades}


def main():
    enterprises, facts = load()
    polars_seconds, (graded, rolled) = best(lambda: polars_evaluation(enterprises, facts))
    result = {"polars": pl.__version__, "duckdb": duckdb.__version__, "polarsSeconds": polars_seconds,
              "difference": compare(graded, rolled)}
    base = duckdb.connect()
    base.execute("CREATE TABLE enterprises AS SELECT * FROM enterprises")
    base.execute("CREATE TABLE facts AS SELECT * FROM facts")
    statements = duckdb_statements()
    result["duckdbSeconds"], _ = best(lambda: [base.execute(statement) for statement in statements])
    print(json.dumps(result))


main()
