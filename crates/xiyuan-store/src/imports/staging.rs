//! Staging: imports, their rows and problems, before anything is published. Takes no number of known time.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use xiyuan_policy::frame::Period;

use crate::context::Context;
use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{EnterpriseId, ImportId, ParkId, SubjectId};
use crate::imports::{Counts, Import, ImportKind, ImportStatus};
use crate::packing::Values;
use crate::page::{Page, PageRequest};
use crate::registry::enterprises::EnterpriseData;
use crate::registry::parks::ParkData;
use crate::scope::Scope;

/// An import to begin.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// What it brings.
    pub kind: ImportKind,
    /// Form of filings.
    pub form: Option<String>,
    /// Period of filings.
    pub period: Option<Period>,
    /// Digest of the package whose form it follows.
    pub package_digest: Option<String>,
    /// Name of the file.
    pub file_name: String,
    /// The file.
    pub content: Vec<u8>,
}

/// A row's content, checked and resolved by the importer.
#[derive(Clone, Debug)]
pub enum StagedPayload {
    /// Create, or update the park with this id. With `industry`, sets the leading industry from that day on.
    Park {
        /// The park to update; `None` creates.
        id: Option<ParkId>,
        /// State to reach.
        data: ParkData,
        /// Leading industry: code and first day.
        industry: Option<(String, jiff::civil::Date)>,
    },
    /// Create, or update the enterprise with this credit code.
    Enterprise {
        /// State to reach.
        data: EnterpriseData,
        /// Leading industry: code and first day.
        industry: Option<(String, jiff::civil::Date)>,
    },
    /// Set the membership of an enterprise (by id) in a park from a day on.
    Membership {
        /// Enterprise.
        enterprise: EnterpriseId,
        /// Park.
        park: ParkId,
        /// First day.
        from: jiff::civil::Date,
        /// Last day.
        to: Option<jiff::civil::Date>,
    },
    /// Values of one subject, laid over what is filed.
    Filing {
        /// Subject.
        subject: SubjectId,
        /// Values by field id.
        values: Values,
    },
}

/// A staged row.
#[derive(Clone, Debug)]
pub struct StagedRow {
    /// Row number in the sheet, 1-based.
    pub row: u32,
    /// What to write; `None` when the row was refused.
    pub payload: Option<StagedPayload>,
    /// What is wrong or asked.
    pub problems: Vec<Problem>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row cannot be taken.
    Refuse,
    /// The row can be taken when a person says so.
    Question,
}

/// A problem of one cell or row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Row number in the sheet, 1-based.
    pub row: u32,
    /// Column number, 1-based; `None` for the whole row.
    pub column: Option<u32>,
    /// Head of the column.
    pub head: Option<String>,
    /// Text of the cell.
    pub value: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// Stable code.
    pub code: String,
    /// Words for people.
    pub message: String,
}

/// Begins an import: status `reading`, the file kept so that it can be read again with another mapping.
pub async fn insert(tx: &mut Transaction, scope: &Scope, import: NewImport) -> Result<ImportId> {
    let _ = (tx, scope, import);
    unbuilt()
}

/// One import. Seen by its maker and by who may import everywhere.
pub async fn get(db: &Database, context: &Context, scope: &Scope, id: ImportId) -> Result<Import> {
    let _ = (db, context, scope, id);
    unbuilt()
}

/// Imports, newest first.
pub async fn list(
    db: &Database,
    context: &Context,
    scope: &Scope,
    page: &PageRequest,
) -> Result<Page<Import>> {
    let _ = (db, context, scope, page);
    unbuilt()
}

/// The uploaded file.
pub async fn file(db: &Database, context: &Context, scope: &Scope, id: ImportId) -> Result<Vec<u8>> {
    let _ = (db, context, scope, id);
    unbuilt()
}

/// Problems by row and column.
pub async fn problems(
    db: &Database,
    context: &Context,
    scope: &Scope,
    id: ImportId,
    page: &PageRequest,
) -> Result<Page<Problem>> {
    let _ = (db, context, scope, id, page);
    unbuilt()
}

/// Moves an import to a status, with counts and a message. Only along allowed ways (`State` otherwise).
pub async fn set_status(
    tx: &mut Transaction,
    scope: &Scope,
    id: ImportId,
    status: ImportStatus,
    counts: Counts,
    error: Option<&str>,
) -> Result<()> {
    let _ = (tx, scope, id, status, counts, error);
    unbuilt()
}

/// Keeps the mapping and preview.
pub async fn set_mapping(tx: &mut Transaction, scope: &Scope, id: ImportId, mapping: &Json) -> Result<()> {
    let _ = (tx, scope, id, mapping);
    unbuilt()
}

/// Throws the staged rows and problems away and goes back to `reading` (another mapping).
pub async fn clear_rows(tx: &mut Transaction, scope: &Scope, id: ImportId) -> Result<()> {
    let _ = (tx, scope, id);
    unbuilt()
}

/// Stages a batch of rows.
pub async fn stage(tx: &mut Transaction, scope: &Scope, id: ImportId, rows: Vec<StagedRow>) -> Result<()> {
    let _ = (tx, scope, id, rows);
    unbuilt()
}

/// A batch of staged rows after a row number, for previews and tests.
pub async fn staged(
    db: &Database,
    context: &Context,
    scope: &Scope,
    id: ImportId,
    after_row: u32,
    limit: u32,
) -> Result<Vec<StagedRow>> {
    let _ = (db, context, scope, id, after_row, limit);
    unbuilt()
}

/// On start: imports that a killed process left `reading` or `applying` become `failed`, their staged rows go.
/// Published rows are there wholly or not at all, because publishing is one transaction.
pub async fn recover(db: &Database, context: &Context) -> Result<u64> {
    let _ = (db, context);
    unbuilt()
}
