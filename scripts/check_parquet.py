"""The share of the leading industry in the revenue of each park, by DuckDB and by pandas from a frozen frame, beside the
exact figures of check-park. usage: check_parquet.py ARCHIVE YEAR CHECKS"""

import json
import sys
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import duckdb
import pandas as pd

INDICATOR = "leading-revenue-share"


def by_duckdb(archive: Path, year: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Sums as DECIMAL; a park with a missing cell is left out, as an exact sum of it does not exist."""
    rows = duckdb.sql(f"""
        SELECT m.park,
               coalesce(sum(e.revenue) FILTER (WHERE e.leading_industry = p.leading_industry), 0),
               sum(e.revenue)
        FROM '{archive}/memberships.parquet' m
        JOIN '{archive}/values-enterprise-{year}.parquet' e ON e._id = m.enterprise
        JOIN '{archive}/values-park-{year}.parquet' p ON p._id = m.park
        WHERE m.period = '{year}'
        GROUP BY m.park
        HAVING bool_and(e.revenue IS NOT NULL AND e.leading_industry IS NOT NULL AND p.leading_industry IS NOT NULL)
    """).fetchall()
    return {park: (Decimal(top), Decimal(bottom)) for park, top, bottom in rows}


def by_pandas(archive: Path, year: str) -> dict[str, tuple[Decimal, Decimal]]:
    """The same with Python decimals."""
    members = pd.read_parquet(archive / "memberships.parquet")
    enterprises = pd.read_parquet(archive / f"values-enterprise-{year}.parquet")
    parks = pd.read_parquet(archive / f"values-park-{year}.parquet")[["_id", "leading_industry"]]
    parks = parks.rename(columns={"_id": "park", "leading_industry": "of_park"})
    rows = members[members["period"] == year].merge(enterprises, left_on="enterprise", right_on="_id")
    rows = rows.merge(parks, on="park")
    found = {}
    for park, group in rows.groupby("park"):
        if group[["revenue", "leading_industry", "of_park"]].isna().any().any():
            continue
        leading = group[group["leading_industry"] == group["of_park"]]
        found[park] = (sum(leading["revenue"], Decimal(0)), sum(group["revenue"], Decimal(0)))
    return found


def shown(part: tuple[Decimal, Decimal], decimals: int) -> str:
    with localcontext() as context:
        context.prec = 60
        share = part[0] / part[1] * 100
        return str(share.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def main() -> int:
    archive, year, checks = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    duck, panda = by_duckdb(archive, year), by_pandas(archive, year)
    if duck != panda:
        print(f"DuckDB and pandas differ: {duck} {panda}")
        return 1
    compared = 0
    for file in sorted(checks.glob("*.json")):
        check = json.loads(file.read_text(encoding="utf-8"))
        park = check["park"]["id"]
        value = next(c for c in check["criteria"] if c["id"] == INDICATOR)["value"]
        if (value is None) != (park not in duck):
            print(f"{check['park']['name']}: check-park says {value}, the Parquet {duck.get(park)}")
            return 1
        if value is None:
            continue
        decimals = len(value.partition(".")[2])
        if shown(duck[park], decimals) != value:
            print(f"{check['park']['name']}: check-park says {value}, the Parquet {shown(duck[park], decimals)}")
            return 1
        compared += 1
    print(f"{compared} parks: DuckDB {duckdb.__version__}, pandas {pd.__version__} and check-park agree")
    return 0 if compared else 1


if __name__ == "__main__":
    sys.exit(main())
