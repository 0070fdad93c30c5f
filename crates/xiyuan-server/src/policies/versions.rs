//! Versions of a policy and what differs between two of them.

use axum::extract::State;

use crate::{
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        paging::Page,
    },
    policies::types::{PolicyDifference, PolicyDifferenceQuery, PolicyVersion},
    session::Caller,
    state::AppState,
};

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
    let _ = (state, id);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
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
    let _ = (state, caller, id, query);
    Err(ApiError::refused("not-ready", "尚未就绪。"))
}
