//! Judge a fact.

use axum::extract::State;
use uuid::Uuid;
use xiyuan_store::{ParkId, Role, facts, registry::parks};

use crate::{
    checks::types::FactAnswer,
    error::{ApiError, ApiResult, Missing},
    facts::types::PutFactRequest,
    http::extract::{ApiJson, ApiPath},
    session::Caller,
    state::AppState,
};

/// Judge a fact, in the role that the policy names.
#[utoipa::path(
    put,
    path = "/parks/{id}/facts/{fact}",
    operation_id = "put_fact",
    tag = "事实认定",
    params(("id" = Uuid, Path, description = "Park"), ("fact" = String, Path, description = "Fact")),
    request_body = PutFactRequest,
    responses((status = 200, description = "OK", body = FactAnswer))
)]
pub(crate) async fn put_fact(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, fact)): ApiPath<(Uuid, String)>,
    ApiJson(request): ApiJson<PutFactRequest>,
) -> ApiResult<ApiJson<FactAnswer>> {
    let park = ParkId(id);
    parks::get(&state.db, caller.scope(), park, caller.context.today()).await.or_missing("园区")?;
    let package = state.engine.require_package(None).await?;
    let known = package
        .facts
        .iter()
        .find(|candidate| candidate.id == fact)
        .ok_or_else(|| ApiError::not_found("事实"))?;
    let role = Role::from_id(&known.judged_by)
        .ok_or_else(|| ApiError::internal(format!("package names an unknown role {}", known.judged_by)))?;
    if request.reason.trim().is_empty() {
        return Err(ApiError::field("reason", "required", "请写明认定理由。"));
    }
    let mut tx = state.db.begin(&caller.context).await?;
    let reason = request.reason.trim();
    facts::judge(&mut tx, caller.scope(), park.into(), &fact, role, request.value, reason)
        .await
        .or_missing("园区")?;
    tx.commit("事实认定").await?;
    let stands = facts::list(&state.db, caller.scope(), park.into(), None).await?;
    let judgement = stands.into_iter().find(|judgement| judgement.fact == fact);
    Ok(ApiJson(FactAnswer {
        id: known.id.clone(),
        name: known.name.clone(),
        value: judgement.as_ref().and_then(|judgement| judgement.value),
        reason: judgement.as_ref().map(|judgement| judgement.reason.clone()),
        by: judgement.as_ref().and_then(|judgement| judgement.by_name.clone()),
        at: judgement.map(|judgement| judgement.at),
    }))
}
