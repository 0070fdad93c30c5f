//! Parks, enterprises and clauses for the command palette.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use xiyuan_store::{
    Action, PageRequest,
    registry::{
        enterprises::{self, EnterpriseQuery},
        parks::{self, ParkQuery, ParkSort},
    },
};

use crate::{
    error::ApiResult,
    http::extract::{ApiJson, ApiQuery},
    search::types::{SearchAnswer, SearchClause, SearchEnterprise, SearchPark},
    session::Caller,
    state::{AppState, Services},
};

/// Hits of each kind at most.
const MOST: u32 = 8;

/// What is looked for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Part of a name, code or clause.
    pub q: String,
}

/// Parks, enterprises and clauses, at most eight each.
#[utoipa::path(
    get,
    path = "/search",
    operation_id = "search_everything",
    tag = "搜索",
    params(SearchQuery),
    responses((status = 200, description = "OK", body = SearchAnswer))
)]
pub(crate) async fn search_everything(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<SearchQuery>,
) -> ApiResult<ApiJson<SearchAnswer>> {
    let text = query.q.trim();
    let mut answer = SearchAnswer { parks: Vec::new(), enterprises: Vec::new(), clauses: Vec::new() };
    if text.is_empty() {
        return Ok(ApiJson(answer));
    }
    if caller.scope().may(Action::ReadRegistry) {
        let today = caller.context.today();
        let page = PageRequest { limit: MOST, after: None };
        let wanted = ParkQuery {
            search: Some(text.to_owned()),
            district: None,
            on: today,
            sort: ParkSort::Name,
            page: page.clone(),
        };
        let found = parks::list(&state.db, caller.scope(), &wanted).await?;
        answer.parks.extend(found.items.into_iter().map(|row| SearchPark {
            id: row.park.id.0,
            name: row.park.data.name,
            district: row.district_name,
        }));
        let wanted = EnterpriseQuery { search: Some(text.to_owned()), page, ..EnterpriseQuery::on(today) };
        let found = enterprises::list(&state.db, caller.scope(), &wanted).await?;
        answer.enterprises.extend(found.items.into_iter().map(|row| SearchEnterprise {
            id: row.enterprise.id.0,
            name: row.enterprise.data.name,
            uscc: row.enterprise.data.uscc,
        }));
    }
    answer.clauses = clauses(&state, text).await?;
    Ok(ApiJson(answer))
}

/// Clauses by id, title or text.
async fn clauses(services: &Services, text: &str) -> ApiResult<Vec<SearchClause>> {
    let Some(package) = services.engine.default_package().await? else { return Ok(Vec::new()) };
    let hit = |clause: &&xiyuan_policy::package::Clause| {
        clause.id.starts_with(text) || clause.title.contains(text) || clause.text.contains(text)
    };
    let found = package.clauses.values().filter(hit).take(MOST as usize);
    Ok(found
        .map(|clause| SearchClause {
            policy: package.id.clone(),
            id: clause.id.clone(),
            title: clause.title.clone(),
        })
        .collect())
}
