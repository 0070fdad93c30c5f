//! Parks, enterprises and clauses, at most eight each.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiQuery};
use crate::search::types::SearchAnswer;
use crate::session::Caller;
use crate::state::AppState;

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Part of a name, code or clause.
    pub q: String,
}

/// Parks, enterprises and clauses, at most eight each.
#[utoipa::path(
    get,
    path = "/search",
    operation_id = "search_everything",
    tag = "搜索",
    params(SearchQuery),
    responses((status = 200, description = "OK", body = SearchAnswer))
)]
pub(crate) async fn search_everything(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<SearchQuery>,
) -> ApiResult<ApiJson<SearchAnswer>> {
    Err(ApiError::internal("not wired yet"))
}
