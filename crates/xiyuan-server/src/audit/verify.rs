//! Walk the hash chain of the audit trail.

use axum::extract::State;
use xiyuan_store::audit;

use crate::{
    audit::types::AuditVerification, error::ApiResult, http::extract::ApiJson, session::Caller,
    state::AppState,
};

/// Walk the hash chain of the audit trail.
#[utoipa::path(
    get,
    path = "/audit/verification",
    operation_id = "get_audit_verification",
    tag = "审计",
    responses((status = 200, description = "OK", body = AuditVerification))
)]
pub(crate) async fn get_audit_verification(
    State(state): State<AppState>,
    caller: Caller,
) -> ApiResult<ApiJson<AuditVerification>> {
    let found = audit::verify(&state.db, caller.scope()).await?;
    Ok(ApiJson(AuditVerification {
        entries: found.entries,
        is_intact: found.first_broken.is_none(),
        first_broken: found.first_broken.map(|(chain, sequence)| format!("{chain}:{sequence}")),
    }))
}
