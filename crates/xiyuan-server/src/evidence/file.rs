//! The evidence file itself.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use uuid::Uuid;
use xiyuan_store::{EvidenceId, audit::Entry, evidence};

use crate::{
    error::{ApiResult, Missing},
    http::{extract::ApiPath, files},
    session::Caller,
    state::AppState,
};

/// The file itself, always as a download: nothing that was uploaded is shown inside the app's origin.
#[utoipa::path(
    get,
    path = "/evidence/{id}/file",
    operation_id = "get_evidence_file",
    tag = "佐证材料",
    params(("id" = Uuid, Path, description = "Evidence")),
    responses((status = 200, description = "File", content_type = "application/octet-stream", body = Vec<u8>))
)]
pub(crate) async fn get_evidence_file(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    let (file, bytes) =
        evidence::get(&state.db, caller.scope(), EvidenceId(id)).await.or_missing("佐证材料")?;
    let entry = Entry::done("read_evidence", "evidence", id).named(file.file_name.clone());
    caller.note_read(&state, entry);
    let mut response = files::download(&file.file_name, "application/octet-stream", bytes);
    if let Ok(kind) = HeaderValue::from_str(&file.media_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    Ok(response)
}
