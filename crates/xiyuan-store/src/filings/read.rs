//! Reading filings.

use jiff::Timestamp;
use xiyuan_policy::frame::Period;
use xiyuan_policy::package::Package;

use crate::database::Database;
use crate::error::{Result, unbuilt};
use crate::filings::Filing;
use crate::ids::{FilingId, OrganisationId, SubjectId};
use crate::known_time::KnownTime;
use crate::scope::Scope;

/// A filing without its values: its current revision.
#[derive(Clone, Debug)]
pub struct Headline {
    /// Id.
    pub id: FilingId,
    /// Whose.
    pub subject: SubjectId,
    /// Form id.
    pub form: String,
    /// Period.
    pub period: Period,
    /// Current revision.
    pub revision: i64,
    /// When it was filed.
    pub at: Timestamp,
    /// Who, by name.
    pub by_name: Option<String>,
    /// Taken back.
    pub is_withdrawn: bool,
}

/// Which filings.
#[derive(Clone, Debug, Default)]
pub struct FilingQuery {
    /// These filings only.
    pub ids: Vec<FilingId>,
    /// As of a commit; `None` is now.
    pub known: Option<KnownTime>,
}

/// One filing with all its revisions, as of now. The package says which fields are sensitive.
pub async fn get(db: &Database, scope: &Scope, package: &Package, id: FilingId) -> Result<Filing> {
    let _ = (db, scope, package, id);
    unbuilt()
}

/// Headlines of several filings as of a commit (for the cells of a figure page).
pub async fn list(db: &Database, scope: &Scope, query: &FilingQuery) -> Result<Vec<Headline>> {
    let _ = (db, scope, query);
    unbuilt()
}

/// Headlines of one subject, newest period first.
pub async fn of_subject(db: &Database, scope: &Scope, subject: SubjectId) -> Result<Vec<Headline>> {
    let _ = (db, scope, subject);
    unbuilt()
}

/// By district: members of parks on the last day of the period, and how many of them filed.
pub async fn completeness(
    db: &Database,
    scope: &Scope,
    form: &str,
    period: Period,
) -> Result<Vec<(OrganisationId, u64, u64)>> {
    let _ = (db, scope, form, period);
    unbuilt()
}
