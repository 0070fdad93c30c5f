//! Facts: yes/no matters that a named role judges with a reason. Each judgement is a revision.

use jiff::Timestamp;

use crate::audit::Entry;
use crate::database::{Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError, is_unique_violation};
use crate::ids::{SubjectId, UserId};
use crate::known_time::KnownTime;
use crate::registry::{require_subject, subject_name};
use crate::role::{Action, Role};
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
    /// Role as which it was judged.
    pub role: Option<Role>,
    /// Its commit.
    pub commit: KnownTime,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
}

/// Judges a fact as `role` (the one the package names for it). A reason is required. Answers the revision.
pub async fn judge(
    tx: &mut Transaction,
    scope: &Scope,
    subject: SubjectId,
    fact: &str,
    role: Role,
    value: Option<bool>,
    reason: &str,
) -> Result<i64> {
    require_subject(tx, scope, Action::JudgeFact(role), subject).await?;
    if reason.trim().is_empty() {
        return Err(StoreError::invalid("reason", InvalidCode::Required, None));
    }
    let sql = Sql::new(
        "SELECT coalesce(max(revision), 0) AS n FROM fact_revisions WHERE subject_id = $1 AND fact = $2",
    )
    .bind(subject.id)
    .bind(fact);
    let current = tx.one(sql, |row| row.get::<i64>("n")).await?;
    let id = tx.id().await?;
    let sql = Sql::new(
        "INSERT INTO fact_revisions (subject_kind, subject_id, fact, revision, value, reason, role, tx) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(SubjectId::kind_text(subject.kind))
    .bind(subject.id)
    .bind(fact)
    .bind(current + 1)
    .bind(value)
    .bind(reason.trim())
    .bind(role.id())
    .bind(id);
    tx.execute(sql).await.map_err(|error| {
        if is_unique_violation(&error) { StoreError::Conflict { current: current + 1 } } else { error }
    })?;
    let name = subject_name(tx, subject).await?.unwrap_or_default();
    let entry = Entry::done("judge_fact", SubjectId::kind_text(subject.kind), subject.id).named(name);
    tx.audit(entry.detail(fact).states(None, Some(value.into())).under(scope));
    Ok(current + 1)
}

const SELECT: &str = "SELECT f.*, c.number, c.instant, c.actor_id, u.name AS actor_name FROM fact_revisions f \
     JOIN commits c ON c.tx = f.tx LEFT JOIN users u ON u.id = c.actor_id WHERE f.subject_id = ";

fn read(row: &Row) -> Result<Judgement> {
    Ok(Judgement {
        subject: SubjectId::read_row(row)?,
        fact: row.get("fact")?,
        revision: row.get("revision")?,
        value: row.get("value")?,
        reason: row.get("reason")?,
        role: Role::from_id(&row.get::<String>("role")?),
        commit: KnownTime(row.get("number")?),
        at: row.get("instant")?,
        by: row.get("actor_id")?,
        by_name: row.get("actor_name")?,
    })
}

/// The judgements of one subject that stood at a commit (`None`: now), one per fact.
pub async fn list(
    db: &Database,
    scope: &Scope,
    subject: SubjectId,
    known: Option<KnownTime>,
) -> Result<Vec<Judgement>> {
    let mut reader = db.reader();
    require_subject(&mut reader, scope, Action::ReadRegistry, subject).await?;
    let mut sql = Sql::new(SELECT);
    sql.arg(subject.id);
    if let Some(known) = known {
        sql.push(" AND c.number <= ").arg(known.0);
    }
    sql.push(" ORDER BY f.fact, f.revision");
    let mut standing: Vec<Judgement> = Vec::new();
    for judgement in reader.all(sql, read).await? {
        match standing.last_mut() {
            Some(last) if last.fact == judgement.fact => *last = judgement,
            _ => standing.push(judgement),
        }
    }
    Ok(standing)
}

/// All judgements of one fact, oldest first.
pub async fn history(db: &Database, scope: &Scope, subject: SubjectId, fact: &str) -> Result<Vec<Judgement>> {
    let mut reader = db.reader();
    require_subject(&mut reader, scope, Action::ReadRegistry, subject).await?;
    let mut sql = Sql::new(SELECT);
    sql.arg(subject.id).push(" AND f.fact = ").arg(fact).push(" ORDER BY f.revision");
    reader.all(sql, read).await
}
