//! Published policy packages.

use axum::extract::State;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::http::paging::Page;
use crate::policies::types::PolicyItem;
use crate::session::Caller;
use crate::state::AppState;

/// Published policy packages.
#[utoipa::path(
    get,
    path = "/policies",
    operation_id = "list_policies",
    tag = "政策",
    responses((status = 200, description = "OK", body = Page<PolicyItem>))
)]
pub(crate) async fn list_policies(
    State(_state): State<AppState>,
    _caller: Caller,
) -> ApiResult<ApiJson<Page<PolicyItem>>> {
    Err(ApiError::internal("not wired yet"))
}
