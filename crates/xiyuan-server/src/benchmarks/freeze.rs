//! Freeze a computed figure as a benchmark.

use axum::{extract::State, response::Response};
use xiyuan_policy::{
    frame::{Frame, SubjectIx},
    package::{Indicator, Package},
    plan::{GroupingIx, IndicatorIx},
};
use xiyuan_store::{
    Action, KnownTime,
    benchmarks::{Computation, NewBenchmark},
};

use super::{
    compute::{compute, grouping},
    create::{answer, keep},
    find::{Found, find},
    types::{BenchmarkDetail, FreezeBenchmarkRequest},
};
use crate::{
    engine::blocking,
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath},
        idempotency::Idempotency,
    },
    session::Caller,
    state::AppState,
};

/// Freeze the figure that the platform computes for a group now: a new version that says what it was computed from. Refused
/// where the figure is missing or undefined: missing never becomes zero.
#[utoipa::path(
    post,
    path = "/benchmarks/{id}/freeze",
    operation_id = "freeze_benchmark",
    tag = "全市基准",
    params(("id" = String, Path, description = "Benchmark")),
    request_body = FreezeBenchmarkRequest,
    responses((status = 201, description = "OK", body = BenchmarkDetail))
)]
pub(crate) async fn freeze_benchmark(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    key: Idempotency,
    ApiJson(request): ApiJson<FreezeBenchmarkRequest>,
) -> ApiResult<Response> {
    caller.scope().require_everywhere(Action::EditBenchmarks)?;
    let found = find(&state, &id, request.policy.as_deref(), Some(request.year)).await?;
    if key.first(&state, &caller, &request).await?.is_none() {
        let new = computed(&state, &caller, &found, &request).await?;
        keep(&state, &caller, &key, &request, new, "冻结全市基准").await?;
    }
    answer(&state, &caller, &found).await
}

async fn computed(
    state: &AppState,
    caller: &Caller,
    found: &Found,
    request: &FreezeBenchmarkRequest,
) -> ApiResult<NewBenchmark> {
    let unit = found.benchmark().unit.clone();
    let known = state.engine.commit(None).await?.number;
    let (index, grouping) = indicator(&found.package, &request.indicator, &unit)?;
    let frame = state.engine.frame(&found.package, found.period, known).await?;
    let group = group(&frame, grouping, &found.package, request.group.as_deref())?;
    let (package, period, of_unit) = (found.package.clone(), found.period, unit.clone());
    let shared = frame.clone();
    let computed = blocking(move || compute(&package, &shared, index, group, period, &of_unit)).await??;
    let value = computed.value.map_err(super::compute::Obstacle::refuse)?;
    let rule = &found.package.indicators[index.index()];
    let origin = Computation {
        package_digest: found.package.digest.clone(),
        indicator: rule.id.clone(),
        indicator_name: rule.name.clone(),
        group: frame.subject(group).id.clone(),
        group_name: frame.subject(group).name.clone(),
        members: i64::try_from(computed.members).map_err(ApiError::internal)?,
        coverage: computed.coverage.map(|coverage| (coverage.reported.into(), coverage.expected.into())),
        known,
    };
    Ok(NewBenchmark {
        benchmark: found.benchmark().id.clone(),
        period: found.period,
        value: Some(value),
        unit: Some(unit),
        source: source(rule, known, &request.note),
        coverage: Some(scope_words(&origin)),
        frozen_on: Some(caller.context.today()),
        computed: Some(origin),
    })
}

fn indicator(package: &Package, id: &str, unit: &str) -> ApiResult<(IndicatorIx, GroupingIx)> {
    let found = (0..).map(IndicatorIx).zip(&package.indicators).find(|(_, indicator)| indicator.id == id);
    let Some((index, indicator)) = found else {
        return Err(ApiError::field("indicator", "unknown-indicator", format!("政策包没有指标“{id}”。")));
    };
    Ok((index, grouping(package, indicator, unit)?))
}

/// The named group; the only one where none is named.
fn group(
    frame: &Frame,
    grouping: GroupingIx,
    package: &Package,
    named: Option<&str>,
) -> ApiResult<SubjectIx> {
    let mut groups = frame.groups(grouping).map(SubjectIx::Group);
    let name = &package.groupings[grouping.index()].name;
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        let mut groups = groups.filter(|group| frame.subject(*group).id == named);
        let detail = format!("“{name}”没有分组“{named}”。");
        return groups.next().ok_or_else(|| ApiError::field("group", "unknown-group", detail));
    }
    match (groups.next(), groups.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => {
            let detail = format!("“{name}”有多个分组，请写明冻结哪一个。");
            Err(ApiError::field("group", "required", detail))
        }
        (None, _) => Err(ApiError::refused("figure-missing", format!("不能冻结：“{name}”还没有任何成员。"))),
    }
}

fn source(indicator: &Indicator, known: KnownTime, note: &str) -> String {
    let computed = format!("平台按指标“{}”计算，数据截至第 {} 号登记", indicator.name, known.0);
    match note.trim() {
        "" => computed,
        note => format!("{computed}；{note}"),
    }
}

/// What the figure covers, in words.
fn scope_words(origin: &Computation) -> String {
    let members = format!("{}，{} 家企业", origin.group_name, origin.members);
    match origin.coverage {
        Some((reported, expected)) => format!("{members}，应报 {expected} 家中已报 {reported} 家"),
        None => members,
    }
}
