//! Revisions of registry rows: the whole state as a document, the difference between two made on reading.

use jiff::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::database::Database;
use crate::error::{Result, unbuilt};
use crate::ids::{ImportId, UserId};
use crate::known_time::KnownTime;
use crate::scope::Scope;

/// Kinds of registry rows that have revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum EntityKind {
    Organisation,
    Park,
    Enterprise,
    Membership,
    Industry,
}

/// One field that a revision changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Field (camelCase of the document).
    pub field: String,
    /// Before; `None` when it was not there.
    pub before: Option<Json>,
    /// After.
    pub after: Option<Json>,
}

/// One revision as shown in a history.
#[derive(Clone, Debug)]
pub struct Revision {
    /// 1, 2, 3 …
    pub revision: i64,
    /// Its commit.
    pub commit: KnownTime,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
    /// Reason given.
    pub reason: Option<String>,
    /// Import it came with.
    pub import: Option<ImportId>,
    /// The row was withdrawn by this revision.
    pub is_withdrawn: bool,
    /// Fields that differ from the revision before.
    pub changes: Vec<FieldChange>,
}

/// History of a park or an enterprise (or of an organisation, membership, industry), oldest first.
/// Not found when the row is outside the scope.
pub async fn history(db: &Database, scope: &Scope, kind: EntityKind, id: Uuid) -> Result<Vec<Revision>> {
    let _ = (db, scope, kind, id);
    unbuilt()
}
