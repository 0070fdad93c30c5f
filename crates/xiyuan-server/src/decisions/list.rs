//! Decisions on a park.

use axum::extract::State;
use uuid::Uuid;
use xiyuan_store::{ParkId, decisions};

use super::show;
use crate::{
    decisions::types::DecisionItem,
    error::{ApiResult, Missing},
    http::{
        extract::{ApiJson, ApiPath},
        paging::Page,
    },
    session::Caller,
    state::AppState,
};

/// Decisions on a park, newest first.
#[utoipa::path(
    get,
    path = "/parks/{id}/decisions",
    operation_id = "list_decisions",
    tag = "结论",
    params(("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = Page<DecisionItem>))
)]
pub(crate) async fn list_decisions(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Page<DecisionItem>>> {
    let park = ParkId(id);
    let named = show::park_name(&state, caller.scope(), park).await?;
    let found = decisions::list(&state.db, caller.scope(), park.into()).await.or_missing("园区")?;
    let items: Vec<DecisionItem> =
        found.iter().map(|decision| show::item(decision, named.clone())).collect::<ApiResult<_>>()?;
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
}
