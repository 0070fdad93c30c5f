//! Facts: yes/no matters that a named role judges with a reason. Each judgement is a revision.

use jiff::Timestamp;

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{SubjectId, UserId};
use crate::known_time::KnownTime;
use crate::role::Role;
use crate::scope::Scope;

/// A judgement.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Subject.
    pub subject: SubjectId,
    /// Fact id.
    pub fact: String,
    /// 1, 2, 3 …
    pub revision: i64,
    /// Yes, no, or taken back.
    pub value: Option<bool>,
    /// Reason.
    pub reason: String,
    /// Its commit.
    pub commit: KnownTime,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
}

/// Judges a fact as `role` (the one the package names for it). A reason is required.
pub async fn judge(
    tx: &mut Transaction,
    scope: &Scope,
    subject: SubjectId,
    fact: &str,
    role: Role,
    value: Option<bool>,
    reason: &str,
) -> Result<i64> {
    let _ = (tx, scope, subject, fact, role, value, reason);
    unbuilt()
}

/// The judgements of one subject that stood at a commit (`None`: now), one per fact.
pub async fn list(
    db: &Database,
    scope: &Scope,
    subject: SubjectId,
    known: Option<KnownTime>,
) -> Result<Vec<Judgement>> {
    let _ = (db, scope, subject, known);
    unbuilt()
}

/// All judgements of one fact, oldest first.
pub async fn history(db: &Database, scope: &Scope, subject: SubjectId, fact: &str) -> Result<Vec<Judgement>> {
    let _ = (db, scope, subject, fact);
    unbuilt()
}
