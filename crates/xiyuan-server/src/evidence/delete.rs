//! Take an evidence file back: it no longer counts, and stays on record.

use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiPath;
use crate::session::Caller;
use crate::state::AppState;

/// Take an evidence file back: it no longer counts, and stays on record.
#[utoipa::path(
    delete,
    path = "/evidence/{id}",
    operation_id = "delete_evidence",
    tag = "佐证材料",
    params(("id" = Uuid, Path, description = "Evidence")),
    responses((status = 204, description = "Done"))
)]
pub(crate) async fn delete_evidence(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<StatusCode> {
    Err(ApiError::internal("not wired yet"))
}
