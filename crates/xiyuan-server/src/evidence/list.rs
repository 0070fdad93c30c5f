//! Evidence files of a park.

use axum::extract::State;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::evidence::types::EvidenceItem;
use crate::http::extract::{ApiJson, ApiPath};
use crate::http::paging::Page;
use crate::session::Caller;
use crate::state::AppState;

/// Evidence files of a park.
#[utoipa::path(
    get,
    path = "/parks/{id}/evidence",
    operation_id = "list_evidence",
    tag = "佐证材料",
    params(("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = Page<EvidenceItem>))
)]
pub(crate) async fn list_evidence(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Page<EvidenceItem>>> {
    Err(ApiError::internal("not wired yet"))
}
