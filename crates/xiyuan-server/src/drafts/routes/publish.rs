//! Sign and publish.

use std::net::{IpAddr, Ipv4Addr};

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde::Serialize;
use uuid::Uuid;
use xiyuan_policy::{compile::Compiled, package::Package};
use xiyuan_store::{
    Action, DraftId, Invalid, InvalidCode, StoreError,
    drafts::{self, Draft},
    packages::{self, NewPackage, PublishedVersion},
    users,
};

use crate::{
    drafts::{
        findings,
        loaded::{Loaded, load},
        types::PublishDraftRequest,
    },
    engine::blocking,
    error::{ApiError, ApiResult, ProblemEntry},
    http::{
        extract::{ApiJson, ApiPath},
        idempotency::Idempotency,
        revision::IfMatch,
    },
    policies::{types::PolicyVersion, versions},
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
    let id = DraftId(id);
    let loaded = load(&state, &caller, id).await?;
    let signed = Signed::of(&request, revision);
    if key.first(&state, &caller, &signed).await?.is_none() {
        let loaded = Box::pin(publish(&state, &caller, &key, loaded, revision, &request, &signed)).await;
        loaded?;
    }
    let draft = load(&state, &caller, id).await?.draft;
    let digest = draft.published_digest.unwrap_or_default();
    let (versions, current) = state.engine.versions(&draft.policy).await?;
    let version = versions
        .iter()
        .find(|version| version.digest == digest && version.effective_from == request.effective_from)
        .ok_or_else(|| ApiError::internal("a published draft without its version"))?;
    let shown = versions::show(&state, version, *version == current).await?;
    Ok((StatusCode::CREATED, ApiJson(shown)).into_response())
}

/// What makes two requests the same: everything but the password, which is kept nowhere.
#[derive(Debug, Serialize)]
struct Signed<'r> {
    revision: i64,
    effective_from: Date,
    note: &'r str,
}

impl<'r> Signed<'r> {
    fn of(request: &'r PublishDraftRequest, revision: i64) -> Self {
        Self { revision, effective_from: request.effective_from, note: request.note.trim() }
    }
}

/// Checks everything, then signs and publishes in one transaction; whatever fails leaves the draft as it was.
async fn publish(
    state: &AppState,
    caller: &Caller,
    key: &Idempotency,
    loaded: Loaded,
    revision: i64,
    request: &PublishDraftRequest,
    signed: &Signed<'_>,
) -> ApiResult<()> {
    caller.scope().require(Action::PublishPackages)?;
    loaded.require_open()?;
    loaded.require_revision(revision)?;
    confirm(state, caller, &request.password).await?;
    let package = sound(state, &loaded).await?;
    let (versions, current) = state.engine.versions(&loaded.draft.policy).await?;
    require_day(&loaded.draft, &versions, request.effective_from)?;
    if !request.confirm_outdated {
        require_newest(&loaded.draft, &versions, &current)?;
    }
    let note = Some(signed.note.to_owned()).filter(|note| !note.is_empty());
    let new = NewPackage {
        id: package.id.clone(),
        title: package.title.clone(),
        digest: package.digest.clone(),
        effective_from: request.effective_from,
        files: loaded.sources().into_files(),
    };
    let (id, digest) = (loaded.draft.id, package.digest.clone());
    let mut tx = state.db.begin(&caller.context).await?;
    drafts::close(&mut tx, caller.scope(), id, revision, &digest).await?;
    packages::publish_signed(&mut tx, caller.scope(), &state.signer, new, note).await.map_err(|error| {
        match error {
            StoreError::Invalid(Invalid { code: InvalidCode::Duplicate, .. }) => {
                ApiError::refused("already-published", "同样的内容已经发布，并从同一天起施行。")
            }
            other => other.into(),
        }
    })?;
    key.keep(&mut tx, signed, id.0).await?;
    tx.commit("发布政策版本").await?;
    Ok(())
}

/// Asks the password again, with the limits of the login.
async fn confirm(state: &AppState, caller: &Caller, password: &str) -> ApiResult<()> {
    let address = caller.context.remote_address.as_deref().and_then(|text| text.parse().ok());
    let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let per_minute = state.config.limits.logins_per_minute;
    let attempt = state.logins.attempt(address, caller.context.at, per_minute);
    attempt.map_err(|retry_after| ApiError::TooMany { retry_after })?;
    let passwords = &state.sources.passwords;
    let is_right =
        users::confirm_password(&state.db, &caller.context, passwords, &caller.session, password).await?;
    if is_right { Ok(()) } else { Err(ApiError::WrongPassword) }
}

/// The compiled draft, when neither the compiler nor an example has an objection.
async fn sound(state: &AppState, loaded: &Loaded) -> ApiResult<Package> {
    let unready = |errors: Vec<ProblemEntry>| ApiError::Unready {
        code: "policy-not-publishable",
        detail: format!("还有 {} 处问题，不能发布。", errors.len()),
        errors,
    };
    let compiled = loaded.compile(state).await?;
    let Compiled { package: Some(package), .. } = &*compiled else {
        return Err(unready(findings::entries(&compiled.diagnostics)));
    };
    if package.id != loaded.draft.policy {
        let entry = ProblemEntry {
            field: Some("policy.toml".to_owned()),
            code: "policy-id-changed".to_owned(),
            message: format!("政策包的标识应为“{}”，不能改。", loaded.draft.policy),
            ..ProblemEntry::default()
        };
        return Err(unready(vec![entry]));
    }
    if package.digest == loaded.draft.base_digest {
        return Err(ApiError::refused("nothing-changed", "草稿与所依据的版本没有不同。"));
    }
    let package = package.clone();
    let (package, failing) = blocking(move || {
        let failing = findings::failing(&package, &compiled);
        (package, failing)
    })
    .await?;
    if failing.is_empty() { Ok(package) } else { Err(unready(failing)) }
}

/// The first day must not lie before that of the version the draft was made from.
fn require_day(draft: &Draft, versions: &[PublishedVersion], day: Date) -> ApiResult<()> {
    let base = versions.iter().filter(|version| version.digest == draft.base_digest);
    match base.map(|version| version.effective_from).min() {
        Some(first) if day < first => {
            let detail = format!("施行日期不能早于所依据版本的施行日期 {first}。");
            Err(ApiError::field("effectiveFrom", "before-base", detail))
        }
        _ => Ok(()),
    }
}

/// A version that came into force after the base must not be undone unawares. `versions` begin with the newest.
fn require_newest(draft: &Draft, versions: &[PublishedVersion], current: &PublishedVersion) -> ApiResult<()> {
    let position = |digest: &str| versions.iter().position(|version| version.digest == digest);
    let is_older = position(&draft.base_digest) > position(&current.digest);
    if draft.base_digest == current.digest || !is_older {
        return Ok(());
    }
    let detail = format!(
        "草稿依据的不是现行版本：{} 起施行的版本在此之后发布。请核对两者的不同，确认后再发布。",
        current.effective_from
    );
    Err(ApiError::refused("draft-outdated", detail))
}
