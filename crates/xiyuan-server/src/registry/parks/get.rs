//! One park with its history; `ETag` is its revision.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiPath;
use crate::registry::types::ParkDetail;
use crate::session::Caller;
use crate::state::AppState;

/// One park with its history; `ETag` is its revision.
#[utoipa::path(
    get,
    path = "/parks/{id}",
    operation_id = "get_park",
    tag = "园区",
    params(("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = ParkDetail))
)]
pub(crate) async fn get_park(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
