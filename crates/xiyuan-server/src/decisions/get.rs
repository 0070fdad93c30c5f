//! A decision, verified now: signature and figures.

use axum::extract::State;
use uuid::Uuid;

use crate::decisions::types::DecisionDetail;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath};
use crate::session::Caller;
use crate::state::AppState;

/// A decision, verified now: signature and figures.
#[utoipa::path(
    get,
    path = "/decisions/{id}",
    operation_id = "get_decision",
    tag = "结论",
    params(("id" = Uuid, Path, description = "Decision")),
    responses((status = 200, description = "OK", body = DecisionDetail))
)]
pub(crate) async fn get_decision(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<DecisionDetail>> {
    Err(ApiError::internal("not wired yet"))
}
