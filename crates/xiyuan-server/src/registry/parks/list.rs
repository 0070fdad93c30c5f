//! Parks of the reader with their outcome for a year.

use std::cmp::Reverse;

use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use xiyuan_store::{
    OrganisationId, PageRequest, ParkId,
    registry::parks::{self, ParkQuery, ParkRow},
};

use crate::{
    checks::{CheckQuestion, Tallies},
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiQuery},
        paging::{MAX_LIMIT, Page, page_limit, page_of},
        types::OutcomeName,
    },
    registry::{
        show::{Industries, park_item},
        types::ParkItem,
    },
    session::Caller,
    state::{AppState, Services},
};

/// Orders of parks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParkSort {
    /// By name.
    #[default]
    Name,
    /// Most enterprises first.
    Enterprises,
    /// 满足, 暂不能判定, 不满足.
    Outcome,
}

/// Filters of parks.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParksQuery {
    /// Part of the name or code.
    #[serde(default)]
    pub search: Option<String>,
    /// District.
    #[serde(default)]
    pub district: Option<Uuid>,
    /// Outcome of the year.
    #[serde(default)]
    #[param(inline)]
    pub outcome: Option<OutcomeName>,
    /// Condition id: only parks with `criterionOutcome` in it.
    #[serde(default)]
    pub criterion: Option<String>,
    /// Outcome of `criterion`; met when absent.
    #[serde(default)]
    #[param(inline)]
    pub criterion_outcome: Option<OutcomeName>,
    /// Code of the leading industry.
    #[serde(default)]
    pub industry: Option<String>,
    /// Known time of the outcome: commit number or instant; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Year of the outcome; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Order; `name` when absent.
    #[serde(default)]
    #[param(inline)]
    pub sort: Option<ParkSort>,
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Parks of the reader with their outcome for a year.
#[utoipa::path(
    get,
    path = "/parks",
    operation_id = "list_parks",
    tag = "园区",
    params(ListParksQuery),
    responses((status = 200, description = "OK", body = Page<ParkItem>))
)]
pub(crate) async fn list_parks(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListParksQuery>,
) -> ApiResult<ApiJson<Page<ParkItem>>> {
    let limit = page_limit(query.limit)?;
    let is_computed = query.outcome.is_some() || query.criterion.is_some() || query.industry.is_some();
    if is_computed || query.sort == Some(ParkSort::Outcome) {
        let rows = all_parks(&state, &caller, &query).await?;
        return Ok(ApiJson(page_of(rows, limit, query.after.as_deref())?));
    }
    let tallies = tallies(&state, &query).await?;
    let industries = Industries::of(state.engine.default_package().await?.as_deref());
    let request = PageRequest { limit, after: query.after.clone() };
    let page = parks::list(&state.db, caller.scope(), &store_query(&state, &query, request)).await?;
    Ok(ApiJson(Page {
        items: page.items.into_iter().map(|row| item(row, &industries, tallies.as_ref())).collect(),
        total: page.total,
        next: page.next,
    }))
}

/// Every park that the filters match, in the asked order; a city has hundreds, not millions.
pub(super) async fn all_parks(
    services: &Services,
    caller: &Caller,
    query: &ListParksQuery,
) -> ApiResult<Vec<ParkItem>> {
    let tallies = tallies(services, query).await?;
    let industries = Industries::of(services.engine.default_package().await?.as_deref());
    let mut items = Vec::new();
    let mut after = None;
    loop {
        let request = PageRequest { limit: MAX_LIMIT, after };
        let page = parks::list(&services.db, caller.scope(), &store_query(services, query, request)).await?;
        items.extend(page.items.into_iter().map(|row| item(row, &industries, tallies.as_ref())));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    items.retain(|item| is_wanted(item, query, tallies.as_ref()));
    if query.sort == Some(ParkSort::Outcome) {
        items.sort_by_key(|item| {
            let rank = match item.outcome {
                Some(OutcomeName::Met) => 0,
                Some(OutcomeName::Undecided) => 1,
                Some(OutcomeName::NotMet) => 2,
                None => 3,
            };
            (rank, Reverse(item.met))
        });
    }
    Ok(items)
}

/// The filters that the store cannot apply: they ask for computed outcomes or for what the engine knows by code.
fn is_wanted(item: &ParkItem, query: &ListParksQuery, tallies: Option<&Tallies>) -> bool {
    let outcome_fits = query.outcome.is_none() || item.outcome == query.outcome;
    let industry_fits = query
        .industry
        .as_ref()
        .is_none_or(|code| item.leading_industry.as_ref().is_some_and(|industry| industry.code == *code));
    let criterion_fits = query.criterion.as_ref().is_none_or(|criterion| {
        let outcome = tallies.and_then(|tallies| tallies.criterion(ParkId(item.id), criterion));
        outcome == Some(query.criterion_outcome.unwrap_or(OutcomeName::Met))
    });
    outcome_fits && industry_fits && criterion_fits
}

async fn tallies(services: &Services, query: &ListParksQuery) -> ApiResult<Option<Tallies>> {
    let question = CheckQuestion { year: query.year, as_of: query.as_of.clone(), ..CheckQuestion::default() };
    crate::checks::tallies(services, &question).await
}

fn store_query(services: &Services, query: &ListParksQuery, page: PageRequest) -> ParkQuery {
    ParkQuery {
        search: query.search.clone().filter(|text| !text.trim().is_empty()),
        district: query.district.map(OrganisationId),
        on: services.today(),
        sort: match query.sort {
            Some(ParkSort::Enterprises) => parks::ParkSort::Enterprises,
            _ => parks::ParkSort::Name,
        },
        page,
    }
}

fn item(row: ParkRow, industries: &Industries, tallies: Option<&Tallies>) -> ParkItem {
    let tally = tallies.and_then(|tallies| tallies.of(row.park.id));
    park_item(row, industries, tally)
}
