//! Evidence files of a park.

use axum::extract::State;
use uuid::Uuid;
use xiyuan_policy::package::Package;
use xiyuan_store::{
    ParkId,
    evidence::{self, Evidence},
    registry::parks,
};

use crate::{
    error::{ApiResult, Missing},
    evidence::types::EvidenceItem,
    http::{
        extract::{ApiJson, ApiPath},
        paging::Page,
    },
    session::Caller,
    state::AppState,
};

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
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Page<EvidenceItem>>> {
    let park = ParkId(id);
    parks::get(&state.db, caller.scope(), park, caller.context.today()).await.or_missing("园区")?;
    let package = state.engine.require_package(None).await?;
    let files = evidence::list(&state.db, caller.scope(), park.into(), None, true).await?;
    let items: Vec<EvidenceItem> = files.into_iter().map(|file| item(file, &package)).collect();
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
}

/// A file as the API shows it.
pub(super) fn item(file: Evidence, package: &Package) -> EvidenceItem {
    let kind = package.evidence.iter().find(|kind| kind.id == file.kind);
    EvidenceItem {
        id: file.id.0,
        kind_name: kind.map_or_else(|| file.kind.clone(), |kind| kind.name.clone()),
        kind: file.kind,
        name: file.file_name,
        size: file.size,
        checksum: file.digest,
        at: file.at,
        by: file.by_name.unwrap_or_else(|| "系统".to_owned()),
        is_withdrawn: file.withdrawn.is_some(),
    }
}
