//! Judge a fact, in the role that the policy names.

use axum::extract::State;
use uuid::Uuid;

use crate::checks::types::FactAnswer;
use crate::error::{ApiError, ApiResult};
use crate::facts::types::PutFactRequest;
use crate::http::extract::{ApiJson, ApiPath};
use crate::session::Caller;
use crate::state::AppState;

/// Judge a fact, in the role that the policy names.
#[utoipa::path(
    put,
    path = "/parks/{id}/facts/{fact}",
    operation_id = "put_fact",
    tag = "事实认定",
    params(("id" = Uuid, Path, description = "Park"), ("fact" = String, Path, description = "Fact")),
    request_body = PutFactRequest,
    responses((status = 200, description = "OK", body = FactAnswer))
)]
pub(crate) async fn put_fact(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath((_id, _fact)): ApiPath<(Uuid, String)>,
    ApiJson(_request): ApiJson<PutFactRequest>,
) -> ApiResult<ApiJson<FactAnswer>> {
    Err(ApiError::internal("not wired yet"))
}
