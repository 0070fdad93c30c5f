//! Upload an evidence file.

use axum::extract::Multipart;
use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::evidence::types::CreateEvidenceForm;
use crate::evidence::types::EvidenceItem;
use crate::http::extract::ApiPath;
use crate::session::Caller;
use crate::state::AppState;

/// Upload an evidence file.
#[utoipa::path(
    post,
    path = "/parks/{id}/evidence",
    operation_id = "create_evidence",
    tag = "佐证材料",
    params(("id" = Uuid, Path, description = "Park")),
    request_body(content = CreateEvidenceForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "OK", body = EvidenceItem))
)]
pub(crate) async fn create_evidence(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    _form: Multipart,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
