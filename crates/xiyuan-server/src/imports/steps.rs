//! Steps that a person takes with an import: correct the matching, publish, take back, give up.

use xiyuan_store::{
    ImportId, StoreError,
    imports::{self, Import as Stored, ImportStatus},
};

use super::{
    show::{Mapping, stored_counts},
    types::{ApplyImportRequest, ApplyMode, ImportCounts, UpdateImportMappingRequest},
    work::{Worker, set_status},
};
use crate::{
    error::{ApiError, ApiResult, Missing, ProblemEntry},
    state::Services,
};

/// One import inside the worker's scope.
pub async fn get(services: &Services, worker: &Worker, id: ImportId) -> ApiResult<Stored> {
    imports::get(&services.db, &worker.context, &worker.scope, id).await.or_missing("导入")
}

/// Keeps what a person chose and throws the staged rows away; the caller starts reading again.
pub async fn choose_mapping(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    request: &UpdateImportMappingRequest,
) -> ApiResult<()> {
    let stored = get(services, worker, id).await?;
    if stored.status != ImportStatus::Ready {
        return Err(ApiError::refused("not-ready", "该导入尚未校验完成或已结束，不能修改列对应。"));
    }
    let mut mapping: Mapping = serde_json::from_value(stored.mapping).unwrap_or_default();
    if let Some(sheet) = &request.sheet {
        if !mapping.sheets.contains(sheet) {
            return Err(ApiError::field("sheet", "unknown-sheet", format!("文件中没有工作表“{sheet}”。")));
        }
        if mapping.sheet.as_ref() != Some(sheet) {
            mapping.chosen.clear();
            mapping.chosen_head_rows = None;
        }
        mapping.chosen_sheet = Some(sheet.clone());
    }
    if let Some(rows) = &request.head_rows {
        if rows.is_empty() || rows.contains(&0) {
            return Err(ApiError::field("headRows", "malformed", "表头行号从 1 开始，至少一行。"));
        }
        mapping.chosen_head_rows = Some(rows.clone());
    }
    for (column, field) in &request.columns {
        let number: u32 = column
            .parse()
            .map_err(|_| ApiError::field("columns", "malformed", format!("列号“{column}”应为数字。")))?;
        if let Some(field) = field.as_ref().filter(|id| !mapping.fields.iter().any(|known| known.id == **id))
        {
            return Err(ApiError::field("columns", "unknown-field", format!("没有字段“{field}”。")));
        }
        mapping.chosen.insert(number, field.clone());
    }
    let value = serde_json::to_value(&mapping).map_err(ApiError::internal)?;
    let mut tx = services.db.begin(&worker.context).await?;
    imports::set_mapping(&mut tx, &worker.scope, id, &value).await?;
    imports::clear_rows(&mut tx, &worker.scope, id).await?;
    tx.commit("修改导入列对应").await?;
    Ok(())
}

/// Whether publishing may begin; moves the import to `applying`. `false`: it is at it or done already (a double click).
pub async fn begin_applying(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    request: &ApplyImportRequest,
) -> ApiResult<bool> {
    let stored = get(services, worker, id).await?;
    match stored.status {
        ImportStatus::Applying | ImportStatus::Applied => return Ok(false),
        ImportStatus::Ready => {}
        _ => return Err(ApiError::refused("not-ready", "该导入尚未校验完成或已结束，不能写入。")),
    }
    let counts = stored.counts;
    if request.mode == ApplyMode::AllOrNothing && counts.refused > 0 {
        let detail = format!("有 {} 行不能导入。请改正后重新上传，或选择“只导入合格行”。", counts.refused);
        return Err(ApiError::refused("rows-refused", detail));
    }
    if request.mode == ApplyMode::AllOrNothing && counts.questioned > 0 && !request.accept_questions {
        let detail =
            format!("有 {} 行需要确认。请逐项核对后勾选“已核对”，或选择“只导入合格行”。", counts.questioned);
        return Err(ApiError::refused("questions-open", detail));
    }
    if counts.accepted == 0 {
        return Err(ApiError::refused("nothing-to-import", "没有可以导入的行。"));
    }
    set_status(services, worker, id, ImportStatus::Applying, counts, None).await?;
    Ok(true)
}

/// Takes a published import back as a whole. Rows that somebody changed since are named, and nothing is taken back.
pub async fn undo(services: &Services, worker: &Worker, id: ImportId) -> ApiResult<()> {
    let stored = get(services, worker, id).await?;
    match stored.status {
        ImportStatus::Undone => return Ok(()),
        ImportStatus::Applied => {}
        _ => return Err(ApiError::refused("not-applied", "该导入没有写入过数据，无需撤销。")),
    }
    let mut tx = services.db.begin(&worker.context).await?;
    let reason = format!("撤销导入 {}", stored.file_name);
    let blocked = imports::undo(&mut tx, &worker.scope, id, &reason).await?;
    if blocked.is_empty() {
        tx.commit("撤销导入").await?;
        return Ok(());
    }
    tx.rollback().await?;
    let errors = blocked
        .iter()
        .take(100)
        .map(|row| ProblemEntry {
            field: Some(row.id.to_string()),
            code: "changed-since".to_owned(),
            message: format!("“{}”在导入后又有修改（现为第 {} 版），不能撤销。", row.name, row.current),
            ..ProblemEntry::default()
        })
        .collect();
    let detail = format!("有 {} 条数据在导入后又被修改，整批撤销未执行。", blocked.len());
    Err(ApiError::Invalid { code: "undo-blocked", detail, errors })
}

/// Gives an import up; published ones are undone instead.
pub async fn cancel(services: &Services, worker: &Worker, id: ImportId) -> ApiResult<()> {
    let stored = get(services, worker, id).await?;
    match stored.status {
        ImportStatus::Cancelled | ImportStatus::Failed => return Ok(()),
        ImportStatus::Applied | ImportStatus::Undone => {
            return Err(ApiError::refused("already-applied", "数据已写入，请使用“撤销导入”。"));
        }
        ImportStatus::Applying => {
            services.imports.cancel(id);
            return Ok(());
        }
        ImportStatus::Reading | ImportStatus::Ready => {}
    }
    services.imports.cancel(id);
    let counts = stored_counts(&ImportCounts::default());
    match set_status(services, worker, id, ImportStatus::Cancelled, counts, None).await {
        Err(ApiError::Refused { .. }) if is_over(services, worker, id).await? => Ok(()),
        other => other,
    }
}

async fn is_over(services: &Services, worker: &Worker, id: ImportId) -> Result<bool, StoreError> {
    let stored = imports::get(&services.db, &worker.context, &worker.scope, id).await?;
    Ok(matches!(stored.status, ImportStatus::Cancelled | ImportStatus::Failed))
}
