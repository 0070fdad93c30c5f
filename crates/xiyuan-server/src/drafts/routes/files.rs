//! Files of a draft, and what the compiler says while they are written.

use axum::{extract::State, response::Response};
use uuid::Uuid;

use crate::{
    drafts::types::{CheckDraftRequest, DraftFileSaved, DraftFileText, Findings, PutDraftFileRequest},
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath},
        revision::IfMatch,
    },
    session::Caller,
    state::AppState,
};

/// A file of the draft with its text. The path is one segment: its slashes are sent as `%2F`.
#[utoipa::path(
    get,
    path = "/policy-drafts/{id}/files/{path}",
    operation_id = "get_draft_file",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("path" = String, Path, description = "Path inside the package, slashes as %2F")
    ),
    responses((status = 200, description = "OK", body = DraftFileText))
)]
pub(in crate::drafts) async fn get_draft_file(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, path)): ApiPath<(Uuid, String)>,
) -> ApiResult<Response> {
    let _ = (state, caller, id, path);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Write a file. Every write is kept as a revision of the draft.
#[utoipa::path(
    put,
    path = "/policy-drafts/{id}/files/{path}",
    operation_id = "put_draft_file",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("path" = String, Path, description = "Path inside the package, slashes as %2F"),
        ("If-Match" = String, Header, description = "Revision of the draft, from ETag")
    ),
    request_body = PutDraftFileRequest,
    responses((status = 200, description = "OK", body = DraftFileSaved))
)]
pub(in crate::drafts) async fn put_draft_file(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, path)): ApiPath<(Uuid, String)>,
    IfMatch(revision): IfMatch,
    ApiJson(request): ApiJson<PutDraftFileRequest>,
) -> ApiResult<Response> {
    let _ = (state, caller, id, path, revision, request);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Take a file out of the draft: a new one goes, one of the base is left out.
#[utoipa::path(
    delete,
    path = "/policy-drafts/{id}/files/{path}",
    operation_id = "delete_draft_file",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("path" = String, Path, description = "Path inside the package, slashes as %2F"),
        ("If-Match" = String, Header, description = "Revision of the draft, from ETag")
    ),
    responses((status = 200, description = "OK", body = DraftFileSaved))
)]
pub(in crate::drafts) async fn delete_draft_file(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, path)): ApiPath<(Uuid, String)>,
    IfMatch(revision): IfMatch,
) -> ApiResult<Response> {
    let _ = (state, caller, id, path, revision);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Back to the file as it stands in the base.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/files/{path}/revert",
    operation_id = "revert_draft_file",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("path" = String, Path, description = "Path inside the package, slashes as %2F"),
        ("If-Match" = String, Header, description = "Revision of the draft, from ETag")
    ),
    responses((status = 200, description = "OK", body = DraftFileSaved))
)]
pub(in crate::drafts) async fn revert_draft_file(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, path)): ApiPath<(Uuid, String)>,
    IfMatch(revision): IfMatch,
) -> ApiResult<Response> {
    let _ = (state, caller, id, path, revision);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// What the compiler says of the draft with an unsaved text in place. Nothing is stored.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/findings",
    operation_id = "check_draft",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    request_body = CheckDraftRequest,
    responses((status = 200, description = "OK", body = Findings))
)]
pub(in crate::drafts) async fn check_draft(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(request): ApiJson<CheckDraftRequest>,
) -> ApiResult<ApiJson<Findings>> {
    let _ = (state, caller, id, request);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}
