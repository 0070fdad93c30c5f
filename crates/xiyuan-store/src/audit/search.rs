//! Searching the audit trail.

use jiff::Timestamp;

use crate::database::{Database, Row, Run, Sql};
use crate::error::Result;
use crate::ids::UserId;
use crate::page::{Page, PageRequest, decode_cursor};
use crate::role::Action;
use crate::scope::Scope;

/// Filters; `None` means any.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// From, inclusive.
    pub from: Option<Timestamp>,
    /// To, exclusive.
    pub to: Option<Timestamp>,
    /// Who.
    pub actor: Option<UserId>,
    /// Action word.
    pub action: Option<String>,
    /// Subject id or part of its name.
    pub subject: Option<String>,
    /// Page.
    pub page: PageRequest,
}

/// One entry as shown.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Chain of the server that wrote it.
    pub chain: String,
    /// Position in its chain.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Option<UserId>,
    /// Who, by name.
    pub actor_name: Option<String>,
    /// From where.
    pub remote_address: Option<String>,
    /// Request id.
    pub request_id: String,
    /// What.
    pub action: String,
    /// On what kind.
    pub subject_kind: String,
    /// On what.
    pub subject_id: Option<String>,
    /// Its name then.
    pub subject_name: Option<String>,
    /// `done`, `refused`, `failed`.
    pub result: String,
    /// Words.
    pub detail: Option<String>,
    /// Digest of this entry (hex), which the next one of the chain contains.
    pub hash: String,
}

/// Newest first. Only for who may read the audit trail.
pub async fn list(db: &Database, scope: &Scope, query: &AuditQuery) -> Result<Page<AuditRow>> {
    scope.require(Action::ReadAudit)?;
    let mut filter = Sql::default();
    push_filters(&mut filter, query, db);
    let mut count = filter.clone();
    count.prepend("SELECT count(*) AS n FROM audit_entries a WHERE 1 = 1");
    let total = db.reader().one(count, |row| row.get::<u64>("n")).await?;
    let mut sql = filter;
    sql.prepend(
        "SELECT a.*, u.name AS actor_name FROM audit_entries a LEFT JOIN users u ON u.id = a.actor_id WHERE 1 = 1",
    );
    if let Some(after) = &query.page.after {
        let parts = decode_cursor(after, 3)?;
        let at = parts[0].parse::<i64>().unwrap_or(i64::MAX);
        let sequence = parts[2].parse::<i64>().unwrap_or(i64::MAX);
        let (at, chain, sequence) = (sql.name(at), sql.name(parts[1].clone()), sql.name(sequence));
        sql.push(&format!(" AND (a.at, a.chain, a.sequence) < ({at}, {chain}, {sequence})"));
    }
    sql.push(" ORDER BY a.at DESC, a.chain DESC, a.sequence DESC LIMIT ").arg(query.page.limit + 1);
    let rows = db.reader().all(sql, read).await?;
    Ok(Page::cut(rows, total, query.page.limit, |row| {
        vec![row.at.as_microsecond().to_string(), row.chain.clone(), row.sequence.to_string()]
    }))
}

fn push_filters(sql: &mut Sql, query: &AuditQuery, db: &Database) {
    if let Some(from) = query.from {
        sql.push(" AND a.at >= ").arg(from);
    }
    if let Some(to) = query.to {
        sql.push(" AND a.at < ").arg(to);
    }
    if let Some(actor) = query.actor {
        sql.push(" AND a.actor_id = ").arg(actor);
    }
    if let Some(action) = &query.action {
        sql.push(" AND a.action = ").arg(action);
    }
    if let Some(subject) = &query.subject {
        let id = sql.name(subject);
        let name = sql.name(subject);
        let position = db.dialect().position_of("coalesce(a.subject_name, '')", &name);
        sql.push(&format!(" AND (a.subject_id = {id} OR {position} > 0)"));
    }
}

fn read(row: &Row) -> Result<AuditRow> {
    Ok(AuditRow {
        chain: row.get("chain")?,
        sequence: row.get("sequence")?,
        at: row.get("at")?,
        actor: row.get("actor_id")?,
        actor_name: row.get("actor_name")?,
        remote_address: row.get("remote_address")?,
        request_id: row.get("request_id")?,
        action: row.get("action")?,
        subject_kind: row.get("subject_kind")?,
        subject_id: row.get("subject_id")?,
        subject_name: row.get("subject_name")?,
        result: row.get("result")?,
        detail: row.get("detail")?,
        hash: hex::encode(row.get::<Vec<u8>>("hash")?),
    })
}
