//! Benchmarks: figures of a wider subject (the city's value-added rate) as versioned inputs, each with its source.

use jiff::Timestamp;
use jiff::civil::Date;
use xiyuan_policy::frame::Period;
use xiyuan_policy::number::Exact;

use crate::audit::Entry;
use crate::database::{Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError, is_unique_violation};
use crate::ids::UserId;
use crate::known_time::KnownTime;
use crate::period::{format_period, parse_period};
use crate::role::Action;
use crate::scope::Scope;

/// A value to enter.
#[derive(Clone, Debug)]
pub struct NewBenchmark {
    /// Benchmark id of the package (`city.value_added_rate`).
    pub benchmark: String,
    /// Period.
    pub period: Period,
    /// Value in the benchmark's unit; `None` takes the value back.
    pub value: Option<Exact>,
    /// Where it was published.
    pub source: String,
    /// What it covers, in words.
    pub coverage: Option<String>,
    /// Day from which on it is no longer changed.
    pub frozen_on: Option<Date>,
}

/// A value that stands (or stood).
#[derive(Clone, Debug)]
pub struct BenchmarkValue {
    /// What was entered.
    pub entered: NewBenchmark,
    /// 1, 2, 3 …
    pub revision: i64,
    /// Its commit.
    pub commit: KnownTime,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
}

/// Enters a value: a new revision of that benchmark and period. A source is required; from the freeze date on it is
/// refused, unless the entry names a later freeze date.
pub async fn insert(tx: &mut Transaction, scope: &Scope, value: NewBenchmark) -> Result<i64> {
    scope.require_everywhere(Action::EditBenchmarks)?;
    if value.source.trim().is_empty() {
        return Err(StoreError::invalid("source", InvalidCode::Required, None));
    }
    let period = format_period(value.period);
    let sql = Sql::new(
        "SELECT revision, frozen_on FROM benchmark_revisions WHERE benchmark = $1 AND period = $2 \
         ORDER BY revision DESC LIMIT 1",
    )
    .bind(&value.benchmark)
    .bind(&period);
    let head = tx
        .optional(sql, |row| Ok((row.get::<i64>("revision")?, row.get::<Option<Date>>("frozen_on")?)))
        .await?;
    let current = head.map_or(0, |head| head.0);
    if let Some((_, Some(frozen))) = head
        && frozen <= tx.context().today()
        && value.frozen_on.is_none_or(|next| next <= frozen)
    {
        return Err(StoreError::invalid("frozenOn", InvalidCode::State, Some(frozen.to_string())));
    }
    let id = tx.id().await?;
    let sql = Sql::new(
        "INSERT INTO benchmark_revisions (benchmark, period, revision, value, source, coverage, frozen_on, tx) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&value.benchmark)
    .bind(&period)
    .bind(current + 1)
    .bind(value.value.map(store_exact))
    .bind(&value.source)
    .bind(value.coverage.clone())
    .bind(value.frozen_on)
    .bind(id);
    tx.execute(sql).await.map_err(|error| {
        if is_unique_violation(&error) { StoreError::Conflict { current: current + 1 } } else { error }
    })?;
    let after = value.value.map(store_exact).into();
    let entry = Entry::done("insert_benchmark", "benchmark", &value.benchmark).detail(period);
    tx.audit(entry.states(None, Some(after)).under(scope));
    Ok(current + 1)
}

/// `mantissa/scale`: keeps the digits as entered.
fn store_exact(value: Exact) -> String {
    format!("{}/{}", value.mantissa, value.scale)
}

fn read_exact(text: &str) -> Result<Exact> {
    let (mantissa, scale) =
        text.split_once('/').ok_or_else(|| StoreError::internal(format!("benchmark value {text}")))?;
    Ok(Exact {
        mantissa: mantissa.parse().map_err(StoreError::internal)?,
        scale: scale.parse().map_err(StoreError::internal)?,
    })
}

fn read(row: &Row) -> Result<BenchmarkValue> {
    Ok(BenchmarkValue {
        entered: NewBenchmark {
            benchmark: row.get("benchmark")?,
            period: parse_period(&row.get::<String>("period")?)?,
            value: row.get::<Option<String>>("value")?.as_deref().map(read_exact).transpose()?,
            source: row.get("source")?,
            coverage: row.get("coverage")?,
            frozen_on: row.get("frozen_on")?,
        },
        revision: row.get("revision")?,
        commit: KnownTime(row.get("number")?),
        at: row.get("instant")?,
        by: row.get("actor_id")?,
    })
}

/// Values that stood at a commit (`None`: now), one per benchmark and period. Open to every session.
pub async fn list(db: &Database, scope: &Scope, known: Option<KnownTime>) -> Result<Vec<BenchmarkValue>> {
    if scope.system_reason().is_none() && scope.roles().next().is_none() {
        return Ok(Vec::new());
    }
    standing(&mut db.reader(), known).await
}

pub(crate) async fn standing(run: &mut impl Run, known: Option<KnownTime>) -> Result<Vec<BenchmarkValue>> {
    let mut sql = Sql::new(
        "SELECT b.*, c.number, c.instant, c.actor_id FROM benchmark_revisions b JOIN commits c ON c.tx = b.tx",
    );
    if let Some(known) = known {
        sql.push(" WHERE c.number <= ").arg(known.0);
    }
    sql.push(" ORDER BY b.benchmark, b.period, b.revision");
    let mut values: Vec<BenchmarkValue> = Vec::new();
    for value in run.all(sql, read).await? {
        match values.last_mut() {
            Some(last)
                if (&last.entered.benchmark, last.entered.period)
                    == (&value.entered.benchmark, value.entered.period) =>
            {
                *last = value;
            }
            _ => values.push(value),
        }
    }
    Ok(values)
}
