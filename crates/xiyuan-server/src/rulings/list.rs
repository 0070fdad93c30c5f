//! Rulings that the reader may see.

use axum::extract::State;
use xiyuan_store::{
    ParkId, Scope,
    rulings::{self, Filter},
};

use super::{
    named::item,
    types::{ListRulingsQuery, RulingItem},
};
use crate::{
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiQuery},
        paging::Page,
    },
    session::Caller,
    state::{AppState, Services},
};

/// Rulings under a policy, the newest first.
#[utoipa::path(
    get,
    path = "/rulings",
    operation_id = "list_rulings",
    tag = "裁定",
    params(ListRulingsQuery),
    responses((status = 200, description = "OK", body = Page<RulingItem>))
)]
pub(crate) async fn list_rulings(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListRulingsQuery>,
) -> ApiResult<ApiJson<Page<RulingItem>>> {
    let items = items(&state, caller.scope(), query).await?;
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
}

pub(super) async fn items(
    services: &Services,
    scope: &Scope,
    query: ListRulingsQuery,
) -> ApiResult<Vec<RulingItem>> {
    let package = services.engine.require_package(query.policy.as_deref()).await?;
    let commit = services.engine.commit(query.as_of.as_deref()).await?;
    let filter = Filter {
        policy: Some(package.id.clone()),
        kind: query.kind.map(Into::into),
        criterion: query.criterion,
        clause: query.clause,
        park: query.park.map(ParkId),
        counting_for: None,
        known: Some(commit.number),
    };
    let found = rulings::list(&services.db, scope, &filter).await?;
    let today = services.today();
    Ok(found.iter().map(|ruling| item(&package, scope, ruling, today)).collect())
}
