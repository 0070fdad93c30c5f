//! Imports as the API shows them.

use serde::{Deserialize, Serialize};
use xiyuan_store::{
    format_period,
    imports::{Counts, Import as Stored, ImportKind as StoredKind, ImportStatus as StoredStatus},
};

use super::types::{
    Import, ImportColumn, ImportCounts, ImportField, ImportFinding, ImportKind, ImportProgress, ImportStatus,
};
use crate::{jobs::types::JobItem, state::Services};

/// What the server keeps with an import: how the file is read and what was found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Mapping {
    /// Bytes of the file.
    pub size: u64,
    /// Sheet that is read.
    pub sheet: Option<String>,
    /// Sheets of the file.
    pub sheets: Vec<String>,
    /// 1-based rows of the head.
    pub head_rows: Vec<u32>,
    /// Columns with their fields.
    pub columns: Vec<ImportColumn>,
    /// Fields that columns can be matched to.
    pub fields: Vec<ImportField>,
    /// Remarks.
    pub findings: Vec<ImportFinding>,
    /// What a person chose: column (1-based) → field id or none.
    pub chosen: std::collections::BTreeMap<u32, Option<String>>,
    /// What a person chose: sheet.
    pub chosen_sheet: Option<String>,
    /// What a person chose: head rows.
    pub chosen_head_rows: Option<Vec<u32>>,
}

/// An import as shown; one at work here with its progress.
pub fn import(services: &Services, stored: Stored) -> Import {
    let mapping: Mapping = serde_json::from_value(stored.mapping.clone()).unwrap_or_default();
    let stage = services.imports.stage(stored.id);
    let status = status(stored.status);
    let counts = match (&stage, status) {
        (Some(stage), ImportStatus::Reading) => stage.counts,
        _ => counts(&stored.counts),
    };
    let is_whole = mapping.columns.iter().any(|column| column.field.is_some()) && counts.accepted > 0;
    Import {
        id: stored.id.0,
        kind: kind(stored.kind),
        form: stored.form,
        period: stored.period.map(format_period),
        file_name: stored.file_name,
        checksum: stored.checksum,
        size: mapping.size,
        status,
        progress: stage.map_or_else(|| resting(status, counts), |stage| stage.progress),
        sheet: mapping.sheet,
        sheets: mapping.sheets,
        head_rows: mapping.head_rows,
        columns: mapping.columns,
        fields: mapping.fields,
        counts,
        findings: mapping.findings,
        created_at: stored.created_at,
        created_by: stored.created_by_name.unwrap_or_else(|| "系统".to_owned()),
        applied_commit: stored.applied_commit.map(|known| known.0),
        undone_commit: stored.undone_commit.map(|known| known.0),
        can_apply: status == ImportStatus::Ready && is_whole,
        can_undo: status == ImportStatus::Applied,
        error: stored.error,
    }
}

fn resting(status: ImportStatus, counts: ImportCounts) -> ImportProgress {
    let phase = match status {
        ImportStatus::Reading => "正在读取",
        ImportStatus::Ready => "已校验，待确认",
        ImportStatus::Applying => "正在写入",
        ImportStatus::Applied => "已导入",
        ImportStatus::Undone => "已撤销",
        ImportStatus::Failed => "失败",
        ImportStatus::Cancelled => "已取消",
    };
    let is_done = !matches!(status, ImportStatus::Reading | ImportStatus::Applying);
    ImportProgress { done: counts.read, total: is_done.then_some(counts.read), phase: phase.to_owned() }
}

/// An import as a job.
pub fn job(services: &Services, stored: Stored) -> JobItem {
    let shown = import(services, stored);
    JobItem {
        id: shown.id,
        kind: "import".to_owned(),
        subject: Some(shown.file_name),
        status: match shown.status {
            ImportStatus::Reading | ImportStatus::Applying => "running",
            ImportStatus::Ready => "waiting",
            ImportStatus::Applied | ImportStatus::Undone => "done",
            ImportStatus::Failed => "failed",
            ImportStatus::Cancelled => "cancelled",
        }
        .to_owned(),
        phase: shown.progress.phase,
        done: shown.progress.done,
        total: shown.progress.total,
        error: shown.error,
        created_at: shown.created_at,
        created_by: shown.created_by,
    }
}

/// Kind of the API.
pub fn kind(kind: StoredKind) -> ImportKind {
    match kind {
        StoredKind::Parks => ImportKind::Parks,
        StoredKind::Enterprises => ImportKind::Enterprises,
        StoredKind::Memberships => ImportKind::Memberships,
        StoredKind::Filings => ImportKind::Filings,
    }
}

/// Kind of the store.
pub fn stored_kind(kind: ImportKind) -> StoredKind {
    match kind {
        ImportKind::Parks => StoredKind::Parks,
        ImportKind::Enterprises => StoredKind::Enterprises,
        ImportKind::Memberships => StoredKind::Memberships,
        ImportKind::Filings => StoredKind::Filings,
    }
}

fn status(status: StoredStatus) -> ImportStatus {
    match status {
        StoredStatus::Reading => ImportStatus::Reading,
        StoredStatus::Ready => ImportStatus::Ready,
        StoredStatus::Applying => ImportStatus::Applying,
        StoredStatus::Applied => ImportStatus::Applied,
        StoredStatus::Undone => ImportStatus::Undone,
        StoredStatus::Failed => ImportStatus::Failed,
        StoredStatus::Cancelled => ImportStatus::Cancelled,
    }
}

fn counts(counts: &Counts) -> ImportCounts {
    let Counts {
        read,
        data,
        accepted,
        refused,
        questioned,
        missing_cells,
        values,
        created,
        updated,
        unchanged,
    } = *counts;
    ImportCounts {
        read,
        data,
        accepted,
        refused,
        questioned,
        missing_cells,
        values,
        created,
        updated,
        unchanged,
    }
}

/// Counts of the store.
pub fn stored_counts(counts: &ImportCounts) -> Counts {
    let ImportCounts {
        read,
        data,
        accepted,
        refused,
        questioned,
        missing_cells,
        values,
        created,
        updated,
        unchanged,
    } = *counts;
    Counts { read, data, accepted, refused, questioned, missing_cells, values, created, updated, unchanged }
}
