//! Evidence files: metadata with revisions of standing (added, withdrawn), content by its SM3 digest in the database.

use jiff::Timestamp;

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{EvidenceId, SubjectId, UserId};
use crate::known_time::KnownTime;
use crate::scope::Scope;

/// A file to add.
#[derive(Clone, Debug)]
pub struct NewEvidence {
    /// Subject.
    pub subject: SubjectId,
    /// Kind id of the package.
    pub kind: String,
    /// File name as uploaded (no path).
    pub file_name: String,
    /// Media type, as checked by the server.
    pub media_type: String,
    /// Content.
    pub content: Vec<u8>,
}

/// A file that stands (or stood).
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Id.
    pub id: EvidenceId,
    /// Subject.
    pub subject: SubjectId,
    /// Kind id.
    pub kind: String,
    /// File name.
    pub file_name: String,
    /// Media type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SM3 digest of the content, hex.
    pub digest: String,
    /// When added.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
    /// When it was withdrawn, and why.
    pub withdrawn: Option<(Timestamp, String)>,
}

/// Adds a file; larger than `max_size` bytes is refused.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    evidence: NewEvidence,
    max_size: usize,
) -> Result<Evidence> {
    let _ = (tx, scope, evidence, max_size);
    unbuilt()
}

/// Withdraws a file; it stays readable in its history.
pub async fn withdraw(tx: &mut Transaction, scope: &Scope, id: EvidenceId, reason: &str) -> Result<()> {
    let _ = (tx, scope, id, reason);
    unbuilt()
}

/// Files of a subject; those withdrawn up to `known` only when asked.
pub async fn list(
    db: &Database,
    scope: &Scope,
    subject: SubjectId,
    known: Option<KnownTime>,
    with_withdrawn: bool,
) -> Result<Vec<Evidence>> {
    let _ = (db, scope, subject, known, with_withdrawn);
    unbuilt()
}

/// One file's metadata and content.
pub async fn get(db: &Database, scope: &Scope, id: EvidenceId) -> Result<(Evidence, Vec<u8>)> {
    let _ = (db, scope, id);
    unbuilt()
}
