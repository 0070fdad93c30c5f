//! File figures: a new filing or a new revision of one.

use axum::extract::State;
use axum::response::Response;

use crate::error::{ApiError, ApiResult};
use crate::filings::types::CreateFilingRequest;
use crate::filings::types::FilingDetail;
use crate::http::extract::ApiJson;
use crate::session::Caller;
use crate::state::AppState;

/// File figures: a new filing or a new revision of one.
#[utoipa::path(
    post,
    path = "/filings",
    operation_id = "create_filing",
    tag = "填报",
    request_body = CreateFilingRequest,
    responses((status = 201, description = "OK", body = FilingDetail))
)]
pub(crate) async fn create_filing(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiJson(_request): ApiJson<CreateFilingRequest>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
