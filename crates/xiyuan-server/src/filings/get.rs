//! One filing with all revisions.

use axum::extract::State;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::filings::types::FilingDetail;
use crate::http::extract::{ApiJson, ApiPath};
use crate::session::Caller;
use crate::state::AppState;

/// One filing with all revisions.
#[utoipa::path(
    get,
    path = "/filings/{id}",
    operation_id = "get_filing",
    tag = "填报",
    params(("id" = Uuid, Path, description = "Filing")),
    responses((status = 200, description = "OK", body = FilingDetail))
)]
pub(crate) async fn get_filing(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<FilingDetail>> {
    Err(ApiError::internal("not wired yet"))
}
