//! Computed figures that could be frozen as a benchmark.

use axum::extract::State;
use xiyuan_policy::{frame::SubjectIx, plan::IndicatorIx};
use xiyuan_store::Action;

use super::{
    compute::{compute, grouping},
    find::find,
    types::{BenchmarkCandidate, BenchmarkCandidates, BenchmarkQuery},
};
use crate::{
    engine::blocking,
    error::ApiResult,
    http::extract::{ApiJson, ApiPath, ApiQuery},
    session::Caller,
    state::AppState,
};

/// Figures of groups in a unit that fits, each with its value or why it cannot be frozen.
#[utoipa::path(
    get,
    path = "/benchmarks/{id}/candidates",
    operation_id = "list_benchmark_candidates",
    tag = "全市基准",
    params(BenchmarkQuery, ("id" = String, Path, description = "Benchmark")),
    responses((status = 200, description = "OK", body = BenchmarkCandidates))
)]
pub(crate) async fn list_benchmark_candidates(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<BenchmarkQuery>,
) -> ApiResult<ApiJson<BenchmarkCandidates>> {
    caller.scope().require_everywhere(Action::EditBenchmarks)?;
    let found = find(&state, &id, query.policy.as_deref(), query.year).await?;
    let known = state.engine.commit(query.as_of.as_deref()).await?.number;
    let frame = state.engine.frame(&found.package, found.period, known).await?;
    let items = blocking(move || -> ApiResult<Vec<BenchmarkCandidate>> {
        let (package, unit) = (&found.package, &found.benchmark().unit);
        let mut items = Vec::new();
        for (index, indicator) in (0..).map(IndicatorIx).zip(&package.indicators) {
            let Ok(grouping) = grouping(package, indicator, unit) else { continue };
            for group in frame.groups(grouping).map(SubjectIx::Group) {
                let computed = compute(package, &frame, index, group, found.period, unit)?;
                let info = frame.subject(group);
                items.push(BenchmarkCandidate {
                    indicator: indicator.id.clone(),
                    indicator_name: indicator.name.clone(),
                    group: info.id.clone(),
                    group_name: info.name.clone(),
                    members: i64::try_from(computed.members).unwrap_or(i64::MAX),
                    reported: computed.coverage.map(|coverage| coverage.reported.into()),
                    expected: computed.coverage.map(|coverage| coverage.expected.into()),
                    value: computed.value.ok().map(|value| value.to_string()),
                    reason: computed.value.err().map(super::compute::Obstacle::reason),
                });
            }
        }
        Ok(items)
    });
    Ok(ApiJson(BenchmarkCandidates { items: items.await?? }))
}
