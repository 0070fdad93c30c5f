//! Change an enterprise; `If-Match` names the revision that the change is based on.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath};
use crate::http::revision::IfMatch;
use crate::registry::types::EnterpriseDetail;
use crate::registry::types::UpdateEnterpriseRequest;
use crate::session::Caller;
use crate::state::AppState;

/// Change an enterprise; `If-Match` names the revision that the change is based on.
#[utoipa::path(
    patch,
    path = "/enterprises/{id}",
    operation_id = "update_enterprise",
    tag = "企业",
    params(("id" = Uuid, Path, description = "Enterprise"), ("If-Match" = String, Header, description = "Revision, from ETag")),
    request_body = UpdateEnterpriseRequest,
    responses((status = 200, description = "OK", body = EnterpriseDetail))
)]
pub(crate) async fn update_enterprise(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    IfMatch(_revision): IfMatch,
    ApiJson(_request): ApiJson<UpdateEnterpriseRequest>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
