//! The HTTP side of the checks.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use xiyuan_store::{ParkId, audit::Entry};

use super::{
    CheckQuestion, FigureQuestion, LeverQuestion, check_park, explain_figure, find_levers,
    question::pairs,
    types::{CheckAnswer, ChecksAnswer, FigureAnswer, LeversAnswer, RunWhatIfRequest, WhatIfAnswer},
};
use crate::{
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        files,
        paging::{bad_cursor, page_limit},
        sheets,
    },
    session::Caller,
    state::AppState,
};

/// Members of a page of a figure when the caller does not say.
const MEMBERS: u32 = 200;

/// What is checked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetParkCheckQuery {
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Assessment; the package's first when absent.
    #[serde(default)]
    pub assessment: Option<String>,
    /// Known time: commit number or instant; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
    /// `CRITERION:READING`, may repeat.
    #[serde(default)]
    #[param(required = false)]
    pub reading: Vec<String>,
    /// `PARAMETER:VALUE` in the parameter's unit, may repeat.
    #[serde(default)]
    #[param(required = false)]
    pub set: Vec<String>,
}

/// Self-check of a park, condition by condition.
#[utoipa::path(
    get,
    path = "/parks/{id}/check",
    operation_id = "get_park_check",
    tag = "自评",
    params(GetParkCheckQuery, ("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = CheckAnswer))
)]
pub(crate) async fn get_park_check(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(query): ApiQuery<GetParkCheckQuery>,
) -> ApiResult<ApiJson<CheckAnswer>> {
    let question = CheckQuestion {
        year: query.year,
        policy: query.policy,
        assessment: query.assessment,
        as_of: query.as_of,
        parameters: pairs("set", &query.set)?,
        readings: pairs("reading", &query.reading)?,
    };
    Ok(ApiJson(check_park(&state, caller.scope(), ParkId(id), &question).await?))
}

/// What is checked.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListChecksQuery {
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Assessment; the package's first when absent.
    #[serde(default)]
    pub assessment: Option<String>,
    /// Known time: commit number or instant; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// Outcomes of all parks of the reader.
#[utoipa::path(
    get,
    path = "/checks",
    operation_id = "list_checks",
    tag = "自评",
    params(ListChecksQuery),
    responses((status = 200, description = "OK", body = ChecksAnswer))
)]
pub(crate) async fn list_checks(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListChecksQuery>,
) -> ApiResult<ApiJson<ChecksAnswer>> {
    let question = CheckQuestion {
        year: query.year,
        policy: query.policy,
        assessment: query.assessment,
        as_of: query.as_of,
        ..CheckQuestion::default()
    };
    Ok(ApiJson(super::list_checks(&state, caller.scope(), &question).await?))
}

/// Move thresholds, readings, filings and sources; answers with who flips. Changes nothing.
#[utoipa::path(
    post,
    path = "/what-if",
    operation_id = "run_what_if",
    tag = "自评",
    request_body = RunWhatIfRequest,
    responses((status = 200, description = "OK", body = WhatIfAnswer))
)]
pub(crate) async fn run_what_if(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(request): ApiJson<RunWhatIfRequest>,
) -> ApiResult<ApiJson<WhatIfAnswer>> {
    Ok(ApiJson(super::run_what_if(&state, caller.scope(), &request).await?))
}

