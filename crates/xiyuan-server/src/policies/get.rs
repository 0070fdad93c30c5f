//! A policy package: clauses, conditions, indicators, parameters, forms.

use axum::extract::State;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath};
use crate::policies::types::PolicyDetail;
use crate::session::Caller;
use crate::state::AppState;

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
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<String>,
) -> ApiResult<ApiJson<PolicyDetail>> {
    Err(ApiError::internal("not wired yet"))
}
