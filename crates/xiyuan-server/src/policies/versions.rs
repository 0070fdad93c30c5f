//! Versions of a policy and what differs between two of them.

use axum::extract::State;
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use xiyuan_policy::package::Package;
use xiyuan_store::packages::{self, PublishedVersion};

use super::difference;
use crate::{
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        paging::Page,
        types::Named,
    },
    policies::types::{PolicyDifference, PolicyDifferenceQuery, PolicyVersion, VersionSignature},
    session::Caller,
    state::{AppState, Services},
};

/// First day of versions that were published before versions had one.
const SINCE_EVER: Date = date(1, 1, 1);

/// Published versions of a policy, the newest first day first.
#[utoipa::path(
    get,
    path = "/policies/{id}/versions",
    operation_id = "list_policy_versions",
    tag = "政策",
    params(("id" = String, Path, description = "Policy package")),
    responses((status = 200, description = "OK", body = Page<PolicyVersion>))
)]
pub(crate) async fn list_policy_versions(
    State(state): State<AppState>,
    _caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> ApiResult<ApiJson<Page<PolicyVersion>>> {
    let (versions, current) = state.engine.versions(&id).await?;
    let mut items = Vec::with_capacity(versions.len());
    for version in &versions {
        items.push(show(&state, version, *version == current).await?);
    }
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
}

/// A version as it is shown, its signature checked now.
pub(crate) async fn show(
    services: &Services,
    version: &PublishedVersion,
    is_current: bool,
) -> ApiResult<PolicyVersion> {
    let is_valid = packages::verify(&services.db, version).await?;
    let signature = version.signature.clone().map(|signature| VersionSignature {
        algorithm: signature.algorithm,
        key: signature.key_id,
        value: signature.value,
        is_valid,
    });
    let effective_from = if version.effective_from == SINCE_EVER {
        services.engine.package_by_digest(&version.digest).await?.in_force_from
    } else {
        version.effective_from
    };
    Ok(PolicyVersion {
        policy: version.id.clone(),
        digest: version.digest.clone(),
        title: version.title.clone(),
        effective_from,
        published_at: version.at,
        published_by: version.by.zip(version.by_name.clone()).map(|(id, name)| Named { id: id.0, name }),
        note: version.note.clone(),
        signature,
        is_current,
        is_default: version.is_default,
    })
}

/// First day of a package as a version at an instant: of several, that of the last one published before.
pub(crate) async fn first_day(services: &Services, package: &Package, at: Timestamp) -> ApiResult<Date> {
    let (versions, _) = services.engine.versions(&package.id).await?;
    let own = versions.iter().filter(|version| version.digest == package.digest);
    let then = own.clone().filter(|version| version.at <= at).max_by_key(|version| version.at);
    let day = then.or(own.min_by_key(|version| version.at)).map(|version| version.effective_from);
    Ok(day.filter(|day| *day != SINCE_EVER).unwrap_or(package.in_force_from))
}

/// What differs between two versions in text, numbers and rules; with a year also for whom.
#[utoipa::path(
    get,
    path = "/policies/{id}/difference",
    operation_id = "get_policy_difference",
    tag = "政策",
    params(("id" = String, Path, description = "Policy package"), PolicyDifferenceQuery),
    responses((status = 200, description = "OK", body = PolicyDifference))
)]
pub(crate) async fn get_policy_difference(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<PolicyDifferenceQuery>,
) -> ApiResult<ApiJson<PolicyDifference>> {
    let (versions, _) = state.engine.versions(&id).await?;
    for (field, digest) in [("from", &query.from), ("to", &query.to)] {
        if versions.iter().all(|version| version.digest != *digest) {
            return Err(ApiError::field(field, "unknown-version", format!("政策“{id}”没有版本“{digest}”。")));
        }
    }
    let before = state.engine.package_by_digest(&query.from).await?;
    let after = state.engine.package_by_digest(&query.to).await?;
    let assessment = query.assessment.as_deref();
    Ok(ApiJson(difference::between(&state, caller.scope(), (before, after), query.year, assessment).await?))
}
