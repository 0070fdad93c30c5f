//! Freeze and sign the self-check of a park.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::decisions::types::CreateDecisionRequest;
use crate::decisions::types::DecisionDetail;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath};
use crate::session::Caller;
use crate::state::AppState;

/// Freeze and sign the self-check of a park.
#[utoipa::path(
    post,
    path = "/parks/{id}/decisions",
    operation_id = "create_decision",
    tag = "结论",
    params(("id" = Uuid, Path, description = "Park")),
    request_body = CreateDecisionRequest,
    responses((status = 201, description = "OK", body = DecisionDetail))
)]
pub(crate) async fn create_decision(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    ApiJson(_request): ApiJson<CreateDecisionRequest>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
