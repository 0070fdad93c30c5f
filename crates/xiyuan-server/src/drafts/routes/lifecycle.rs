//! Open, list, discard, bring back.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use uuid::Uuid;
use xiyuan_store::{
    Action, DraftId,
    drafts::{self, DraftStatus},
};

use crate::{
    drafts::{
        loaded::{item, load},
        types::{self, CreatePolicyDraftRequest, ListPolicyDraftsQuery, PolicyDraft},
    },
    error::{ApiError, ApiResult, Missing},
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        idempotency::Idempotency,
        paging::Page,
        revision::etag,
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
    let status = query.status.map(|status| match status {
        types::DraftStatus::Draft => DraftStatus::Draft,
        types::DraftStatus::Published => DraftStatus::Published,
        types::DraftStatus::Discarded => DraftStatus::Discarded,
    });
    let found = drafts::list(&state.db, caller.scope(), status).await?;
    let items: Vec<PolicyDraft> = found.iter().map(item).collect();
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
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
    caller.scope().require(Action::PublishPackages)?;
    let id = match key.first(&state, &caller, &request).await? {
        Some(id) => DraftId(id),
        None => create(&state, &caller, &key, &request).await?,
    };
    let draft = load(&state, &caller, id).await?.show();
    Ok((StatusCode::CREATED, etag(draft.revision), ApiJson(draft)).into_response())
}

async fn create(
    state: &AppState,
    caller: &Caller,
    key: &Idempotency,
    request: &CreatePolicyDraftRequest,
) -> ApiResult<DraftId> {
    let (versions, current) = state.engine.versions(&request.policy).await?;
    let base = match request.digest.as_deref().filter(|digest| !digest.is_empty()) {
        None => &current.digest,
        Some(digest) => {
            let found = versions.iter().find(|version| version.digest == digest);
            let unknown = || ApiError::field("digest", "unknown-version", "该政策没有这个版本。");
            &found.ok_or_else(unknown)?.digest
        }
    };
    let mut tx = state.db.begin(&caller.context).await?;
    let id = drafts::insert(&mut tx, caller.scope(), &request.policy, base, &request.name).await?;
    key.keep(&mut tx, request, id.0).await?;
    tx.commit("新建政策草稿").await?;
    Ok(id)
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
    let draft = load(&state, &caller, DraftId(id)).await?.show();
    Ok((etag(draft.revision), ApiJson(draft)).into_response())
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
    let mut tx = state.db.begin(&caller.context).await?;
    drafts::discard(&mut tx, caller.scope(), DraftId(id)).await.or_missing("政策草稿")?;
    tx.commit("作废政策草稿").await?;
    Ok(StatusCode::NO_CONTENT)
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
    let mut tx = state.db.begin(&caller.context).await?;
    drafts::restore(&mut tx, caller.scope(), DraftId(id)).await.or_missing("政策草稿")?;
    tx.commit("恢复政策草稿").await?;
    let draft = load(&state, &caller, DraftId(id)).await?.show();
    Ok((etag(draft.revision), ApiJson(draft)).into_response())
}
