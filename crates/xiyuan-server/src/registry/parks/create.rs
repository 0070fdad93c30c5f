//! Add a park.

use axum::extract::State;
use axum::response::Response;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::registry::types::CreateParkRequest;
use crate::registry::types::ParkDetail;
use crate::session::Caller;
use crate::state::AppState;

/// Add a park.
#[utoipa::path(
    post,
    path = "/parks",
    operation_id = "create_park",
    tag = "园区",
    request_body = CreateParkRequest,
    responses((status = 201, description = "OK", body = ParkDetail))
)]
pub(crate) async fn create_park(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiJson(_request): ApiJson<CreateParkRequest>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
