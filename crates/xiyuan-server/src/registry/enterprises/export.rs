//! The same list as a spreadsheet, all pages.

use axum::extract::State;
use axum::response::Response;

use super::list::ListEnterprisesQuery;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiQuery;
use crate::session::Caller;
use crate::state::AppState;

/// The same list as a spreadsheet, all pages.
#[utoipa::path(
    get,
    path = "/enterprises.xlsx",
    operation_id = "export_enterprises",
    tag = "企业",
    params(ListEnterprisesQuery),
    responses((status = 200, description = "xlsx", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>))
)]
pub(crate) async fn export_enterprises(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<ListEnterprisesQuery>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
