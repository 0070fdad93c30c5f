//! The HTTP side of the checks.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::checks::types::CheckAnswer;
use crate::checks::types::ChecksAnswer;
use crate::checks::types::FigureAnswer;
use crate::checks::types::RunWhatIfRequest;
use crate::checks::types::WhatIfAnswer;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath, ApiQuery};
use crate::session::Caller;
use crate::state::AppState;

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
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    ApiQuery(_query): ApiQuery<GetParkCheckQuery>,
) -> ApiResult<ApiJson<CheckAnswer>> {
    Err(ApiError::internal("not wired yet"))
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
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<ListChecksQuery>,
) -> ApiResult<ApiJson<ChecksAnswer>> {
    Err(ApiError::internal("not wired yet"))
}

/// Move thresholds and readings; answers with who flips. Changes nothing.
#[utoipa::path(
    post,
    path = "/what-if",
    operation_id = "run_what_if",
    tag = "自评",
    request_body = RunWhatIfRequest,
    responses((status = 200, description = "OK", body = WhatIfAnswer))
)]
pub(crate) async fn run_what_if(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiJson(_request): ApiJson<RunWhatIfRequest>,
) -> ApiResult<ApiJson<WhatIfAnswer>> {
    Err(ApiError::internal("not wired yet"))
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
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_indicator): ApiPath<String>,
    ApiQuery(_query): ApiQuery<GetFigureQuery>,
) -> ApiResult<ApiJson<FigureAnswer>> {
    Err(ApiError::internal("not wired yet"))
}
