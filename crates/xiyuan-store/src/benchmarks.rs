//! Benchmarks: figures of a wider subject (the city's value-added rate) as versioned inputs, each with its source: what was
//! published elsewhere and entered, or a figure that the platform computed and an officer froze.
//!
//! Versions are only added; the newest one known at an instant counts. Must not compute a figure.

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
    /// Value in the unit; `None` takes the value back.
    pub value: Option<Exact>,
    /// Unit of the value, by name. `None` only in versions entered before units were kept: then it is the benchmark's.
    pub unit: Option<String>,
    /// Where it was published.
    pub source: String,
    /// What it covers, in words.
    pub coverage: Option<String>,
    /// Day from which on it is no longer changed.
    pub frozen_on: Option<Date>,
    /// What a frozen figure was computed from; `None`: entered by hand.
    pub computed: Option<Computation>,
}

/// The computed figure of a group that a version was frozen from. Together with the period it is enough to compute the
/// value again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computation {
    /// SM3 digest of the published package whose indicator it is.
    pub package_digest: String,
    /// Indicator.
    pub indicator: String,
    /// Its name then.
    pub indicator_name: String,
    /// Group, as the frame names it.
    pub group: String,
    /// Its name then.
    pub group_name: String,
    /// Enterprises of the group.
    pub members: i64,
    /// How many of those expected to filed what the figure reads: (filed, expected).
    pub coverage: Option<(i64, i64)>,
    /// Commit up to which everything was included.
    pub known: KnownTime,
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
    /// The name of who.
    pub by_name: Option<String>,
}

impl BenchmarkValue {
    /// The value for a package that declares the benchmark in a unit; one of another unit is none, never converted by guess.
    pub(crate) fn value_in(&self, unit: &str) -> Option<Exact> {
        self.entered.value.filter(|_| self.entered.unit.as_deref().is_none_or(|of| of == unit))
    }
}

