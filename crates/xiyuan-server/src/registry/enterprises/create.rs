//! Add an enterprise.

use axum::extract::State;
use axum::response::Response;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::registry::types::CreateEnterpriseRequest;
use crate::registry::types::EnterpriseDetail;
use crate::session::Caller;
use crate::state::AppState;

/// Add an enterprise.
#[utoipa::path(
    post,
    path = "/enterprises",
    operation_id = "create_enterprise",
    tag = "企业",
    request_body = CreateEnterpriseRequest,
    responses((status = 201, description = "OK", body = EnterpriseDetail))
)]
pub(crate) async fn create_enterprise(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiJson(_request): ApiJson<CreateEnterpriseRequest>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
