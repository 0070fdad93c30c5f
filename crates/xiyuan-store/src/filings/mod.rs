//! Filings: one subject's figures for one form and period, in revisions; values packed in one row.

mod numbers;
mod read;
mod write;

use jiff::Timestamp;
use xiyuan_policy::frame::Period;

use crate::ids::{FilingId, ImportId, SubjectId, UserId};
use crate::known_time::KnownTime;
use crate::packing::Values;

pub use numbers::FieldNumbers;
pub use read::{FilingQuery, Headline, completeness, get, list, of_subject};
pub use write::{BulkFiling, BulkFilings, Merge, NewFiling, Saved, insert};
pub(crate) use write::{FilingRow, heads, next_revision, write_rows};

/// One revision of a filing.
#[derive(Clone, Debug)]
pub struct FilingRevision {
    /// 1, 2, 3 …
    pub revision: i64,
    /// Its commit.
    pub commit: KnownTime,
    /// When filed.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
    /// Import it came with.
    pub import: Option<ImportId>,
    /// Reason given.
    pub reason: Option<String>,
    /// Taken back (by undoing its import): the filing counts as not filed.
    pub is_withdrawn: bool,
    /// Values; those the scope may not see are left out and counted in `hidden`.
    pub values: Values,
    /// Number of sensitive values left out.
    pub hidden: usize,
}

/// A filing with its revisions, oldest first.
#[derive(Clone, Debug)]
pub struct Filing {
    /// Id.
    pub id: FilingId,
    /// Whose.
    pub subject: SubjectId,
    /// Form id.
    pub form: String,
    /// Period.
    pub period: Period,
    /// Revisions.
    pub revisions: Vec<FilingRevision>,
}
