//! A decision computed again.

use axum::extract::State;
use uuid::Uuid;

use crate::{
    decisions::types::DecisionReplay,
    error::{ApiError, ApiResult},
    http::extract::{ApiJson, ApiPath},
    session::Caller,
    state::AppState,
};

/// Compute a decision again under its own version of the policy and its own known time.
#[utoipa::path(
    post,
    path = "/decisions/{id}/replay",
    operation_id = "replay_decision",
    tag = "结论",
    params(("id" = Uuid, Path, description = "Decision")),
    responses((status = 200, description = "OK", body = DecisionReplay))
)]
pub(crate) async fn replay_decision(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<DecisionReplay>> {
    let _ = (state, caller, id);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}
