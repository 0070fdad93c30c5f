//! What a figure that is opened answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Bounds, Coverage};
use crate::{benchmarks::types::BenchmarkDetail, http::types::Named};

/// A figure opened down to the filings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureAnswer {
    /// Indicator.
    pub indicator: FigureIndicator,
    /// Park.
    pub subject: Named,
    /// `2025` or `2025-03`.
    pub period: String,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Value shown; `null` when missing or when it would give a hidden member away.
    pub value: Option<String>,
    /// Least and greatest value that the missing figures still allow.
    pub bounds: Option<Bounds>,
    /// Why there is no value.
    pub reason: Option<String>,
    /// How many filed.
    pub coverage: Option<Coverage>,
    /// Parts of the formula (sums, counts …).
    pub parts: Vec<FigurePart>,
    /// Figures of the city that the formula, or a condition on the figure, compares with.
    pub benchmarks: Vec<BenchmarkDetail>,
    /// Columns of the members' table.
    pub columns: Vec<FigureColumn>,
    /// Members that the reader may see, one page.
    pub members: Vec<FigureMember>,
    /// Members of all pages that the reader may see.
    pub members_total: u32,
    /// Cursor of the next page of members.
    pub next: Option<String>,
    /// Members outside the reader's scope in one line.
    pub hidden: Option<FigureHidden>,
    /// Visible members and the hidden line re-add to each part exactly (checked by the server over all pages).
    pub readds: bool,
}

/// The indicator of a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureIndicator {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Decimals shown.
    pub decimals: u32,
    /// As written.
    pub formula: String,
    /// In words.
    pub words: String,
    /// Clauses.
    pub clauses: Vec<String>,
    /// Definition and its source.
    pub note: Option<String>,
}

/// One part of a formula.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigurePart {
    /// Short label.
    pub label: String,
    /// In words.
    pub words: String,
    /// Exact value; `null` when missing or hidden.
    pub value: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Members inside the part.
    pub counted: u32,
    /// Members whose cell is missing or of whom it is unknown whether they are inside.
    pub missing: u32,
    /// Index into `columns` of what is added up; `null` for counts.
    pub column: Option<u32>,
}

/// A column of the members' table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureColumn {
    /// Field key.
    pub field: String,
    /// Field name.
    pub name: String,
    /// Unit.
    pub unit: Option<String>,
}

/// One member with what it filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureMember {
    /// Enterprise (or the park itself for the park's own figures).
    pub enterprise: Option<Named>,
    /// One per column.
    pub cells: Vec<FigureCell>,
    /// One per part: inside, outside or unknown.
    pub counted: Vec<Counted>,
}

/// Whether a member is inside a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Counted {
    /// Inside.
    In,
    /// Outside.
    Out,
    /// Its filter reads something missing.
    Unknown,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureCell {
    /// Exact value in the column's unit; `null` when missing.
    pub value: Option<String>,
    /// Where it was filed.
    pub filing: Option<FigureFiling>,
}

/// The filing behind a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureFiling {
    /// Id.
    pub id: Uuid,
    /// Revision.
    pub revision: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub filed_at: Timestamp,
    /// By whom.
    pub filed_by: String,
}

/// Members outside the reader's scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureHidden {
    /// How many.
    pub count: u32,
    /// One per part; `null` when fewer than three are hidden or one dominates.
    pub sums: Vec<Option<String>>,
    /// Why sums are not shown.
    pub note: Option<String>,
}
