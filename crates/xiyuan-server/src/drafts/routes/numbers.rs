//! Numbers of a draft and their guided change.

use axum::{extract::State, response::Response};
use uuid::Uuid;

use crate::{
    drafts::types::{ChangeDraftNumberRequest, DraftNumber, PolicyDraft},
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath},
        paging::Page,
        revision::IfMatch,
    },
    session::Caller,
    state::AppState,
};

/// Every number of the policy's own, with the sentence it stands in.
#[utoipa::path(
    get,
    path = "/policy-drafts/{id}/numbers",
    operation_id = "list_draft_numbers",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "OK", body = Page<DraftNumber>))
)]
pub(in crate::drafts) async fn list_draft_numbers(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Page<DraftNumber>>> {
    let _ = (state, caller, id);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Change one number, and the sentence it stands in, everywhere it is quoted.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/numbers",
    operation_id = "change_draft_number",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("If-Match" = String, Header, description = "Revision of the draft, from ETag")
    ),
    request_body = ChangeDraftNumberRequest,
    responses((status = 200, description = "OK", body = PolicyDraft))
)]
pub(in crate::drafts) async fn change_draft_number(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    IfMatch(revision): IfMatch,
    ApiJson(request): ApiJson<ChangeDraftNumberRequest>,
) -> ApiResult<Response> {
    let _ = (state, caller, id, revision, request);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}
