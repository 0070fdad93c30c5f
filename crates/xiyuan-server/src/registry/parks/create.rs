//! Add a park.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use xiyuan_store::{
    OrganisationId, ParkId,
    registry::{
        Origin, industries,
        parks::{self, ParkData},
    },
};

use super::get::detail;
use crate::{
    error::ApiResult,
    http::{extract::ApiJson, idempotency::Idempotency, revision::etag},
    registry::{
        show::Industries,
        types::{CreateParkRequest, ParkDetail},
    },
    session::Caller,
    state::AppState,
};

/// Add a park.
#[utoipa::path(
    post,
    path = "/parks",
    operation_id = "create_park",
    tag = "园区",
    request_body = CreateParkRequest,
    responses((status = 201, description = "OK", body = ParkDetail))
)]
pub(crate) async fn create_park(
    State(state): State<AppState>,
    caller: Caller,
    key: Idempotency,
    ApiJson(request): ApiJson<CreateParkRequest>,
) -> ApiResult<Response> {
    let id = match key.first(&state, &caller, &request).await? {
        Some(id) => ParkId(id),
        None => create(&state, &caller, &key, &request).await?,
    };
    let detail = detail(&state, caller.scope(), id).await?;
    Ok((StatusCode::CREATED, etag(detail.revision), ApiJson(detail)).into_response())
}

async fn create(
    state: &AppState,
    caller: &Caller,
    key: &Idempotency,
    request: &CreateParkRequest,
) -> ApiResult<ParkId> {
    let names = Industries::of(state.engine.default_package().await?.as_deref());
    if let Some(code) = &request.leading_industry {
        names.check(code)?;
    }
    let data = ParkData {
        code: Some(request.code.trim().to_owned()).filter(|code| !code.is_empty()),
        name: request.name.trim().to_owned(),
        district: OrganisationId(request.district),
        operator: request.operator.map(OrganisationId),
        address: request.address.clone(),
        four_sides: request.four_sides.clone(),
        recognised_on: request.recognised_on,
        is_demo: false,
    };
    let origin = Origin::default();
    let mut tx = state.db.begin(&caller.context).await?;
    let park = parks::insert(&mut tx, caller.scope(), data, &origin).await?;
    if let Some(code) = &request.leading_industry {
        let since = request.since.or(request.recognised_on).unwrap_or_else(|| caller.context.today());
        industries::set(&mut tx, caller.scope(), park.id.into(), code, since, &origin).await?;
    }
    key.keep(&mut tx, request, park.id.0).await?;
    tx.commit("新增园区").await?;
    Ok(park.id)
}
