//! Imports as the API shows them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a file brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportKind {
    /// 园区
    Parks,
    /// 企业
    Enterprises,
    /// 企业入园关系
    Memberships,
    /// 填报数据
    Filings,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportStatus {
    /// The file is being read and checked.
    Reading,
    /// Checked; nothing has been changed yet.
    Ready,
    /// Being published.
    Applying,
    /// Published.
    Applied,
    /// Taken back.
    Undone,
    /// Could not be read; see `error`.
    Failed,
    /// Stopped by a person.
    Cancelled,
}

/// One import.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Id.
    pub id: Uuid,
    /// What the file brings.
    pub kind: ImportKind,
    /// Form id, for filings.
    pub form: Option<String>,
    /// `2025` or `2025-03`, for filings.
    pub period: Option<String>,
    /// Name of the file.
    pub file_name: String,
    /// SM3 of the file's bytes.
    pub checksum: String,
    /// Bytes.
    pub size: u64,
    /// Where it stands.
    pub status: ImportStatus,
    /// How far.
    pub progress: ImportProgress,
    /// Sheet that is read.
    pub sheet: Option<String>,
    /// Sheets of the file.
    pub sheets: Vec<String>,
    /// 1-based rows of the head.
    pub head_rows: Vec<u32>,
    /// Columns of the sheet.
    pub columns: Vec<ImportColumn>,
    /// Fields that columns can be matched to.
    pub fields: Vec<ImportField>,
    /// What was counted.
    pub counts: ImportCounts,
    /// Remarks on the file as a whole.
    pub findings: Vec<ImportFinding>,
    /// When it was uploaded.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Commit number of its publication.
    pub applied_commit: Option<i64>,
    /// Commit number of its undoing.
    pub undone_commit: Option<i64>,
    /// Apply is possible now.
    pub can_apply: bool,
    /// Undo is possible now.
    pub can_undo: bool,
    /// Why it failed.
    pub error: Option<String>,
}

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProgress {
    /// Rows done.
    pub done: u64,
    /// Rows in all, once known.
    pub total: Option<u64>,
    /// What is being done, in Chinese.
    pub phase: String,
}

/// How sure the matching of a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The head is the field's name.
    Exact,
    /// The head is another known name of the field.
    Alias,
    /// The head resembles the field's name: look at it.
    Similar,
    /// Somebody chose it.
    Chosen,
    /// Not matched.
    None,
}

/// A column of the file.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImportColumn {
    /// 1-based.
    pub index: u32,
    /// Head, levels joined by ` / `.
    pub head: String,
    /// Spreadsheet letter.
    pub letter: String,
    /// Unit found in the head.
    pub unit: Option<String>,
    /// Matched field.
    pub field: Option<ImportFieldName>,
    /// How sure.
    pub confidence: Confidence,
    /// First values.
    pub sample: Vec<String>,
}

/// A field by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportFieldName {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A field that a column can be matched to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImportField {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit in which it is stored.
    pub unit: Option<String>,
    /// Rows without it are refused.
    pub required: bool,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportCounts {
    /// Rows of the sheet that were read.
    pub read: u64,
    /// Rows with data (without head, notes, totals, empty rows).
    pub data: u64,
    /// Rows that can be taken over.
    pub accepted: u64,
    /// Rows with a cell that cannot.
    pub refused: u64,
    /// Accepted rows with a question that someone should look at.
    pub questioned: u64,
    /// Cells without a figure.
    pub missing_cells: u64,
    /// Values of accepted rows.
    pub values: u64,
    /// Rows that would create something.
    pub created: u64,
    /// Rows that would change something.
    pub updated: u64,
    /// Rows that are there already.
    pub unchanged: u64,
}

/// A remark on the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportFinding {
    /// Stable code.
    pub code: String,
    /// Chinese message.
    pub message: String,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProblemSeverity {
    /// The row is refused.
    Refuse,
    /// Somebody should look at it.
    Question,
}

/// A bad cell, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProblem {
    /// 1-based row of the sheet.
    pub row: u64,
    /// 1-based column; `null` when the whole row is meant.
    pub column: Option<u32>,
    /// Spreadsheet letter.
    pub letter: Option<String>,
    /// Head of the column.
    pub head: Option<String>,
    /// What stands there.
    pub value: Option<String>,
    /// How bad.
    pub severity: ProblemSeverity,
    /// Stable code.
    pub code: String,
    /// Chinese message.
    pub message: String,
}

/// A person's correction of the matching; the file is read again.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateImportMappingRequest {
    /// Sheet to read.
    #[serde(default)]
    pub sheet: Option<String>,
    /// 1-based rows of the head.
    #[serde(default)]
    pub head_rows: Option<Vec<u32>>,
    /// 1-based column → field id, or `null` to leave the column out.
    #[serde(default)]
    pub columns: BTreeMap<String, Option<String>>,
}

/// What to do when some rows are bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ApplyMode {
    /// Refuse the whole file if one row is refused.
    AllOrNothing,
    /// Take the good rows.
    GoodRowsOnly,
}

/// Publish.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplyImportRequest {
    /// What to do when some rows are bad.
    pub mode: ApplyMode,
    /// Somebody looked at the questions.
    #[serde(default)]
    pub accept_questions: bool,
}

/// Upload form.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct CreateImportForm {
    /// What the file brings.
    pub kind: ImportKind,
    /// Form id, for filings.
    pub form: Option<String>,
    /// `2025` or `2025-03`, for filings.
    pub period: Option<String>,
    /// xlsx, xls, csv or txt.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}
