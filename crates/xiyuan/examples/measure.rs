//! What a person waits for, on a database that is there: frame, evaluation, what-if, first page of a list. Prints one
//! JSON object with microseconds; asserts nothing. Used by `scripts/bench.sh`.
//!
//! `cargo run --release -p xiyuan --example measure -- sqlite:PATH YEAR PARAMETER VALUE`; with XIYUAN_BENCH_POSTGRES also
//! the evaluation in SQL there, held against the columnar one.

use std::time::{Duration, Instant};

use serde_json::json;
use xiyuan_policy::evaluate::{Overrides, Run, column};
use xiyuan_policy::frame::Period;
use xiyuan_policy::number::Exact;
use xiyuan_policy::what_if::flips;
use xiyuan_server::state::Sources;
use xiyuan_server::{Config, Limits, Services};
use xiyuan_store::registry::enterprises::{self, EnterpriseQuery};
use xiyuan_store::{Database, Scope, sql_evaluator};

const RUNS: u32 = 7;

fn microseconds(time: Duration) -> serde_json::Value {
    json!(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
}

/// The shortest of some runs, in microseconds.
fn best<T>(mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut shortest: Option<(Duration, T)> = None;
    for _ in 0..RUNS {
        let started = Instant::now();
        let answer = work();
        let time = started.elapsed();
        if shortest.as_ref().is_none_or(|(least, _)| time < *least) {
            shortest = Some((time, answer));
        }
    }
    shortest.expect("at least one run")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().ok_or_else(|| format!("missing argument: {what}"));
    let (url, year) = (next("database")?, next("year")?.parse::<i16>()?);
    let (parameter, value) = (next("parameter")?, Exact::parse(&next("value")?)?);
    let config = Config {
        listen: "127.0.0.1:0".parse()?,
        database: url.clone(),
        data_dir: std::env::temp_dir(),
        is_cookie_secure: false,
        trusts_proxy: false,
        limits: Limits::default(),
    };
    let db = Database::connect(&url).await?;
    let failed = |error: xiyuan_server::ApiError| format!("{error:?}");
    let services = Services::attach(config, db, Sources::system()).await.map_err(failed)?;
    let package = services.engine.require_package(None).await.map_err(failed)?;
    let commit = services.engine.commit(None).await.map_err(failed)?;

    let started = Instant::now();
    let frame = services.engine.frame(&package, Period::Year(year), commit.number).await.map_err(failed)?;
    let cold = started.elapsed();

    let plain = Run { assessment: 0, period: Period::Year(year), overrides: Overrides::default() };
    let (evaluation, before) = best(|| column::evaluate(&package, &frame, &plain));
    let before = before.map_err(|error| error.to_string())?;
    let all: Vec<Run> =
        (0..package.assessments.len()).map(|assessment| Run { assessment, ..plain.clone() }).collect();
    let (everything, _) =
        best(|| all.iter().filter(|run| column::evaluate(&package, &frame, run).is_ok()).count());

    let overrides =
        Overrides::resolve(&package, [(parameter.as_str(), value)], []).map_err(|error| error.to_string())?;
    let in_sql = plain.clone();
    let moved = Run { overrides, ..plain };
    let (what_if, changed) =
        best(|| column::evaluate(&package, &frame, &moved).map(|after| flips(&before, &after).len()));
    let changed = changed.map_err(|error| error.to_string())?;

    let mut query = EnterpriseQuery::on(services.today());
    query.page.limit = 50;
    let scope = Scope::system("measuring");
    enterprises::list(&services.db, &scope, &query).await?;
    let started = Instant::now();
    let page = enterprises::list(&services.db, &scope, &query).await?;
    let listing = started.elapsed();

    let mut sql = json!(null);
    if let Ok(url) = std::env::var("XIYUAN_BENCH_POSTGRES") {
        let postgres = Database::connect(&url).await?;
        let started = Instant::now();
        let (result, work) = sql_evaluator::evaluate_with_work(&postgres, &package, &frame, &in_sql).await?;
        let time = started.elapsed();
        postgres.close().await;
        if result != before {
            return Err("SQL answers otherwise than the columnar evaluator".into());
        }
        let work_done = json!({ "statements": work.answered, "refused": work.refused,
            "counted": work.counted, "open": work.open });
        sql = json!({ "microseconds": microseconds(time), "work": work_done });
    }

    let answer = json!({
        "sql": sql,
        "enterprises": page.total,
        "parks": before.parks.len(),
        "frameColdMicroseconds": microseconds(cold),
        "evaluationMicroseconds": microseconds(evaluation),
        "allAssessmentsMicroseconds": microseconds(everything),
        "whatIfMicroseconds": microseconds(what_if),
        "flips": changed,
        "firstPageMicroseconds": microseconds(listing),
    });
    println!("{answer}");
    Ok(())
}
