//! Parks of the reader with their outcome for a year.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiQuery};
use crate::http::paging::Page;
use crate::http::types::OutcomeName;
use crate::registry::types::ParkItem;
use crate::session::Caller;
use crate::state::AppState;

/// Orders of parks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParkSort {
    /// By name.
    #[default]
    Name,
    /// Most enterprises first.
    Enterprises,
    /// 满足, 暂不能判定, 不满足.
    Outcome,
}

/// Filters of parks.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParksQuery {
    /// Part of the name or code.
    #[serde(default)]
    pub search: Option<String>,
    /// District.
    #[serde(default)]
    pub district: Option<Uuid>,
    /// Outcome of the year.
    #[serde(default)]
    pub outcome: Option<OutcomeName>,
    /// Year of the outcome; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Order; `name` when absent.
    #[serde(default)]
    #[param(inline)]
    pub sort: Option<ParkSort>,
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Parks of the reader with their outcome for a year.
#[utoipa::path(
    get,
    path = "/parks",
    operation_id = "list_parks",
    tag = "园区",
    params(ListParksQuery),
    responses((status = 200, description = "OK", body = Page<ParkItem>))
)]
pub(crate) async fn list_parks(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<ListParksQuery>,
) -> ApiResult<ApiJson<Page<ParkItem>>> {
    Err(ApiError::internal("not wired yet"))
}
