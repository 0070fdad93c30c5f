//! Long work: running and finished.

use axum::extract::State;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::http::paging::Page;
use crate::jobs::types::JobItem;
use crate::session::Caller;
use crate::state::AppState;

/// Long work: running and finished.
#[utoipa::path(
    get,
    path = "/jobs",
    operation_id = "list_jobs",
    tag = "任务",
    responses((status = 200, description = "OK", body = Page<JobItem>))
)]
pub(crate) async fn list_jobs(
    State(_state): State<AppState>,
    _caller: Caller,
) -> ApiResult<ApiJson<Page<JobItem>>> {
    Err(ApiError::internal("not wired yet"))
}
