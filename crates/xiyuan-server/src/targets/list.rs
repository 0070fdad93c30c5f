//! Every target of a policy with its progress.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use xiyuan_store::Action;

use super::{show::all, types::TargetItem};
use crate::{
    checks::CheckQuestion,
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiQuery},
        paging::Page,
    },
    session::Caller,
    state::AppState,
};

/// Which policy, for which year, as of when.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TargetsQuery {
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Known time: commit number or instant; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
}

impl TargetsQuery {
    pub(super) fn question(self) -> CheckQuestion {
        CheckQuestion { year: self.year, policy: self.policy, as_of: self.as_of, ..CheckQuestion::default() }
    }
}

/// Targets of a policy with their progress.
#[utoipa::path(
    get,
    path = "/targets",
    operation_id = "list_targets",
    tag = "目标",
    params(TargetsQuery),
    responses((status = 200, description = "OK", body = Page<TargetItem>))
)]
pub(crate) async fn list_targets(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<TargetsQuery>,
) -> ApiResult<ApiJson<Page<TargetItem>>> {
    let scope = caller.scope();
    scope.require(Action::ReadFigures)?;
    let items = all(&state, scope, &query.question()).await?;
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
}
