//! Change a park.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use uuid::Uuid;
use xiyuan_store::{
    OrganisationId, ParkId, StoreError,
    registry::{
        Origin, industries,
        parks::{self, ParkData, ParkRow},
    },
};

use super::get::detail;
use crate::{
    error::{ApiError, ApiResult, Missing},
    http::{
        extract::{ApiJson, ApiPath},
        revision::{IfMatch, etag},
    },
    registry::{
        show::Industries,
        types::{ParkDetail, UpdateParkRequest},
    },
    session::Caller,
    state::AppState,
};

/// Change a park; `If-Match` names the revision that the change is based on.
#[utoipa::path(
    patch,
    path = "/parks/{id}",
    operation_id = "update_park",
    tag = "园区",
    params(
        ("id" = Uuid, Path, description = "Park"),
        ("If-Match" = String, Header, description = "Revision, from ETag")
    ),
    request_body = UpdateParkRequest,
    responses((status = 200, description = "OK", body = ParkDetail))
)]
pub(crate) async fn update_park(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    IfMatch(revision): IfMatch,
    ApiJson(request): ApiJson<UpdateParkRequest>,
) -> ApiResult<Response> {
    let id = ParkId(id);
    let row = parks::get(&state.db, caller.scope(), id, caller.context.today()).await.or_missing("园区")?;
    match update(&state, &caller, &row, revision, &request).await {
        Err(ApiError::Conflict { detail: text, .. }) => {
            let current = detail(&state, caller.scope(), id).await?;
            let current = serde_json::to_value(current).map_err(ApiError::internal)?;
            return Err(ApiError::Conflict { detail: text, current: Some(current) });
        }
        other => other?,
    }
    let detail = detail(&state, caller.scope(), id).await?;
    Ok((etag(detail.revision), ApiJson(detail)).into_response())
}

async fn update(
    state: &AppState,
    caller: &Caller,
    row: &ParkRow,
    revision: i64,
    request: &UpdateParkRequest,
) -> ApiResult<()> {
    if row.park.revision != revision {
        return Err(StoreError::Conflict { current: row.park.revision }.into());
    }
    let data = patched(&row.park.data, request);
    let origin = Origin::default();
    let mut tx = state.db.begin(&caller.context).await?;
    if data != row.park.data {
        parks::update(&mut tx, caller.scope(), row.park.id, revision, data, &origin).await?;
    }
    match &request.leading_industry {
        Some(Some(code)) if row.leading_industry.as_ref() != Some(code) => {
            Industries::of(state.engine.default_package().await?.as_deref()).check(code)?;
            let since = request.since.unwrap_or_else(|| caller.context.today());
            industries::set(&mut tx, caller.scope(), row.park.id.into(), code, since, &origin).await?;
        }
        Some(None) if row.leading_industry.is_some() => {
            return Err(ApiError::field("leadingIndustry", "required", "主导产业可以变更，不能清空。"));
        }
        _ => {}
    }
    tx.commit("修改园区").await?;
    Ok(())
}

fn patched(data: &ParkData, request: &UpdateParkRequest) -> ParkData {
    let mut data = data.clone();
    if let Some(name) = &request.name {
        name.trim().clone_into(&mut data.name);
    }
    if let Some(operator) = request.operator {
        data.operator = operator.map(OrganisationId);
    }
    if let Some(address) = &request.address {
        data.address.clone_from(address);
    }
    if let Some(four_sides) = &request.four_sides {
        data.four_sides.clone_from(four_sides);
    }
    if let Some(day) = request.recognised_on {
        data.recognised_on = day;
    }
    data
}
