//! One enterprise with memberships, filings and history.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use uuid::Uuid;
use xiyuan_policy::package::Package;
use xiyuan_store::{
    Action, EnterpriseId, Scope, StoreError, filings, format_period,
    registry::{EntityKind, enterprises, industries, memberships},
};

use crate::{
    error::{ApiResult, Missing},
    http::{
        extract::{ApiJson, ApiPath},
        revision::etag,
        types::Named,
    },
    registry::{
        show::{Industries, enterprise_item, shown_history},
        types::{EnterpriseDetail, FilingItem, IndustryItem, MembershipItem},
    },
    session::Caller,
    state::{AppState, Services},
};

/// One enterprise with memberships, filings and history; `ETag` is its revision.
#[utoipa::path(
    get,
    path = "/enterprises/{id}",
    operation_id = "get_enterprise",
    tag = "企业",
    params(("id" = Uuid, Path, description = "Enterprise")),
    responses((status = 200, description = "OK", body = EnterpriseDetail))
)]
pub(crate) async fn get_enterprise(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    let detail = detail(&state, caller.scope(), EnterpriseId(id)).await?;
    Ok((etag(detail.revision), ApiJson(detail)).into_response())
}

/// An enterprise as its page shows it.
pub(super) async fn detail(
    services: &Services,
    scope: &Scope,
    id: EnterpriseId,
) -> ApiResult<EnterpriseDetail> {
    let db = &services.db;
    let row = enterprises::get(db, scope, id, services.today()).await.or_missing("企业")?;
    let package = services.engine.default_package().await?;
    let names = Industries::of(package.as_deref());
    let stays = memberships::of_enterprise(db, scope, id).await?;
    let kept = industries::of_subject(db, scope, id.into()).await?;
    let filed = match filings::of_subject(db, scope, id.into()).await {
        Err(StoreError::Forbidden { .. } | StoreError::NotFound) => Vec::new(),
        other => other?,
    };
    let can_edit = enterprises::visible(db, scope, Action::EditRegistry, &[id]).await?.contains(&id);
    let history = shown_history(db, scope, EntityKind::Enterprise, id.0).await?;
    let item = enterprise_item(row, &names);
    Ok(EnterpriseDetail {
        id: item.id,
        uscc: item.uscc,
        name: item.name,
        district: item.district,
        park: item.park,
        leading_industry: item.leading_industry,
        is_demo: item.is_demo,
        revision: item.revision,
        can_edit,
        memberships: stays
            .into_iter()
            .map(|(stay, name)| MembershipItem {
                park: Named { id: stay.data.park.0, name },
                from: stay.data.from,
                to: stay.data.to,
            })
            .collect(),
        industries: kept
            .into_iter()
            .map(|industry| {
                let named = names.name(&industry.data.code);
                let (from, to) = (industry.data.from, industry.data.to);
                IndustryItem { code: named.code, name: named.name, from, to }
            })
            .collect(),
        filings: filed.into_iter().map(|headline| filing_item(headline, package.as_deref())).collect(),
        history,
    })
}

fn filing_item(headline: filings::Headline, package: Option<&Package>) -> FilingItem {
    FilingItem {
        id: headline.id.0,
        form_name: crate::filings::form_name(package, &headline.form),
        form: headline.form,
        period: format_period(headline.period),
        revision: headline.revision,
        filed_at: headline.at,
        filed_by: headline.by_name.unwrap_or_else(|| "系统".to_owned()),
        is_current: !headline.is_withdrawn,
    }
}
