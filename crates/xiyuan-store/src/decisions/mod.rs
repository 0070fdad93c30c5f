//! Decisions: a frozen result with its receipt, digest and signature; superseded by another, never erased.

mod signer;

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{DecisionId, SubjectId, UserId};
use crate::known_time::KnownTime;
use crate::scope::Scope;

pub use signer::{Signature, Signer, SoftwareSigner, verify_signature};

/// A decision to freeze.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// Subject.
    pub subject: SubjectId,
    /// Assessment id.
    pub assessment: String,
    /// Year.
    pub year: i16,
    /// Outcome word (`met`, `not_met`, `undecided`).
    pub outcome: String,
    /// The whole result as shown.
    pub result: Json,
    /// Receipt of the run: package digest, known time, period, overrides, semantics, digest of results.
    pub receipt: Json,
    /// Note of the decider.
    pub note: Option<String>,
}

/// A frozen decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Id.
    pub id: DecisionId,
    /// What was frozen.
    pub frozen: NewDecision,
    /// SM3 digest (hex) of what was signed: id, subject, assessment, year, outcome, result, receipt, note, supersedes, instant.
    pub digest: String,
    /// Signature over the digest.
    pub signature: Signature,
    /// The decision it replaces.
    pub supersedes: Option<DecisionId>,
    /// The decision that replaced it.
    pub superseded_by: Option<DecisionId>,
    /// Its commit.
    pub commit: KnownTime,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
}

/// Freezes and signs; names the standing decision on the same subject, assessment and year as superseded.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    signer: &dyn Signer,
    decision: NewDecision,
) -> Result<DecisionId> {
    let _ = (tx, scope, signer, decision);
    unbuilt()
}

/// Decisions on a subject, newest first.
pub async fn list(db: &Database, scope: &Scope, subject: SubjectId) -> Result<Vec<Decision>> {
    let _ = (db, scope, subject);
    unbuilt()
}

/// One.
pub async fn get(db: &Database, scope: &Scope, id: DecisionId) -> Result<Decision> {
    let _ = (db, scope, id);
    unbuilt()
}

/// Whether the stored content gives the stored digest and the signature holds.
pub async fn verify(db: &Database, decision: &Decision) -> Result<bool> {
    let _ = (db, decision);
    unbuilt()
}
