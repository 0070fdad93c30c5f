//! Decisions on a park, newest first.

use axum::extract::State;
use uuid::Uuid;

use crate::decisions::types::DecisionItem;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath};
use crate::http::paging::Page;
use crate::session::Caller;
use crate::state::AppState;

/// Decisions on a park, newest first.
#[utoipa::path(
    get,
    path = "/parks/{id}/decisions",
    operation_id = "list_decisions",
    tag = "结论",
    params(("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = Page<DecisionItem>))
)]
pub(crate) async fn list_decisions(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Page<DecisionItem>>> {
    Err(ApiError::internal("not wired yet"))
}
