//! Benchmarks: figures of a wider subject (the city's value-added rate) as versioned inputs, each with its source.

use jiff::Timestamp;
use jiff::civil::Date;
use xiyuan_policy::frame::Period;
use xiyuan_policy::number::Exact;

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::UserId;
use crate::known_time::KnownTime;
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

/// Enters a value: a new revision of that benchmark and period. A source is required; after the freeze date only
/// with a later freeze date.
pub async fn insert(tx: &mut Transaction, scope: &Scope, value: NewBenchmark) -> Result<i64> {
    let _ = (tx, scope, value);
    unbuilt()
}

/// Values that stood at a commit (`None`: now), one per benchmark and period. Open to every session.
pub async fn list(db: &Database, scope: &Scope, known: Option<KnownTime>) -> Result<Vec<BenchmarkValue>> {
    let _ = (db, scope, known);
    unbuilt()
}
