//! Enterprises in a park on a day.

use axum::extract::State;
use jiff::civil::{Date, date};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use xiyuan_policy::frame::Period;
use xiyuan_store::{
    PageRequest, ParkId,
    registry::{
        enterprises::{self, EnterpriseQuery},
        parks,
    },
};

use crate::{
    error::{ApiResult, Missing},
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        paging::{Page, page_limit},
        types::Named,
    },
    registry::{show::Industries, types::ParkEnterpriseItem},
    session::Caller,
    state::AppState,
};

/// Filters of the enterprises of a park.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParkEnterprisesQuery {
    /// Part of the name or credit code.
    #[serde(default)]
    pub search: Option<String>,
    /// Day; the last day of `year`, at most today, when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    /// Year of `filed`; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Enterprises in the park on a day.
#[utoipa::path(
    get,
    path = "/parks/{id}/enterprises",
    operation_id = "list_park_enterprises",
    tag = "园区",
    params(ListParkEnterprisesQuery, ("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = Page<ParkEnterpriseItem>))
)]
pub(crate) async fn list_park_enterprises(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(query): ApiQuery<ListParkEnterprisesQuery>,
) -> ApiResult<ApiJson<Page<ParkEnterpriseItem>>> {
    let today = caller.context.today();
    let limit = page_limit(query.limit)?;
    parks::get(&state.db, caller.scope(), ParkId(id), today).await.or_missing("园区")?;
    let year = match query.year {
        Some(year) => year,
        None => state.engine.latest_year(today).await?,
    };
    let on = query.on.unwrap_or_else(|| date(year, 12, 31).min(today));
    let package = state.engine.default_package().await?;
    let form = package.as_deref().and_then(crate::engine::yearly_enterprise_form);
    let filter = EnterpriseQuery {
        search: query.search.filter(|text| !text.trim().is_empty()),
        park: Some(ParkId(id)),
        filed: form.map(|form| (form.id.clone(), Period::Year(year))),
        page: PageRequest { limit, after: query.after },
        ..EnterpriseQuery::on(on)
    };
    let page = enterprises::list(&state.db, caller.scope(), &filter).await?;
    let industries = Industries::of(package.as_deref());
    let items = page.items.into_iter().map(|row| ParkEnterpriseItem {
        id: row.enterprise.id.0,
        uscc: row.enterprise.data.uscc,
        name: row.enterprise.data.name,
        district: Named { id: row.enterprise.data.district.0, name: row.district_name },
        leading_industry: row.leading_industry.map(|code| industries.name(&code)),
        member_from: row.member.map_or(on, |(from, _)| from),
        member_to: row.member.and_then(|(_, to)| to),
        filed: row.is_filed.unwrap_or(false),
        is_demo: row.enterprise.data.is_demo,
        revision: row.enterprise.revision,
    });
    Ok(ApiJson(Page { items: items.collect(), total: page.total, next: page.next }))
}
