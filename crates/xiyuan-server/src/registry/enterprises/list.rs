//! Enterprises of the reader.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiQuery};
use crate::http::paging::Page;
use crate::registry::types::EnterpriseItem;
use crate::session::Caller;
use crate::state::AppState;

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
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<ListEnterprisesQuery>,
) -> ApiResult<ApiJson<Page<EnterpriseItem>>> {
    Err(ApiError::internal("not wired yet"))
}
