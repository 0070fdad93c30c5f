//! Long work: leased rows that survive a restart, with progress, result, error and a wish to cancel.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use crate::context::Context;
use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{JobId, UserId};
use crate::scope::Scope;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum JobStatus {
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Id.
    pub id: JobId,
    /// Kind, known to the server.
    pub kind: String,
    /// What to do.
    pub payload: Json,
    /// Status.
    pub status: JobStatus,
    /// Progress as the server shows it.
    pub progress: Json,
    /// Result.
    pub result: Option<Json>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// Someone wants it to stop.
    pub is_cancel_requested: bool,
    /// How often it was begun.
    pub attempts: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Option<UserId>,
}

/// Makes a job.
pub async fn insert(tx: &mut Transaction, kind: &str, payload: &Json) -> Result<JobId> {
    let _ = (tx, kind, payload);
    unbuilt()
}

/// Takes the oldest waiting job, or one whose lease ran out, for `owner`.
pub async fn lease(
    db: &Database,
    context: &Context,
    owner: &str,
    length: SignedDuration,
) -> Result<Option<Job>> {
    let _ = (db, context, owner, length);
    unbuilt()
}

/// Prolongs the lease and tells progress; answers whether to go on (`false`: cancel, or the lease was lost).
pub async fn progress(
    db: &Database,
    context: &Context,
    id: JobId,
    owner: &str,
    length: SignedDuration,
    progress: &Json,
) -> Result<bool> {
    let _ = (db, context, id, owner, length, progress);
    unbuilt()
}

/// Ends a job: `Ok` with its result or `Err` with words for people.
pub async fn finish(
    db: &Database,
    context: &Context,
    id: JobId,
    owner: &str,
    outcome: std::result::Result<Json, String>,
) -> Result<()> {
    let _ = (db, context, id, owner, outcome);
    unbuilt()
}

/// Asks a job to stop; one that waits is cancelled at once.
pub async fn cancel(db: &Database, context: &Context, scope: &Scope, id: JobId) -> Result<()> {
    let _ = (db, context, scope, id);
    unbuilt()
}

/// One job: its maker's, or any for who may see all jobs.
pub async fn get(db: &Database, context: &Context, scope: &Scope, id: JobId) -> Result<Job> {
    let _ = (db, context, scope, id);
    unbuilt()
}

/// The newest jobs.
pub async fn list(db: &Database, context: &Context, scope: &Scope, limit: u32) -> Result<Vec<Job>> {
    let _ = (db, context, scope, limit);
    unbuilt()
}
