//! Freeze and sign the self-check of a park.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use uuid::Uuid;
use xiyuan_store::{
    Action, DecisionId, ParkId,
    decisions::{self, NewDecision},
};

use super::show;
use crate::{
    checks::{CheckQuestion, check_park},
    decisions::types::{CreateDecisionRequest, DecisionDetail},
    error::{ApiError, ApiResult, Missing},
    http::{
        extract::{ApiJson, ApiPath},
        idempotency::Idempotency,
    },
    session::Caller,
    state::AppState,
};

/// Freeze and sign the self-check of a park. A decision that stands on the same subject is superseded, not erased.
#[utoipa::path(
    post,
    path = "/parks/{id}/decisions",
    operation_id = "create_decision",
    tag = "结论",
    params(("id" = Uuid, Path, description = "Park")),
    request_body = CreateDecisionRequest,
    responses((status = 201, description = "OK", body = DecisionDetail))
)]
pub(crate) async fn create_decision(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    key: Idempotency,
    ApiJson(request): ApiJson<CreateDecisionRequest>,
) -> ApiResult<Response> {
    let park = ParkId(id);
    show::park_name(&state, caller.scope(), park).await?;
    caller.scope().require(Action::Decide)?;
    let id = match key.first(&state, &caller, &request).await? {
        Some(id) => DecisionId(id),
        None => create(&state, &caller, &key, park, &request).await?,
    };
    let decision = decisions::get(&state.db, caller.scope(), id).await.or_missing("结论")?;
    let detail = show::detail(&state, caller.scope(), decision).await?;
    Ok((StatusCode::CREATED, ApiJson(detail)).into_response())
}

async fn create(
    state: &AppState,
    caller: &Caller,
    key: &Idempotency,
    park: ParkId,
    request: &CreateDecisionRequest,
) -> ApiResult<DecisionId> {
    let question = CheckQuestion {
        year: Some(request.year),
        policy: request.policy.clone(),
        assessment: request.assessment.clone(),
        as_of: request.as_of.clone(),
        ..CheckQuestion::default()
    };
    let check = check_park(state, caller.scope(), park, &question).await?;
    let new = NewDecision {
        subject: park.into(),
        assessment: check.assessment.clone(),
        year: check.year,
        outcome: show::outcome_word(check.outcome).to_owned(),
        receipt: serde_json::to_value(&check.receipt).map_err(ApiError::internal)?,
        result: serde_json::to_value(&check).map_err(ApiError::internal)?,
        note: Some(request.note.trim().to_owned()).filter(|note| !note.is_empty()),
    };
    let mut tx = state.db.begin(&caller.context).await?;
    let id = decisions::insert(&mut tx, caller.scope(), &state.signer, new).await.or_missing("园区")?;
    key.keep(&mut tx, request, id.0).await?;
    tx.commit("形成结论").await?;
    Ok(id)
}
