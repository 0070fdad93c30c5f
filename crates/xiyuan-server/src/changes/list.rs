//! The list.

use axum::extract::State;
use xiyuan_store::audit::Entry;

use super::{
    find::find,
    types::{ChangesAnswer, ListChangesQuery},
};
use crate::{
    error::ApiResult,
    http::extract::{ApiJson, ApiQuery},
    session::Caller,
    state::AppState,
};

/// What changed between two known times: figures, outcomes, and the decisions that rested on them.
#[utoipa::path(
    get,
    path = "/changes",
    operation_id = "list_changes",
    tag = "自评",
    params(ListChangesQuery),
    responses((status = 200, description = "OK", body = ChangesAnswer))
)]
pub(crate) async fn list_changes(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListChangesQuery>,
) -> ApiResult<ApiJson<ChangesAnswer>> {
    let answer = find(&state, caller.scope(), query).await?;
    let entry = Entry::done("read_changes", "park", answer.items.len());
    caller.note_read(&state, entry.detail(format!("{}–{}", answer.from.known_time, answer.to.known_time)));
    Ok(ApiJson(answer))
}
