//! Open, list, discard, bring back.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{
    drafts::types::{CreatePolicyDraftRequest, ListPolicyDraftsQuery, PolicyDraft},
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        idempotency::Idempotency,
        paging::Page,
    },
    session::Caller,
    state::AppState,
};

/// Drafts, the last changed first. `files` are empty here.
#[utoipa::path(
    get,
    path = "/policy-drafts",
    operation_id = "list_policy_drafts",
    tag = "政策草稿",
    params(ListPolicyDraftsQuery),
    responses((status = 200, description = "OK", body = Page<PolicyDraft>))
)]
pub(in crate::drafts) async fn list_policy_drafts(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListPolicyDraftsQuery>,
) -> ApiResult<ApiJson<Page<PolicyDraft>>> {
    let _ = (state, caller, query);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Open a draft of a published version.
#[utoipa::path(
    post,
    path = "/policy-drafts",
    operation_id = "create_policy_draft",
    tag = "政策草稿",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeats create nothing again")),
    request_body = CreatePolicyDraftRequest,
    responses((status = 201, description = "Created", body = PolicyDraft))
)]
pub(in crate::drafts) async fn create_policy_draft(
    State(state): State<AppState>,
    caller: Caller,
    key: Idempotency,
    ApiJson(request): ApiJson<CreatePolicyDraftRequest>,
) -> ApiResult<Response> {
    let _ = (state, caller, key, request);
    Err::<Response, _>(ApiError::refused("not-ready", "尚未就绪。"))
        .map(|r| (StatusCode::CREATED, r).into_response())
}

/// A draft with its files.
#[utoipa::path(
    get,
    path = "/policy-drafts/{id}",
    operation_id = "get_policy_draft",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "OK", body = PolicyDraft))
)]
pub(in crate::drafts) async fn get_policy_draft(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    let _ = (state, caller, id);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Discard a draft. It stays readable and can be brought back.
#[utoipa::path(
    delete,
    path = "/policy-drafts/{id}",
    operation_id = "delete_policy_draft",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 204, description = "Done"))
)]
pub(in crate::drafts) async fn delete_policy_draft(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<StatusCode> {
    let _ = (state, caller, id);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Bring a discarded draft back.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/restore",
    operation_id = "restore_policy_draft",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "OK", body = PolicyDraft))
)]
pub(in crate::drafts) async fn restore_policy_draft(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    let _ = (state, caller, id);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}
