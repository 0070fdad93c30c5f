//! The audit trail, newest first.

use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::audit::types::AuditItem;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiQuery};
use crate::http::paging::Page;
use crate::session::Caller;
use crate::state::AppState;

/// Filters of the audit trail.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAuditQuery {
    /// From this instant on.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Up to this instant.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// Login name or part of the name.
    #[serde(default)]
    pub actor: Option<String>,
    /// Action, e.g. `park.update`.
    #[serde(default)]
    pub action: Option<String>,
    /// Id or part of the name of what was acted on.
    #[serde(default)]
    pub subject: Option<String>,
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// The audit trail, newest first.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "list_audit",
    tag = "审计",
    params(ListAuditQuery),
    responses((status = 200, description = "OK", body = Page<AuditItem>))
)]
pub(crate) async fn list_audit(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<ListAuditQuery>,
) -> ApiResult<ApiJson<Page<AuditItem>>> {
    Err(ApiError::internal("not wired yet"))
}
