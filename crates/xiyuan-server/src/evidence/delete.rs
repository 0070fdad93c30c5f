//! Take an evidence file back.

use axum::{extract::State, http::StatusCode};
use uuid::Uuid;
use xiyuan_store::{EvidenceId, evidence};

use crate::{
    error::{ApiResult, Missing},
    http::extract::ApiPath,
    session::Caller,
    state::AppState,
};

/// Take an evidence file back: it no longer counts, and stays on record.
#[utoipa::path(
    delete,
    path = "/evidence/{id}",
    operation_id = "delete_evidence",
    tag = "佐证材料",
    params(("id" = Uuid, Path, description = "Evidence")),
    responses((status = 204, description = "Done"))
)]
pub(crate) async fn delete_evidence(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<StatusCode> {
    let mut tx = state.db.begin(&caller.context).await?;
    evidence::withdraw(&mut tx, caller.scope(), EvidenceId(id), "人工撤回").await.or_missing("佐证材料")?;
    tx.commit("撤回佐证材料").await?;
    Ok(StatusCode::NO_CONTENT)
}
