//! The cockpit in one request.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::dashboard::types::Dashboard;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiQuery};
use crate::session::Caller;
use crate::state::AppState;

/// Which year.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetDashboardQuery {
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
}

/// The cockpit in one request.
#[utoipa::path(
    get,
    path = "/dashboard",
    operation_id = "get_dashboard",
    tag = "驾驶舱",
    params(GetDashboardQuery),
    responses((status = 200, description = "OK", body = Dashboard))
)]
pub(crate) async fn get_dashboard(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<GetDashboardQuery>,
) -> ApiResult<ApiJson<Dashboard>> {
    Err(ApiError::internal("not wired yet"))
}
