//! Sign and publish.

use axum::{extract::State, response::Response};
use uuid::Uuid;

use crate::{
    drafts::types::PublishDraftRequest,
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath},
        idempotency::Idempotency,
        revision::IfMatch,
    },
    policies::types::PolicyVersion,
    session::Caller,
    state::AppState,
};

/// Sign a draft and publish it with its first day in force. Refused when the compiler or an example has an objection.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/publish",
    operation_id = "publish_draft",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("If-Match" = String, Header, description = "Revision of the draft, from ETag"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats publish nothing again")
    ),
    request_body = PublishDraftRequest,
    responses((status = 201, description = "Published", body = PolicyVersion))
)]
pub(in crate::drafts) async fn publish_draft(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    IfMatch(revision): IfMatch,
    key: Idempotency,
    ApiJson(request): ApiJson<PublishDraftRequest>,
) -> ApiResult<Response> {
    let _ = (state, caller, id, revision, key, request);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}
