//! Organisations that the reader may see.

use std::collections::HashMap;

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use xiyuan_store::registry::organisations::{self, OrganisationKind};

use crate::{
    error::{ApiError, ApiResult},
    http::{
        extract::{ApiJson, ApiQuery},
        paging::Page,
        types::Named,
    },
    registry::types::OrganisationItem,
    session::{Caller, me::kind_id},
    state::AppState,
};

/// Filters of organisations.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListOrganisationsQuery {
    /// `city`, `department`, `district`, `operator`, `bank`.
    #[serde(default)]
    pub kind: Option<String>,
}

/// Organisations that the reader may see.
#[utoipa::path(
    get,
    path = "/organisations",
    operation_id = "list_organisations",
    tag = "机构",
    params(ListOrganisationsQuery),
    responses((status = 200, description = "OK", body = Page<OrganisationItem>))
)]
pub(crate) async fn list_organisations(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListOrganisationsQuery>,
) -> ApiResult<ApiJson<Page<OrganisationItem>>> {
    let kind = query.kind.as_deref().map(parse_kind).transpose()?;
    let all = organisations::list(&state.db, caller.scope(), None).await?;
    let names: HashMap<_, _> = all.iter().map(|row| (row.id, row.data.name.clone())).collect();
    let items: Vec<OrganisationItem> = all
        .into_iter()
        .filter(|row| kind.is_none_or(|kind| row.data.kind == kind))
        .map(|row| OrganisationItem {
            id: row.id.0,
            name: row.data.name,
            kind: kind_id(row.data.kind).to_owned(),
            parent: row
                .data
                .parent
                .and_then(|id| names.get(&id).map(|name| Named { id: id.0, name: name.clone() })),
            is_demo: row.data.is_demo,
        })
        .collect();
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
}

fn parse_kind(text: &str) -> ApiResult<OrganisationKind> {
    Ok(match text {
        "city" => OrganisationKind::City,
        "department" => OrganisationKind::Department,
        "district" => OrganisationKind::District,
        "operator" => OrganisationKind::Operator,
        "bank" => OrganisationKind::Bank,
        _ => return Err(ApiError::field("kind", "unknown-kind", format!("没有“{text}”这类机构。"))),
    })
}
