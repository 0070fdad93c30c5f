//! One enterprise with memberships, filings and history; `ETag` is its revision.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiPath;
use crate::registry::types::EnterpriseDetail;
use crate::session::Caller;
use crate::state::AppState;

/// One enterprise with memberships, filings and history; `ETag` is its revision.
#[utoipa::path(
    get,
    path = "/enterprises/{id}",
    operation_id = "get_enterprise",
    tag = "企业",
    params(("id" = Uuid, Path, description = "Enterprise")),
    responses((status = 200, description = "OK", body = EnterpriseDetail))
)]
pub(crate) async fn get_enterprise(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
