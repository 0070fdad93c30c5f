//! Dated leading industries of parks and enterprises: a code of a catalogue of the policy package.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{IndustryId, SubjectId};
use crate::registry::Origin;
use crate::scope::Scope;

/// What is kept about a leading industry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndustryData {
    /// Park or enterprise.
    pub subject: SubjectId,
    /// Code.
    pub code: String,
    /// First day.
    pub from: Date,
    /// Last day; `None` while it lasts.
    pub to: Option<Date>,
}

/// A leading industry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Industry {
    /// Id.
    pub id: IndustryId,
    /// Current revision.
    pub revision: i64,
    /// State.
    pub data: IndustryData,
}

/// Of one park or enterprise, oldest first.
pub async fn of_subject(db: &Database, scope: &Scope, subject: SubjectId) -> Result<Vec<Industry>> {
    let _ = (db, scope, subject);
    unbuilt()
}

/// Sets the industry from a day on: the one that held before ends the day before.
pub async fn set(
    tx: &mut Transaction,
    scope: &Scope,
    subject: SubjectId,
    code: &str,
    from: Date,
    origin: &Origin,
) -> Result<Industry> {
    let _ = (tx, scope, subject, code, from, origin);
    unbuilt()
}

/// Many new ones at once, one audit entry for all. The caller guarantees that subjects had none before.
pub async fn insert_many(
    tx: &mut Transaction,
    scope: &Scope,
    rows: Vec<IndustryData>,
    origin: &Origin,
) -> Result<Vec<IndustryId>> {
    let _ = (tx, scope, rows, origin);
    unbuilt()
}