/// Enters a value: a new revision of that benchmark and period. A source is required; from the freeze date on it is
/// refused, unless the entry names a later freeze date.
pub async fn insert(tx: &mut Transaction, scope: &Scope, value: NewBenchmark) -> Result<i64> {
    scope.require_everywhere(Action::EditBenchmarks)?;
    if value.source.trim().is_empty() {
        return Err(StoreError::invalid("source", InvalidCode::Required, None));
    }
    if value.value.is_some() && value.unit.as_deref().is_none_or(|unit| unit.trim().is_empty()) {
        return Err(StoreError::invalid("unit", InvalidCode::Required, None));
    }
    if value.value.is_none() && value.computed.is_some() {
        return Err(StoreError::invalid("value", InvalidCode::Required, None));
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
        "INSERT INTO benchmark_revisions (benchmark, period, revision, value, unit, source, coverage, frozen_on, tx) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&value.benchmark)
    .bind(&period)
    .bind(current + 1)
    .bind(value.value.map(store_exact))
    .bind(value.unit.clone())
    .bind(&value.source)
    .bind(value.coverage.clone())
    .bind(value.frozen_on)
    .bind(id);
    tx.execute(sql).await.map_err(|error| {
        if is_unique_violation(&error) { StoreError::Conflict { current: current + 1 } } else { error }
    })?;
    if let Some(computed) = &value.computed {
        insert_computation(tx, (&value.benchmark, &period, current + 1), computed).await?;
    }
    let after = value.value.map(store_exact).into();
    let act = if value.computed.is_some() { "freeze_benchmark" } else { "insert_benchmark" };
    let entry = Entry::done(act, "benchmark", &value.benchmark).detail(period);
    tx.audit(entry.states(None, Some(after)).under(scope));
    Ok(current + 1)
}

async fn insert_computation(
    tx: &mut Transaction,
    (benchmark, period, revision): (&str, &str, i64),
    computed: &Computation,
) -> Result<()> {
    let sql = Sql::new(
        "INSERT INTO benchmark_computations (benchmark, period, revision, package_digest, indicator, indicator_name, \
         group_id, group_name, members, reported, expected, known_time) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(benchmark)
    .bind(period)
    .bind(revision)
    .bind(&computed.package_digest)
    .bind(&computed.indicator)
    .bind(&computed.indicator_name)
    .bind(&computed.group)
    .bind(&computed.group_name)
    .bind(computed.members)
    .bind(computed.coverage.map(|(reported, _)| reported))
    .bind(computed.coverage.map(|(_, expected)| expected))
    .bind(computed.known.0);
    tx.execute(sql).await?;
    Ok(())
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

fn read_computation(row: &Row) -> Result<Option<Computation>> {
    let Some(package_digest) = row.get::<Option<String>>("package_digest")? else { return Ok(None) };
    let (reported, expected) = (row.get::<Option<i64>>("reported")?, row.get::<Option<i64>>("expected")?);
    Ok(Some(Computation {
        package_digest,
        indicator: row.get("indicator")?,
        indicator_name: row.get("indicator_name")?,
        group: row.get("group_id")?,
        group_name: row.get("group_name")?,
        members: row.get("members")?,
        coverage: reported.zip(expected),
        known: KnownTime(row.get("known_time")?),
    }))
}

fn read(row: &Row) -> Result<BenchmarkValue> {
    Ok(BenchmarkValue {
        entered: NewBenchmark {
            benchmark: row.get("benchmark")?,
            period: parse_period(&row.get::<String>("period")?)?,
            value: row.get::<Option<String>>("value")?.as_deref().map(read_exact).transpose()?,
            unit: row.get("unit")?,
            source: row.get("source")?,
            coverage: row.get("coverage")?,
            frozen_on: row.get("frozen_on")?,
            computed: read_computation(row)?,
        },
        revision: row.get("revision")?,
        commit: KnownTime(row.get("number")?),
        at: row.get("instant")?,
        by: row.get("actor_id")?,
        by_name: row.get("actor_name")?,
    })
}

/// Values are figures of the city, not of one firm: every session with any role may read them.
fn may_read(scope: &Scope) -> bool {
    scope.system_reason().is_some() || scope.roles().next().is_some()
}

/// Values that stood at a commit (`None`: now), one per benchmark and period. Open to every session.
pub async fn list(db: &Database, scope: &Scope, known: Option<KnownTime>) -> Result<Vec<BenchmarkValue>> {
    if !may_read(scope) {
        return Ok(Vec::new());
    }
    standing(&mut db.reader(), known).await
}

/// All versions of one benchmark and period up to a commit (`None`: now), the newest first: the first one counts.
pub async fn versions(
    db: &Database,
    scope: &Scope,
    benchmark: &str,
    period: Period,
    known: Option<KnownTime>,
) -> Result<Vec<BenchmarkValue>> {
    if !may_read(scope) {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE b.benchmark = ").arg(benchmark).push(" AND b.period = ").arg(format_period(period));
    if let Some(known) = known {
        sql.push(" AND c.number <= ").arg(known.0);
    }
    sql.push(" ORDER BY b.revision DESC");
    db.reader().all(sql, read).await
}

const SELECT: &str = "SELECT b.*, c.number, c.instant, c.actor_id, u.name AS actor_name, f.package_digest, f.indicator, \
     f.indicator_name, f.group_id, f.group_name, f.members, f.reported, f.expected, f.known_time \
     FROM benchmark_revisions b JOIN commits c ON c.tx = b.tx LEFT JOIN users u ON u.id = c.actor_id \
     LEFT JOIN benchmark_computations f ON f.benchmark = b.benchmark AND f.period = b.period AND f.revision = b.revision";

pub(crate) async fn standing(run: &mut impl Run, known: Option<KnownTime>) -> Result<Vec<BenchmarkValue>> {
    let mut sql = Sql::new(SELECT);
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
