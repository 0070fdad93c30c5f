//! Upload an evidence file.

use axum::{
    extract::{DefaultBodyLimit, Multipart, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sm3::{Digest, Sm3};
use utoipa_axum::router::UtoipaMethodRouter;
use uuid::Uuid;
use xiyuan_store::{
    EvidenceId, ParkId,
    evidence::{self, NewEvidence},
    registry::parks,
};

use super::{content, list::item};
use crate::{
    error::{ApiError, ApiResult, Missing},
    evidence::types::{CreateEvidenceForm, EvidenceItem},
    http::{
        extract::{ApiJson, ApiPath},
        idempotency::Idempotency,
        multipart,
    },
    session::Caller,
    state::AppState,
};

/// The route takes larger bodies than JSON.
pub(super) fn with_large_body(routes: UtoipaMethodRouter<AppState>) -> UtoipaMethodRouter<AppState> {
    let (schemas, paths, router) = routes;
    (schemas, paths, router.layer(DefaultBodyLimit::disable()))
}

/// Upload an evidence file.
#[utoipa::path(
    post,
    path = "/parks/{id}/evidence",
    operation_id = "create_evidence",
    tag = "佐证材料",
    params(("id" = Uuid, Path, description = "Park")),
    request_body(content = CreateEvidenceForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "OK", body = EvidenceItem))
)]
pub(crate) async fn create_evidence(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    key: Idempotency,
    form: Multipart,
) -> ApiResult<Response> {
    let park = ParkId(id);
    parks::get(&state.db, caller.scope(), park, caller.context.today()).await.or_missing("园区")?;
    let upload = multipart::read(form, state.config.limits.evidence_bytes).await?;
    let kind = upload.text("kind")?.to_owned();
    let package = state.engine.require_package(None).await?;
    if !package.evidence.iter().any(|candidate| candidate.id == kind) {
        return Err(ApiError::field("kind", "unknown-kind", format!("政策包中没有佐证材料类别“{kind}”。")));
    }
    let (sent_name, bytes) = upload.into_file()?;
    let file_name = content::file_name(&sent_name)?;
    let media_type = content::media_type(&file_name, &bytes)?;
    let request = (&kind, &file_name, hex::encode(Sm3::digest(&bytes)));
    let id = if let Some(id) = key.first(&state, &caller, &request).await? {
        EvidenceId(id)
    } else {
        let limit = usize::try_from(state.config.limits.evidence_bytes).unwrap_or(usize::MAX);
        let new = NewEvidence {
            subject: park.into(),
            kind: kind.clone(),
            file_name: file_name.clone(),
            media_type: media_type.to_owned(),
            content: bytes,
        };
        let mut tx = state.db.begin(&caller.context).await?;
        let added = evidence::insert(&mut tx, caller.scope(), new, limit).await.or_missing("园区")?;
        key.keep(&mut tx, &request, added.id.0).await?;
        tx.commit("上传佐证材料").await?;
        added.id
    };
    let files = evidence::list(&state.db, caller.scope(), park.into(), None, true).await?;
    let added =
        files.into_iter().find(|file| file.id == id).ok_or_else(|| ApiError::not_found("佐证材料"))?;
    Ok((StatusCode::CREATED, ApiJson(item(added, &package))).into_response())
}
