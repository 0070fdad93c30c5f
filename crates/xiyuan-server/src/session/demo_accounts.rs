//! Accounts of a demo city; an empty list on any other database.

use axum::extract::State;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::session::types::DemoAccounts;
use crate::state::AppState;

/// Accounts of a demo city; an empty list on any other database.
#[utoipa::path(
    get,
    path = "/demo-accounts",
    operation_id = "list_demo_accounts",
    tag = "会话",
    responses((status = 200, description = "OK", body = DemoAccounts))
)]
pub(crate) async fn list_demo_accounts(State(_state): State<AppState>) -> ApiResult<ApiJson<DemoAccounts>> {
    Err(ApiError::internal("not wired yet"))
}
