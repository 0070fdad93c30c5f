//! A decision computed again.

use axum::extract::State;
use uuid::Uuid;
use xiyuan_store::{DecisionId, ParkId, audit::Entry, decisions};

use super::show;
use crate::{
    checks::types::CheckAnswer,
    decisions::types::DecisionReplay,
    error::{ApiError, ApiResult, Missing},
    http::extract::{ApiJson, ApiPath},
    policies,
    session::Caller,
    state::AppState,
};

/// Compute a decision again under its own version of the policy and its own known time.
#[utoipa::path(
    post,
    path = "/decisions/{id}/replay",
    operation_id = "replay_decision",
    tag = "结论",
    params(("id" = Uuid, Path, description = "Decision")),
    responses((status = 200, description = "OK", body = DecisionReplay))
)]
pub(crate) async fn replay_decision(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<DecisionReplay>> {
    let decision = decisions::get(&state.db, caller.scope(), DecisionId(id)).await.or_missing("结论")?;
    let recorded: CheckAnswer =
        serde_json::from_value(decision.frozen.result.clone()).map_err(ApiError::internal)?;
    let computed = show::recompute(&state, ParkId(decision.frozen.subject.id), &recorded).await?;
    let digest = &recorded.receipt.package_digest;
    let package = state.engine.package_by_digest(digest).await?;
    let effective_from = policies::first_day(&state, &package, decision.at).await?;
    caller.note_read(&state, Entry::done("replay_decision", "decision", id));
    Ok(ApiJson(DecisionReplay {
        matches: computed.receipt.result_digest == recorded.receipt.result_digest,
        recorded_digest: recorded.receipt.result_digest,
        computed_digest: computed.receipt.result_digest,
        package_digest: package.digest.clone(),
        known_time: recorded.receipt.known_time,
        policy_title: package.title.clone(),
        effective_from,
    }))
}
