//! Add an enterprise.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use xiyuan_store::{
    EnterpriseId, OrganisationId, ParkId,
    registry::{
        Origin,
        enterprises::{self, EnterpriseData},
        industries,
        memberships::{self, MembershipData},
    },
};

use super::get::detail;
use crate::{
    error::ApiResult,
    http::{extract::ApiJson, idempotency::Idempotency, revision::etag},
    registry::{
        show::Industries,
        types::{CreateEnterpriseRequest, EnterpriseDetail},
    },
    session::Caller,
    state::AppState,
};

/// Add an enterprise.
#[utoipa::path(
    post,
    path = "/enterprises",
    operation_id = "create_enterprise",
    tag = "企业",
    request_body = CreateEnterpriseRequest,
    responses((status = 201, description = "OK", body = EnterpriseDetail))
)]
pub(crate) async fn create_enterprise(
    State(state): State<AppState>,
    caller: Caller,
    key: Idempotency,
    ApiJson(request): ApiJson<CreateEnterpriseRequest>,
) -> ApiResult<Response> {
    let id = match key.first(&state, &caller, &request).await? {
        Some(id) => EnterpriseId(id),
        None => create(&state, &caller, &key, &request).await?,
    };
    let detail = detail(&state, caller.scope(), id).await?;
    Ok((StatusCode::CREATED, etag(detail.revision), ApiJson(detail)).into_response())
}

async fn create(
    state: &AppState,
    caller: &Caller,
    key: &Idempotency,
    request: &CreateEnterpriseRequest,
) -> ApiResult<EnterpriseId> {
    if let Some(code) = &request.leading_industry {
        Industries::of(state.engine.default_package().await?.as_deref()).check(code)?;
    }
    let data = EnterpriseData {
        uscc: request.uscc.clone(),
        confirm_check_digit: request.confirm_check_digit,
        name: request.name.trim().to_owned(),
        district: OrganisationId(request.district),
        address: None,
        is_demo: false,
    };
    let origin = Origin::default();
    let since = request.since.unwrap_or_else(|| caller.context.today());
    let mut tx = state.db.begin(&caller.context).await?;
    let enterprise = enterprises::insert(&mut tx, caller.scope(), data, &origin).await?;
    if let Some(park) = request.park {
        let data = MembershipData { enterprise: enterprise.id, park: ParkId(park), from: since, to: None };
        memberships::insert(&mut tx, caller.scope(), data, &origin).await?;
    }
    if let Some(code) = &request.leading_industry {
        industries::set(&mut tx, caller.scope(), enterprise.id.into(), code, since, &origin).await?;
    }
    key.keep(&mut tx, request, enterprise.id.0).await?;
    tx.commit("新增企业").await?;
    Ok(enterprise.id)
}
