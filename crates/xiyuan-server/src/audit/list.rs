//! The audit trail, newest first.

use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use xiyuan_store::{
    Action, PageRequest, Scope,
    audit::{self, AuditQuery},
    users,
};

use crate::{
    audit::types::AuditItem,
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiQuery},
        paging::{Page, page_limit},
    },
    session::Caller,
    state::AppState,
    wording,
};

/// Filters of the audit trail.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAuditQuery {
    /// From this instant on.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Before this instant.
    #[serde(default)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// Login name or name of the person.
    #[serde(default)]
    pub actor: Option<String>,
    /// Action, e.g. `update_park`.
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
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListAuditQuery>,
) -> ApiResult<ApiJson<Page<AuditItem>>> {
    caller.scope().require(Action::ReadAudit)?;
    let limit = page_limit(query.limit)?;
    let mut request = AuditQuery {
        from: query.from,
        to: query.to,
        actor: None,
        action: query.action.filter(|action| !action.is_empty()),
        subject: query.subject.filter(|subject| !subject.is_empty()),
        page: PageRequest { limit, after: query.after },
    };
    if let Some(name) = query.actor.filter(|name| !name.is_empty()) {
        let everybody = users::list(&state.db, &Scope::system("审计按人员筛选")).await?;
        let found =
            everybody.into_iter().find(|user| user.username.eq_ignore_ascii_case(&name) || user.name == name);
        match found {
            Some(user) => request.actor = Some(user.id),
            None => return Ok(ApiJson(Page { items: Vec::new(), total: 0, next: None })),
        }
    }
    let page = audit::list(&state.db, caller.scope(), &request).await?;
    let items = page.items.into_iter().map(|row| AuditItem {
        chain: row.chain,
        sequence: row.sequence,
        at: row.at,
        actor: row.actor_name.unwrap_or_else(|| "系统".to_owned()),
        address: row.remote_address,
        action_name: wording::audit_action(&row.action),
        action: row.action,
        subject: row.subject_name.or(row.subject_id),
        result: row.result,
        detail: row.detail,
        request_id: row.request_id,
        hash: row.hash,
    });
    Ok(ApiJson(Page { items: items.collect(), total: page.total, next: page.next }))
}
