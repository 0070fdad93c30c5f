//! Enterprises in the park on a day.

use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath, ApiQuery};
use crate::http::paging::Page;
use crate::registry::types::ParkEnterpriseItem;
use crate::session::Caller;
use crate::state::AppState;

/// Filters of the enterprises of a park.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParkEnterprisesQuery {
    /// Part of the name or credit code.
    #[serde(default)]
    pub search: Option<String>,
    /// Day; the last day of `year` when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    /// Year of `filed`; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Enterprises in the park on a day.
#[utoipa::path(
    get,
    path = "/parks/{id}/enterprises",
    operation_id = "list_park_enterprises",
    tag = "园区",
    params(ListParkEnterprisesQuery, ("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = Page<ParkEnterpriseItem>))
)]
pub(crate) async fn list_park_enterprises(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    ApiQuery(_query): ApiQuery<ListParkEnterprisesQuery>,
) -> ApiResult<ApiJson<Page<ParkEnterpriseItem>>> {
    Err(ApiError::internal("not wired yet"))
}
