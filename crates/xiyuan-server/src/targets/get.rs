//! One target, opened to the parks that are counted.

use axum::extract::State;
use xiyuan_store::{Action, audit::Entry};

use super::{list::TargetsQuery, show::one, types::TargetDetail};
use crate::{
    error::ApiResult,
    http::extract::{ApiJson, ApiPath, ApiQuery},
    session::Caller,
    state::AppState,
};

/// A target with the parks behind it.
#[utoipa::path(
    get,
    path = "/targets/{id}",
    operation_id = "get_target",
    tag = "目标",
    params(("id" = String, Path, description = "Target"), TargetsQuery),
    responses((status = 200, description = "OK", body = TargetDetail))
)]
pub(crate) async fn get_target(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<TargetsQuery>,
) -> ApiResult<ApiJson<TargetDetail>> {
    let scope = caller.scope();
    scope.require(Action::ReadFigures)?;
    let detail = one(&state, scope, &query.question(), &id).await?;
    caller.note_read(&state, Entry::done("read_target", "target", &id).named(id.clone()));
    Ok(ApiJson(detail))
}