/// What flips as a spreadsheet, a line per condition that changes.
#[utoipa::path(
    post,
    path = "/what-if.xlsx",
    operation_id = "export_what_if",
    tag = "自评",
    request_body = RunWhatIfRequest,
    responses((
        status = 200,
        description = "xlsx",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = Vec<u8>
    ))
)]
pub(crate) async fn export_what_if(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(request): ApiJson<RunWhatIfRequest>,
) -> ApiResult<Response> {
    let answer = super::run_what_if(&state, caller.scope(), &request).await?;
    let head = [
        "园区名称",
        "总结论（原）",
        "总结论（推演）",
        "条件名称",
        "原结论",
        "推演结论",
        "值",
        "门槛",
        "距离",
        "单位",
        "说明",
    ];
    let note =
        if answer.is_supposed { "含假设填报，不作为结论" } else { "推演，不作为结论" };
    let rows = answer.flips.iter().flat_map(|flip| {
        flip.criteria.iter().map(move |one| {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            vec![
                flip.park.name.clone(),
                flip.before.label().to_owned(),
                flip.after.label().to_owned(),
                one.name.clone(),
                one.before.label().to_owned(),
                one.after.label().to_owned(),
                text(&one.value),
                text(&one.threshold),
                text(&one.distance),
                text(&one.unit),
                note.to_owned(),
            ]
        })
    });
    caller.note_read(&state, Entry::done("export_what_if", "park", answer.flips.len()));
    let bytes = sheets::table("推演", &head, rows)?;
    Ok(files::download("推演.xlsx", files::XLSX, bytes))
}

/// Which condition.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListLeversQuery {
    /// Condition id.
    pub criterion: String,
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Assessment; the package's first when absent.
    #[serde(default)]
    pub assessment: Option<String>,
    /// Known time: commit number or instant; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
    /// `CRITERION:READING`, may repeat.
    #[serde(default)]
    #[param(required = false)]
    pub reading: Vec<String>,
}

/// What it would take: for each figure that feeds a condition the least change of it alone that meets the condition.
#[utoipa::path(
    get,
    path = "/parks/{id}/levers",
    operation_id = "list_levers",
    tag = "自评",
    params(ListLeversQuery, ("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = LeversAnswer))
)]
pub(crate) async fn list_levers(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(query): ApiQuery<ListLeversQuery>,
) -> ApiResult<ApiJson<LeversAnswer>> {
    let question = LeverQuestion {
        criterion: query.criterion,
        check: CheckQuestion {
            year: query.year,
            policy: query.policy,
            assessment: query.assessment,
            as_of: query.as_of,
            readings: pairs("reading", &query.reading)?,
            ..CheckQuestion::default()
        },
    };
    let answer = find_levers(&state, caller.scope(), ParkId(id), &question).await?;
    let entry = Entry::done("read_levers", "park", id).named(answer.park.name.clone());
    caller.note_read(&state, entry.detail(answer.criterion.clone()));
    Ok(ApiJson(answer))
}

/// Which figure.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetFigureQuery {
    /// Park.
    pub park: Uuid,
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Known time: commit number or instant; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
    /// `PARAMETER:VALUE` in the parameter's unit, may repeat.
    #[serde(default)]
    #[param(required = false)]
    pub set: Vec<String>,
    /// Cursor of the page of members before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Members of a page, 1 to 500; 200 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A figure opened down to the filings it was computed from.
#[utoipa::path(
    get,
    path = "/figures/{indicator}",
    operation_id = "get_figure",
    tag = "自评",
    params(GetFigureQuery, ("indicator" = String, Path, description = "Indicator")),
    responses((status = 200, description = "OK", body = FigureAnswer))
)]
pub(crate) async fn get_figure(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(indicator): ApiPath<String>,
    ApiQuery(query): ApiQuery<GetFigureQuery>,
) -> ApiResult<ApiJson<FigureAnswer>> {
    let question = FigureQuestion {
        indicator,
        park: ParkId(query.park),
        check: CheckQuestion {
            year: query.year,
            policy: query.policy,
            as_of: query.as_of,
            parameters: pairs("set", &query.set)?,
            ..CheckQuestion::default()
        },
        after: query.cursor.as_deref().map_or(Ok(0), str::parse).map_err(|_| bad_cursor())?,
        limit: page_limit(query.limit.or(Some(MEMBERS)))? as usize,
    };
    let answer = explain_figure(&state, caller.scope(), &question).await?;
    let entry = Entry::done("read_figure", "park", query.park).named(answer.subject.name.clone());
    caller.note_read(&state, entry.detail(answer.indicator.id.clone()));
    Ok(ApiJson(answer))
}
