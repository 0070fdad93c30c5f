//! Enter a value that was published elsewhere, or take one back.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use xiyuan_policy::number::Exact;
use xiyuan_store::{
    Action,
    benchmarks::{self, NewBenchmark},
};

use super::{
    find::{Found, find},
    types::{BenchmarkDetail, CreateBenchmarkVersionRequest},
    versions::detail,
};
use crate::{
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath},
        idempotency::Idempotency,
    },
    session::Caller,
    state::AppState,
};

/// Enter a value with its source: a new version; earlier ones stay.
#[utoipa::path(
    post,
    path = "/benchmarks/{id}/versions",
    operation_id = "create_benchmark_version",
    tag = "全市基准",
    params(("id" = String, Path, description = "Benchmark")),
    request_body = CreateBenchmarkVersionRequest,
    responses((status = 201, description = "OK", body = BenchmarkDetail))
)]
pub(crate) async fn create_benchmark_version(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    key: Idempotency,
    ApiJson(request): ApiJson<CreateBenchmarkVersionRequest>,
) -> ApiResult<Response> {
    caller.scope().require_everywhere(Action::EditBenchmarks)?;
    let found = find(&state, &id, request.policy.as_deref(), Some(request.year)).await?;
    if key.first(&state, &caller, &request).await?.is_none() {
        let new = entered(&found, &request)?;
        keep(&state, &caller, &key, &request, new, "录入全市基准").await?;
    }
    answer(&state, &caller, &found).await
}

fn entered(found: &Found, request: &CreateBenchmarkVersionRequest) -> ApiResult<NewBenchmark> {
    let benchmark = found.benchmark();
    if request.source.trim().is_empty() {
        return Err(ApiError::field("source", "required", "请写明数据来源（公布单位、文件和日期）。"));
    }
    let value = match request.value.as_deref().map(str::trim) {
        None => None,
        Some(text) => {
            let value = Exact::parse(text)
                .map_err(|_| ApiError::field("value", "not-a-number", format!("“{text}”不是数字。")))?;
            let range = &benchmark.admissible;
            if range.min.is_some_and(|min| value < min) || range.max.is_some_and(|max| value > max) {
                let detail = format!("{text}{} 超出“{}”允许的范围。", benchmark.unit, benchmark.name);
                return Err(ApiError::field("value", "out-of-range", detail));
            }
            Some(value)
        }
    };
    Ok(NewBenchmark {
        benchmark: benchmark.id.clone(),
        period: found.period,
        value,
        unit: Some(benchmark.unit.clone()),
        source: request.source.trim().to_owned(),
        coverage: request
            .coverage
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        frozen_on: request.frozen_on,
        computed: None,
    })
}

/// Writes a version, once for a request.
pub(super) async fn keep<R: serde::Serialize + Sync>(
    state: &AppState,
    caller: &Caller,
    key: &Idempotency,
    request: &R,
    new: NewBenchmark,
    label: &str,
) -> ApiResult<()> {
    let mut tx = state.db.begin(&caller.context).await?;
    benchmarks::insert(&mut tx, caller.scope(), new).await?;
    key.keep(&mut tx, request, caller.context.new_id()).await?;
    tx.commit(label).await?;
    Ok(())
}

/// The benchmark as it stands now.
pub(super) async fn answer(state: &AppState, caller: &Caller, found: &Found) -> ApiResult<Response> {
    let known = state.engine.commit(None).await?.number;
    let detail = detail(state, caller.scope(), found, known).await?;
    Ok((StatusCode::CREATED, ApiJson(detail)).into_response())
}
