//! The same list as a spreadsheet, all pages.

use axum::extract::State;
use axum::response::Response;

use super::list::ListParksQuery;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiQuery;
use crate::session::Caller;
use crate::state::AppState;

/// The same list as a spreadsheet, all pages.
#[utoipa::path(
    get,
    path = "/parks.xlsx",
    operation_id = "export_parks",
    tag = "园区",
    params(ListParksQuery),
    responses((status = 200, description = "xlsx", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>))
)]
pub(crate) async fn export_parks(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<ListParksQuery>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
