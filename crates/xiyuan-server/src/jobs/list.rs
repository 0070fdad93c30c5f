//! Long work: running and finished.

use axum::extract::State;
use xiyuan_store::{Action, PageRequest, imports};

use crate::{
    error::ApiResult,
    http::{extract::ApiJson, paging::Page},
    imports::show,
    jobs::types::JobItem,
    session::Caller,
    state::AppState,
};

/// Latest jobs shown.
const MOST: u32 = 100;

/// Long work: running and finished. An import is its own job: its row is leased, progresses, and survives a restart.
#[utoipa::path(
    get,
    path = "/jobs",
    operation_id = "list_jobs",
    tag = "任务",
    responses((status = 200, description = "OK", body = Page<JobItem>))
)]
pub(crate) async fn list_jobs(
    State(state): State<AppState>,
    caller: Caller,
) -> ApiResult<ApiJson<Page<JobItem>>> {
    if !caller.scope().may(Action::ImportFilings) {
        return Ok(ApiJson(Page { items: Vec::new(), total: 0, next: None }));
    }
    let page = PageRequest { limit: MOST, after: None };
    let found = imports::list(&state.db, &caller.context, caller.scope(), &page).await?;
    let items = found.items.into_iter().map(|import| show::job(&state, import));
    Ok(ApiJson(Page { items: items.collect(), total: found.total, next: None }))
}
