//! What a draft would do: names, worked examples, real parks, difference.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use uuid::Uuid;
use xiyuan_policy::edit::accept;
use xiyuan_store::DraftId;

use crate::{
    checks::{Compared, compare_versions},
    drafts::{
        loaded::{as_changes, change, load},
        names::names,
        refusal,
        types::{
            AcceptExpectationsRequest, DraftDifferenceQuery, DraftNames, DraftPreview, PolicyDraft,
            PreviewDraftRequest,
        },
    },
    engine::blocking,
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        revision::{IfMatch, etag},
    },
    policies::{
        difference, examples,
        types::{PolicyDifference, PolicyTest},
    },
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    let (package, is_current) = loaded.last_package(&state).await?;
    Ok(ApiJson(names(&package, is_current, state.today())))
}

/// Run the worked examples.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/test",
    operation_id = "test_draft",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "OK", body = PolicyTest))
)]
pub(in crate::drafts) async fn test_draft(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<PolicyTest>> {
    let loaded = load(&state, &caller, DraftId(id)).await?;
    let (package, compiled) = loaded.package(&state).await?;
    Ok(ApiJson(blocking(move || examples::test(&package, &compiled)).await?))
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    loaded.require_open()?;
    loaded.require_revision(revision)?;
    let (package, compiled) = loaded.package(&state).await?;
    let own = loaded.own();
    let rewritten = blocking(move || accept(&package, &compiled.examples, &own, &request.examples)).await?;
    let changes = as_changes(&loaded, rewritten.map_err(refusal)?);
    let draft = change(&state, &caller, &loaded, revision, changes).await?.show();
    Ok((etag(draft.revision), ApiJson(draft)).into_response())
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    let base = state.engine.package_by_digest(&loaded.draft.base_digest).await?;
    let (package, _) = loaded.package(&state).await?;
    let assessment = request.assessment.as_deref();
    let found = compare_versions(&state, caller.scope(), (base, package), request.year, assessment).await?;
    let Compared { parks, before, after, flips } = found.compared;
    let (known_time, hidden, milliseconds) = (found.known_time, found.hidden, found.milliseconds);
    Ok(ApiJson(DraftPreview {
        year: request.year,
        known_time,
        parks,
        hidden,
        milliseconds,
        before,
        after,
        flips,
    }))
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
    let loaded = load(&state, &caller, DraftId(id)).await?;
    let base = state.engine.package_by_digest(&loaded.draft.base_digest).await?;
    let (package, _) = loaded.package(&state).await?;
    let assessment = query.assessment.as_deref();
    let found = difference::between(&state, caller.scope(), (base, package), query.year, assessment).await?;
    Ok(ApiJson(found))
}
