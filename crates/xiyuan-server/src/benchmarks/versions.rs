//! A benchmark with its versions.

use std::collections::BTreeSet;

use axum::extract::State;
use xiyuan_policy::{
    frame::{Frame, Period},
    package::{Benchmark, Package, Test, Threshold},
    plan::{BenchmarkIx, Expression, IndicatorIx, each_child},
};
use xiyuan_store::{
    KnownTime, Scope,
    benchmarks::{self, BenchmarkValue},
};

use super::{
    find::{Found, find},
    types::{BenchmarkComputation, BenchmarkDetail, BenchmarkQuery, BenchmarkVersion, PublishedBenchmark},
};
use crate::{
    error::ApiResult,
    http::extract::{ApiJson, ApiPath, ApiQuery},
    session::Caller,
    state::{AppState, Services},
};

/// A benchmark of a year with all its versions, older ones included.
#[utoipa::path(
    get,
    path = "/benchmarks/{id}/versions",
    operation_id = "list_benchmark_versions",
    tag = "全市基准",
    params(BenchmarkQuery, ("id" = String, Path, description = "Benchmark")),
    responses((status = 200, description = "OK", body = BenchmarkDetail))
)]
pub(crate) async fn list_benchmark_versions(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<BenchmarkQuery>,
) -> ApiResult<ApiJson<BenchmarkDetail>> {
    let found = find(&state, &id, query.policy.as_deref(), query.year).await?;
    let known = state.engine.commit(query.as_of.as_deref()).await?.number;
    Ok(ApiJson(detail(&state, caller.scope(), &found, known).await?))
}

/// A found benchmark as of a commit.
pub(super) async fn detail(
    services: &Services,
    scope: &Scope,
    found: &Found,
    known: KnownTime,
) -> ApiResult<BenchmarkDetail> {
    told(services, scope, found.benchmark(), found.period, known).await
}

async fn told(
    services: &Services,
    scope: &Scope,
    benchmark: &Benchmark,
    period: Period,
    known: KnownTime,
) -> ApiResult<BenchmarkDetail> {
    let versions = benchmarks::versions(&services.db, scope, &benchmark.id, period, Some(known)).await?;
    let published = benchmark.published.iter().rev().find(|(year, ..)| Period::Year(*year) == period);
    let published = published.map(|(_, value, source)| PublishedBenchmark {
        value: value.normalized().to_string(),
        source: source.clone(),
    });
    let versions: Vec<BenchmarkVersion> =
        versions.into_iter().map(|version| shown(version, &benchmark.unit)).collect();
    // As frames are built: the newest version, unless it was taken back or is of another unit; then what was published.
    let newest = versions.first().filter(|version| version.unit == benchmark.unit);
    let newest = newest.and_then(|version| version.value.clone());
    Ok(BenchmarkDetail {
        id: benchmark.id.clone(),
        name: benchmark.name.clone(),
        unit: benchmark.unit.clone(),
        decimals: benchmark.decimals,
        definition: benchmark.definition.clone(),
        owed_by: benchmark.owed_by.clone(),
        period: period.to_string(),
        value: newest.or_else(|| published.as_ref().map(|published| published.value.clone())),
        published,
        versions,
    })
}

fn shown(version: BenchmarkValue, unit: &str) -> BenchmarkVersion {
    let entered = version.entered;
    BenchmarkVersion {
        revision: version.revision,
        value: entered.value.map(|value| value.normalized().to_string()),
        unit: entered.unit.unwrap_or_else(|| unit.to_owned()),
        source: entered.source,
        coverage: entered.coverage,
        frozen_on: entered.frozen_on.map(|day| day.to_string()),
        computed: entered.computed.map(|computed| BenchmarkComputation {
            package_digest: computed.package_digest,
            indicator: computed.indicator,
            indicator_name: computed.indicator_name,
            group: computed.group,
            group_name: computed.group_name,
            members: computed.members,
            reported: computed.coverage.map(|(reported, _)| reported),
            expected: computed.coverage.map(|(_, expected)| expected),
            known_time: computed.known.0,
        }),
        known_time: version.commit.0,
        at: version.at,
        by: version.by_name.unwrap_or_else(|| "系统".to_owned()),
    }
}

/// Benchmarks that a figure, or a condition on it, reads in its period or an earlier one.
pub(crate) async fn read_by(
    services: &Services,
    scope: &Scope,
    package: &Package,
    frame: &Frame,
    indicator: IndicatorIx,
    period: Period,
) -> ApiResult<Vec<BenchmarkDetail>> {
    let mut read = BTreeSet::new();
    visit(package, &package.indicators[indicator.index()].expression, period, &mut read);
    for reading in package.criteria.iter().flat_map(|criterion| &criterion.readings) {
        visit_test(package, &reading.test, indicator, period, &mut read);
    }
    let mut details = Vec::with_capacity(read.len());
    for (benchmark, period) in read {
        let benchmark = &package.benchmarks[benchmark.index()];
        details.push(told(services, scope, benchmark, period, KnownTime(frame.known())).await?);
    }
    Ok(details)
}

fn visit_test(
    package: &Package,
    test: &Test,
    of: IndicatorIx,
    period: Period,
    read: &mut BTreeSet<(BenchmarkIx, Period)>,
) {
    match test {
        Test::Indicator { indicator, threshold: Threshold::Expression { expression, .. }, .. }
            if *indicator == of =>
        {
            visit(package, expression, period, read);
        }
        Test::All { tests } | Test::Any { tests } => {
            for test in tests {
                visit_test(package, test, of, period, read);
            }
        }
        _ => {}
    }
}

/// Indicators use only earlier ones, so this ends.
fn visit(
    package: &Package,
    expression: &Expression,
    period: Period,
    read: &mut BTreeSet<(BenchmarkIx, Period)>,
) {
    let mut period = period;
    match expression {
        Expression::Benchmark { benchmark, shift } => {
            read.insert((*benchmark, period.earlier(*shift)));
        }
        Expression::Indicator { shift, .. } | Expression::Wider { shift, .. } => {
            period = period.earlier(*shift);
        }
        _ => {}
    }
    each_child(package, expression, &mut |child| visit(package, child, period, read));
}
