//! Change a park; `If-Match` names the revision that the change is based on.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath};
use crate::http::revision::IfMatch;
use crate::registry::types::ParkDetail;
use crate::registry::types::UpdateParkRequest;
use crate::session::Caller;
use crate::state::AppState;

/// Change a park; `If-Match` names the revision that the change is based on.
#[utoipa::path(
    patch,
    path = "/parks/{id}",
    operation_id = "update_park",
    tag = "园区",
    params(("id" = Uuid, Path, description = "Park"), ("If-Match" = String, Header, description = "Revision, from ETag")),
    request_body = UpdateParkRequest,
    responses((status = 200, description = "OK", body = ParkDetail))
)]
pub(crate) async fn update_park(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    IfMatch(_revision): IfMatch,
    ApiJson(_request): ApiJson<UpdateParkRequest>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
