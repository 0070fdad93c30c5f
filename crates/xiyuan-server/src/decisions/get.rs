//! A decision, verified now.

use axum::extract::State;
use uuid::Uuid;
use xiyuan_store::{DecisionId, decisions};

use super::show;
use crate::{
    decisions::types::DecisionDetail,
    error::{ApiResult, Missing},
    http::extract::{ApiJson, ApiPath},
    session::Caller,
    state::AppState,
};

/// A decision, verified now: signature and figures.
#[utoipa::path(
    get,
    path = "/decisions/{id}",
    operation_id = "get_decision",
    tag = "结论",
    params(("id" = Uuid, Path, description = "Decision")),
    responses((status = 200, description = "OK", body = DecisionDetail))
)]
pub(crate) async fn get_decision(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<DecisionDetail>> {
    let decision = decisions::get(&state.db, caller.scope(), DecisionId(id)).await.or_missing("结论")?;
    Ok(ApiJson(show::detail(&state, caller.scope(), decision).await?))
}
