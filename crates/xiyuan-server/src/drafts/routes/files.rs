//! Files of a draft, and what the compiler says while they are written.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use uuid::Uuid;
use xiyuan_policy::{compile::compile, source::SourceFile};
use xiyuan_store::{DraftId, drafts::FileChange};

use crate::{
    drafts::{
        findings,
        loaded::{Loaded, as_changes, change, check_path, load},
        types::{
            CheckDraftRequest, DraftFileSaved, DraftFileText, Findings, PutDraftFileRequest,
            RenameDraftFileRequest,
        },
    },
    engine::blocking,
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath},
        revision::{IfMatch, etag},
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    let (text, base) = loaded.text(&path);
    let text = text.ok_or_else(|| ApiError::not_found("文件"))?;
    let revision = loaded.draft.revision;
    let shown = DraftFileText { text, base_text: base.map(str::to_owned), path, revision };
    Ok((etag(revision), ApiJson(shown)).into_response())
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    check_path(&path)?;
    let changes = as_changes(&loaded, vec![SourceFile::new(path, request.text)]);
    saved(&state, &caller, &loaded, revision, changes).await
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    let (text, base) = loaded.text(&path);
    if text.is_none() {
        return Err(ApiError::not_found("文件"));
    }
    let change = if base.is_some() { FileChange::Remove } else { FileChange::Revert };
    saved(&state, &caller, &loaded, revision, vec![(path, change)]).await
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    if matches!(loaded.text(&path), (None, None)) {
        return Err(ApiError::not_found("文件"));
    }
    saved(&state, &caller, &loaded, revision, vec![(path, FileChange::Revert)]).await
}

/// Give a file another name, in one revision of the draft. A name that is taken is refused.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/files/{path}/rename",
    operation_id = "rename_draft_file",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("path" = String, Path, description = "Path inside the package, slashes as %2F"),
        ("If-Match" = String, Header, description = "Revision of the draft, from ETag")
    ),
    request_body = RenameDraftFileRequest,
    responses((status = 200, description = "OK", body = DraftFileSaved))
)]
pub(in crate::drafts) async fn rename_draft_file(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, path)): ApiPath<(Uuid, String)>,
    IfMatch(revision): IfMatch,
    ApiJson(request): ApiJson<RenameDraftFileRequest>,
) -> ApiResult<Response> {
    let loaded = load(&state, &caller, DraftId(id)).await?;
    let (text, base) = loaded.text(&path);
    let text = text.ok_or_else(|| ApiError::not_found("文件"))?;
    let to = request.to.trim();
    check_path(to)?;
    if loaded.text(to).0.is_some() {
        return Err(ApiError::field("to", "path-taken", format!("草稿里已有文件“{to}”。")));
    }
    let gone = if base.is_some() { FileChange::Remove } else { FileChange::Revert };
    let mut changes = as_changes(&loaded, vec![SourceFile::new(to, text)]);
    changes.push((path, gone));
    saved(&state, &caller, &loaded, revision, changes).await
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    check_path(&request.path)?;
    let mut sources = loaded.sources();
    sources.own.retain(|file| file.path != request.path);
    sources.own.push(SourceFile::new(request.path, request.text));
    let found = blocking(move || findings::show(&compile(&sources.own, &sources.library))).await?;
    Ok(ApiJson(found))
}

/// Writes changes and answers with what the compiler says now.
async fn saved(
    state: &AppState,
    caller: &Caller,
    loaded: &Loaded,
    expected: i64,
    changes: Vec<(String, FileChange)>,
) -> ApiResult<Response> {
    let loaded = change(state, caller, loaded, expected, changes).await?;
    let check = findings::show(&*loaded.compile(state).await?);
    let revision = loaded.draft.revision;
    Ok((etag(revision), ApiJson(DraftFileSaved { revision, check })).into_response())
}
