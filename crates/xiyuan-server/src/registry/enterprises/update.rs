//! Change an enterprise.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use uuid::Uuid;
use xiyuan_store::{
    EnterpriseId, ParkId, StoreError, Transaction,
    registry::{
        Origin,
        enterprises::{self, EnterpriseData, EnterpriseRow},
        industries,
        memberships::{self, Membership, MembershipData},
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
        types::{EnterpriseDetail, UpdateEnterpriseRequest},
    },
    session::Caller,
    state::AppState,
};

/// Change an enterprise; `If-Match` names the revision that the change is based on.
#[utoipa::path(
    patch,
    path = "/enterprises/{id}",
    operation_id = "update_enterprise",
    tag = "企业",
    params(
        ("id" = Uuid, Path, description = "Enterprise"),
        ("If-Match" = String, Header, description = "Revision, from ETag")
    ),
    request_body = UpdateEnterpriseRequest,
    responses((status = 200, description = "OK", body = EnterpriseDetail))
)]
pub(crate) async fn update_enterprise(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    IfMatch(revision): IfMatch,
    ApiJson(request): ApiJson<UpdateEnterpriseRequest>,
) -> ApiResult<Response> {
    let id = EnterpriseId(id);
    let row =
        enterprises::get(&state.db, caller.scope(), id, caller.context.today()).await.or_missing("企业")?;
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
    row: &EnterpriseRow,
    revision: i64,
    request: &UpdateEnterpriseRequest,
) -> ApiResult<()> {
    let enterprise = &row.enterprise;
    if enterprise.revision != revision {
        return Err(StoreError::Conflict { current: enterprise.revision }.into());
    }
    let data = patched(&enterprise.data, request);
    let stays = memberships::of_enterprise(&state.db, caller.scope(), enterprise.id).await?;
    let since = request.since.unwrap_or_else(|| caller.context.today());
    let origin = Origin::default();
    let mut tx = state.db.begin(&caller.context).await?;
    if data != enterprise.data {
        enterprises::update(&mut tx, caller.scope(), enterprise.id, revision, data, &origin).await?;
    }
    if let Some(park) = request.park {
        let stays = stays.into_iter().map(|(stay, _)| stay).collect();
        move_to(&mut tx, caller, enterprise.id, stays, park.map(ParkId), since).await?;
    }
    match &request.leading_industry {
        Some(Some(code)) if row.leading_industry.as_ref() != Some(code) => {
            Industries::of(state.engine.default_package().await?.as_deref()).check(code)?;
            industries::set(&mut tx, caller.scope(), enterprise.id.into(), code, since, &origin).await?;
        }
        Some(None) if row.leading_industry.is_some() => {
            return Err(ApiError::field("leadingIndustry", "required", "所属产业可以变更，不能清空。"));
        }
        _ => {}
    }
    tx.commit("修改企业").await?;
    Ok(())
}

fn patched(data: &EnterpriseData, request: &UpdateEnterpriseRequest) -> EnterpriseData {
    let mut data = data.clone();
    if let Some(name) = &request.name {
        name.trim().clone_into(&mut data.name);
    }
    if let Some(uscc) = &request.uscc {
        data.uscc.clone_from(uscc);
        data.confirm_check_digit = request.confirm_check_digit;
    }
    data.confirm_check_digit |= request.confirm_check_digit;
    data
}

/// Ends the stays that hold on `since` and begins one in the new park. A stay that would end before it began
/// never was: it is withdrawn.
async fn move_to(
    tx: &mut Transaction,
    caller: &Caller,
    enterprise: EnterpriseId,
    stays: Vec<Membership>,
    park: Option<ParkId>,
    since: Date,
) -> ApiResult<()> {
    let origin = Origin::default();
    let day_before =
        since.yesterday().map_err(|_| ApiError::field("since", "dates", "开始日期超出可用范围。"))?;
    for stay in stays {
        if stay.data.to.is_some_and(|to| to < since) {
            continue;
        }
        if Some(stay.data.park) == park && stay.data.to.is_none() && stay.data.from <= since {
            return Ok(());
        }
        if stay.data.from >= since {
            memberships::withdraw(tx, caller.scope(), stay.id, stay.revision, &origin).await?;
        } else {
            let ended = MembershipData { to: Some(day_before), ..stay.data };
            memberships::update(tx, caller.scope(), stay.id, stay.revision, ended, &origin).await?;
        }
    }
    if let Some(park) = park {
        let data = MembershipData { enterprise, park, from: since, to: None };
        memberships::insert(tx, caller.scope(), data, &origin).await?;
    }
    Ok(())
}
