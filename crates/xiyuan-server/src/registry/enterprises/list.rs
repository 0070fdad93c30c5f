//! Enterprises of the reader.

use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use xiyuan_store::{
    OrganisationId, PageRequest, ParkId,
    registry::enterprises::{self, EnterpriseQuery},
};

use crate::{
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiQuery},
        paging::{Page, page_limit},
    },
    registry::{
        show::{Industries, enterprise_item},
        types::EnterpriseItem,
    },
    session::Caller,
    state::AppState,
};

/// Orders of enterprises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EnterpriseSort {
    /// By name.
    #[default]
    Name,
    /// By credit code.
    Uscc,
}

/// Filters of enterprises.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEnterprisesQuery {
    /// Part of the name or credit code.
    #[serde(default)]
    pub search: Option<String>,
    /// District.
    #[serde(default)]
    pub district: Option<Uuid>,
    /// Park today.
    #[serde(default)]
    pub park: Option<Uuid>,
    /// Industry code.
    #[serde(default)]
    pub industry: Option<String>,
    /// Order; `name` when absent.
    #[serde(default)]
    #[param(inline)]
    pub sort: Option<EnterpriseSort>,
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Enterprises of the reader.
#[utoipa::path(
    get,
    path = "/enterprises",
    operation_id = "list_enterprises",
    tag = "企业",
    params(ListEnterprisesQuery),
    responses((status = 200, description = "OK", body = Page<EnterpriseItem>))
)]
pub(crate) async fn list_enterprises(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListEnterprisesQuery>,
) -> ApiResult<ApiJson<Page<EnterpriseItem>>> {
    let limit = page_limit(query.limit)?;
    let request = store_query(&caller, &query, PageRequest { limit, after: query.after.clone() });
    let page = enterprises::list(&state.db, caller.scope(), &request).await?;
    let industries = Industries::of(state.engine.default_package().await?.as_deref());
    let items = page.items.into_iter().map(|row| enterprise_item(row, &industries)).collect();
    Ok(ApiJson(Page { items, total: page.total, next: page.next }))
}

pub(super) fn store_query(
    caller: &Caller,
    query: &ListEnterprisesQuery,
    page: PageRequest,
) -> EnterpriseQuery {
    EnterpriseQuery {
        search: query.search.clone().filter(|text| !text.trim().is_empty()),
        district: query.district.map(OrganisationId),
        park: query.park.map(ParkId),
        industry: query.industry.clone().filter(|code| !code.is_empty()),
        sort: match query.sort {
            Some(EnterpriseSort::Uscc) => enterprises::EnterpriseSort::Uscc,
            _ => enterprises::EnterpriseSort::Name,
        },
        page,
        ..EnterpriseQuery::on(caller.context.today())
    }
}
