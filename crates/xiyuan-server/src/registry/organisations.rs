//! Organisations that the reader may see.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiQuery};
use crate::http::paging::Page;
use crate::registry::types::OrganisationItem;
use crate::session::Caller;
use crate::state::AppState;

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
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<ListOrganisationsQuery>,
) -> ApiResult<ApiJson<Page<OrganisationItem>>> {
    Err(ApiError::internal("not wired yet"))
}
