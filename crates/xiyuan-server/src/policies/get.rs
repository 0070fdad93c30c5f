//! A policy package with everything the pages show.

use axum::extract::State;

use super::show;
use crate::{
    error::ApiResult,
    http::extract::{ApiJson, ApiPath},
    policies::types::PolicyDetail,
    session::Caller,
    state::AppState,
};

/// A policy package: clauses, conditions, indicators, parameters, forms.
#[utoipa::path(
    get,
    path = "/policies/{id}",
    operation_id = "get_policy",
    tag = "政策",
    params(("id" = String, Path, description = "Policy package")),
    responses((status = 200, description = "OK", body = PolicyDetail))
)]
pub(crate) async fn get_policy(
    State(state): State<AppState>,
    _caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> ApiResult<ApiJson<PolicyDetail>> {
    let package = state.engine.require_package(Some(&id)).await?;
    let is_default =
        state.engine.default_package().await?.is_some_and(|default| default.digest == package.digest);
    Ok(ApiJson(show::detail(&package, is_default, state.today())))
}
