//! Published policy packages.

use axum::extract::State;

use super::show;
use crate::{
    error::ApiResult,
    http::{extract::ApiJson, paging::Page},
    policies::types::PolicyItem,
    session::Caller,
    state::AppState,
};

/// Published policy packages.
#[utoipa::path(
    get,
    path = "/policies",
    operation_id = "list_policies",
    tag = "政策",
    responses((status = 200, description = "OK", body = Page<PolicyItem>))
)]
pub(crate) async fn list_policies(
    State(state): State<AppState>,
    _caller: Caller,
) -> ApiResult<ApiJson<Page<PolicyItem>>> {
    let mut items = Vec::new();
    for published in state.engine.published().await? {
        let package = state.engine.package_by_digest(&published.digest).await?;
        items.push(show::item(&package, published.is_default));
    }
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
}
