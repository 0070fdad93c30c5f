//! Long work: leased rows that survive a restart, with progress, result, error and a wish to cancel.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use crate::context::Context;
use crate::database::{Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::{JobId, UserId};
use crate::role::Action;
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

impl JobStatus {
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|status| status.word() == word)
            .ok_or_else(|| StoreError::internal(format!("job status {word}")))
    }
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

fn read(row: &Row) -> Result<Job> {
    Ok(Job {
        id: row.get("id")?,
        kind: row.get("kind")?,
        payload: serde_json::from_str(&row.get::<String>("payload")?)?,
        status: JobStatus::from_word(&row.get::<String>("status")?)?,
        progress: serde_json::from_str(&row.get::<String>("progress")?)?,
        result: row.get::<Option<String>>("result")?.map(|text| serde_json::from_str(&text)).transpose()?,
        error: row.get("error")?,
        is_cancel_requested: row.get("is_cancel_requested")?,
        attempts: row.get("attempts")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
    })
}

/// Makes a job.
pub async fn insert(tx: &mut Transaction, kind: &str, payload: &Json) -> Result<JobId> {
    let id = JobId(tx.context().new_id());
    let sql = Sql::new(
        "INSERT INTO jobs (id, kind, payload, status, progress, is_cancel_requested, attempts, created_at, created_by) \
         VALUES ($1, $2, $3, 'waiting', 'null', 0, 0, $4, $5)",
    )
    .bind(id)
    .bind(kind)
    .bind(payload.to_string())
    .bind(tx.context().at)
    .bind(tx.context().actor);
    tx.execute(sql).await?;
    Ok(id)
}

/// Takes the oldest waiting job, or one whose lease ran out, for `owner`.
pub async fn lease(
    db: &Database,
    context: &Context,
    owner: &str,
    length: SignedDuration,
) -> Result<Option<Job>> {
    let mut tx = db.begin(context).await?;
    let mut sql = Sql::new(
        "SELECT id FROM jobs WHERE status = 'waiting' OR (status = 'running' AND lease_until < $1) \
         ORDER BY created_at, id LIMIT 1",
    )
    .bind(context.at);
    sql.push(tx.dialect().for_update_skip_locked());
    let Some(id) = tx.optional(sql, |row| row.get::<JobId>("id")).await? else {
        tx.rollback().await?;
        return Ok(None);
    };
    let sql = Sql::new(
        "UPDATE jobs SET status = 'running', lease_owner = $1, lease_until = $2, attempts = attempts + 1 \
         WHERE id = $3 RETURNING *",
    )
    .bind(owner)
    .bind(context.at + length)
    .bind(id);
    let job = tx.one(sql, read).await?;
    tx.commit("lease").await?;
    Ok(Some(job))
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
    let mut tx = db.begin(context).await?;
    let sql = Sql::new(
        "UPDATE jobs SET progress = $1, lease_until = $2 WHERE id = $3 AND lease_owner = $4 AND status = 'running' \
         RETURNING is_cancel_requested",
    )
    .bind(progress.to_string())
    .bind(context.at + length)
    .bind(id)
    .bind(owner);
    let wanted = tx.optional(sql, |row| row.get::<bool>("is_cancel_requested")).await?;
    tx.commit("progress").await?;
    Ok(wanted == Some(false))
}

/// Ends a job: `Ok` with its result or `Err` with words for people. A job that was asked to stop and failed is
/// cancelled; one whose lease was lost belongs to another and is left alone.
pub async fn finish(
    db: &Database,
    context: &Context,
    id: JobId,
    owner: &str,
    outcome: std::result::Result<Json, String>,
) -> Result<()> {
    let (status, result, error) = match outcome {
        Ok(result) => (JobStatus::Done, Some(result.to_string()), None),
        Err(error) => (JobStatus::Failed, None, Some(error)),
    };
    let mut tx = db.begin(context).await?;
    let sql = Sql::new(
        "UPDATE jobs SET status = CASE WHEN is_cancel_requested = 1 AND $1 = 'failed' THEN 'cancelled' ELSE $1 END, \
         result = $2, error = $3, lease_owner = NULL, lease_until = NULL \
         WHERE id = $4 AND lease_owner = $5 AND status = 'running'",
    )
    .bind(status.word())
    .bind(result)
    .bind(error)
    .bind(id)
    .bind(owner);
    tx.execute(sql).await?;
    tx.commit("finish").await?;
    Ok(())
}

fn is_seen(context: &Context, scope: &Scope, job: &Job) -> bool {
    scope.may(Action::ReadJobs) || (job.created_by.is_some() && job.created_by == context.actor)
}

/// Asks a job to stop; one that waits is cancelled at once.
pub async fn cancel(db: &Database, context: &Context, scope: &Scope, id: JobId) -> Result<()> {
    get(db, context, scope, id).await?;
    let mut tx = db.begin(context).await?;
    let sql = Sql::new(
        "UPDATE jobs SET is_cancel_requested = 1, status = CASE WHEN status = 'waiting' THEN 'cancelled' ELSE status END \
         WHERE id = $1 AND status IN ('waiting', 'running')",
    )
    .bind(id);
    if tx.execute(sql).await? == 0 {
        return Err(StoreError::invalid("", InvalidCode::State, None));
    }
    tx.commit("cancel").await?;
    Ok(())
}

/// One job: its maker's, or any for who may see all jobs.
pub async fn get(db: &Database, context: &Context, scope: &Scope, id: JobId) -> Result<Job> {
    let job = db.reader().one(Sql::new("SELECT * FROM jobs WHERE id = $1").bind(id), read).await?;
    if is_seen(context, scope, &job) { Ok(job) } else { Err(StoreError::NotFound) }
}

/// The newest jobs that the caller may see.
pub async fn list(db: &Database, context: &Context, scope: &Scope, limit: u32) -> Result<Vec<Job>> {
    let mut sql = Sql::new("SELECT * FROM jobs");
    if !scope.may(Action::ReadJobs) {
        let Some(actor) = context.actor else { return Ok(Vec::new()) };
        sql.push(" WHERE created_by = ").arg(actor);
    }
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT ").arg(limit);
    db.reader().all(sql, read).await
}
