//! The file itself.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiPath;
use crate::session::Caller;
use crate::state::AppState;

/// The file itself.
#[utoipa::path(
    get,
    path = "/evidence/{id}/file",
    operation_id = "get_evidence_file",
    tag = "佐证材料",
    params(("id" = Uuid, Path, description = "Evidence")),
    responses((status = 200, description = "File", content_type = "application/octet-stream", body = Vec<u8>))
)]
pub(crate) async fn get_evidence_file(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
