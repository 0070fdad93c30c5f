//! What a draft would do: names, worked examples, real parks, difference.

use axum::{extract::State, response::Response};
use uuid::Uuid;

use crate::{
    drafts::types::{
        AcceptExpectationsRequest, DraftDifferenceQuery, DraftNames, DraftPreview, DraftTest, PolicyDraft,
        PreviewDraftRequest,
    },
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        revision::IfMatch,
    },
    policies::types::PolicyDifference,
    session::Caller,
    state::AppState,
};

/// Names for completion, from the last state that compiled.
#[utoipa::path(
    get,
    path = "/policy-drafts/{id}/names",
    operation_id = "list_draft_names",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "OK", body = DraftNames))
)]
pub(in crate::drafts) async fn list_draft_names(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<DraftNames>> {
    let _ = (state, caller, id);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Run the worked examples.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/test",
    operation_id = "test_draft",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "OK", body = DraftTest))
)]
pub(in crate::drafts) async fn test_draft(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<DraftTest>> {
    let _ = (state, caller, id);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Rewrite what the named examples expect to what the rules now give.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/expectations",
    operation_id = "accept_expectations",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("If-Match" = String, Header, description = "Revision of the draft, from ETag")
    ),
    request_body = AcceptExpectationsRequest,
    responses((status = 200, description = "OK", body = PolicyDraft))
)]
pub(in crate::drafts) async fn accept_expectations(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    IfMatch(revision): IfMatch,
    ApiJson(request): ApiJson<AcceptExpectationsRequest>,
) -> ApiResult<Response> {
    let _ = (state, caller, id, revision, request);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// Base version and draft on the real parks: who flips.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/preview",
    operation_id = "preview_draft",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    request_body = PreviewDraftRequest,
    responses((status = 200, description = "OK", body = DraftPreview))
)]
pub(in crate::drafts) async fn preview_draft(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(request): ApiJson<PreviewDraftRequest>,
) -> ApiResult<ApiJson<DraftPreview>> {
    let _ = (state, caller, id, request);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}

/// What the draft changes in text, numbers and rules; with a year also for whom.
#[utoipa::path(
    get,
    path = "/policy-drafts/{id}/difference",
    operation_id = "get_draft_difference",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft"), DraftDifferenceQuery),
    responses((status = 200, description = "OK", body = PolicyDifference))
)]
pub(in crate::drafts) async fn get_draft_difference(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(query): ApiQuery<DraftDifferenceQuery>,
) -> ApiResult<ApiJson<PolicyDifference>> {
    let _ = (state, caller, id, query);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}
