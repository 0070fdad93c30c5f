//! Walk the hash chain of the audit trail.

use axum::extract::State;

use crate::audit::types::AuditVerification;
use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::session::Caller;
use crate::state::AppState;

/// Walk the hash chain of the audit trail.
#[utoipa::path(
    get,
    path = "/audit/verification",
    operation_id = "get_audit_verification",
    tag = "审计",
    responses((status = 200, description = "OK", body = AuditVerification))
)]
pub(crate) async fn get_audit_verification(
    State(_state): State<AppState>,
    _caller: Caller,
) -> ApiResult<ApiJson<AuditVerification>> {
    Err(ApiError::internal("not wired yet"))
}
