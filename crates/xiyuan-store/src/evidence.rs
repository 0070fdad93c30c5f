//! Evidence files: metadata with revisions of standing (added, withdrawn), content by its SM3 digest in the database.

use jiff::Timestamp;
use sm3::{Digest, Sm3};

use crate::audit::Entry;
use crate::database::{Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError, is_unique_violation};
use crate::ids::{EvidenceId, SubjectId, UserId};
use crate::known_time::KnownTime;
use crate::registry::{require_subject, subject_name};
use crate::role::Action;
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

/// Adds a file; larger than `max_size` bytes is refused. The same content is stored once.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    evidence: NewEvidence,
    max_size: usize,
) -> Result<Evidence> {
    require_subject(tx, scope, Action::AddEvidence, evidence.subject).await?;
    let NewEvidence { subject, kind, file_name, media_type, content } = evidence;
    for (field, value) in [("kind", &kind), ("file", &file_name)] {
        if value.trim().is_empty() {
            return Err(StoreError::invalid(field, InvalidCode::Required, None));
        }
    }
    if content.is_empty() {
        return Err(StoreError::invalid("file", InvalidCode::Required, None));
    }
    if content.len() > max_size {
        return Err(StoreError::invalid("file", InvalidCode::TooLarge, Some(content.len().to_string())));
    }
    let digest = Sm3::digest(&content).to_vec();
    let size = content.len() as u64;
    let length = i64::try_from(content.len()).map_err(StoreError::internal)?;
    let sql = Sql::new(
        "INSERT INTO contents (digest, size, content) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING",
    );
    tx.execute(sql.bind(digest.as_slice()).bind(length).bind(content)).await?;
    let id = EvidenceId(tx.context().new_id());
    let number = tx.id().await?;
    let sql = Sql::new(
        "INSERT INTO evidence (id, subject_kind, subject_id, kind, file_name, media_type, size, digest, tx) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(SubjectId::kind_text(subject.kind))
    .bind(subject.id)
    .bind(&kind)
    .bind(&file_name)
    .bind(&media_type)
    .bind(length)
    .bind(digest.as_slice())
    .bind(number);
    tx.execute(sql).await?;
    let digest = hex::encode(digest);
    let name = subject_name(tx, subject).await?.unwrap_or_default();
    let entry = Entry::done("insert_evidence", "evidence", id).named(name).detail(&kind);
    tx.audit(entry.states(None, Some(digest.clone().into())).under(scope));
    let (at, by) = (tx.context().at, tx.context().actor);
    Ok(Evidence {
        id,
        subject,
        kind,
        file_name,
        media_type,
        size,
        digest,
        at,
        by,
        by_name: None,
        withdrawn: None,
    })
}

/// Withdraws a file; it stays readable in its history.
pub async fn withdraw(tx: &mut Transaction, scope: &Scope, id: EvidenceId, reason: &str) -> Result<()> {
    let sql = Sql::new("SELECT subject_kind, subject_id FROM evidence WHERE id = $1").bind(id);
    let subject = tx.one(sql, SubjectId::read_row).await?;
    require_subject(tx, scope, Action::AddEvidence, subject).await?;
    if reason.trim().is_empty() {
        return Err(StoreError::invalid("reason", InvalidCode::Required, None));
    }
    let number = tx.id().await?;
    let sql = Sql::new("INSERT INTO evidence_withdrawals (evidence_id, reason, tx) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(reason.trim())
        .bind(number);
    tx.execute(sql).await.map_err(|error| {
        if is_unique_violation(&error) { StoreError::invalid("", InvalidCode::State, None) } else { error }
    })?;
    let name = subject_name(tx, subject).await?.unwrap_or_default();
    tx.audit(Entry::done("withdraw_evidence", "evidence", id).named(name).detail(reason.trim()).under(scope));
    Ok(())
}

const SELECT: &str = "SELECT e.*, c.instant, c.actor_id, u.name AS actor_name, wc.instant AS withdrawn_at, \
     wc.number AS withdrawn_number, w.reason FROM evidence e \
     JOIN commits c ON c.tx = e.tx LEFT JOIN users u ON u.id = c.actor_id \
     LEFT JOIN evidence_withdrawals w ON w.evidence_id = e.id LEFT JOIN commits wc ON wc.tx = w.tx WHERE ";

fn read(row: &Row, known: Option<KnownTime>) -> Result<Evidence> {
    let number: Option<i64> = row.get("withdrawn_number")?;
    let is_withdrawn = number.is_some_and(|number| known.is_none_or(|known| number <= known.0));
    let withdrawn = match (is_withdrawn, row.get("withdrawn_at")?, row.get("reason")?) {
        (true, Some(at), Some(reason)) => Some((at, reason)),
        _ => None,
    };
    Ok(Evidence {
        id: row.get("id")?,
        subject: SubjectId::read_row(row)?,
        kind: row.get("kind")?,
        file_name: row.get("file_name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
        digest: hex::encode(row.get::<Vec<u8>>("digest")?),
        at: row.get("instant")?,
        by: row.get("actor_id")?,
        by_name: row.get("actor_name")?,
        withdrawn,
    })
}

/// Files of a subject as of a commit; those withdrawn by then only when asked.
pub async fn list(
    db: &Database,
    scope: &Scope,
    subject: SubjectId,
    known: Option<KnownTime>,
    with_withdrawn: bool,
) -> Result<Vec<Evidence>> {
    let mut reader = db.reader();
    require_subject(&mut reader, scope, Action::ReadRegistry, subject).await?;
    let mut sql = Sql::new(SELECT);
    sql.push("e.subject_id = ").arg(subject.id);
    if let Some(known) = known {
        sql.push(" AND c.number <= ").arg(known.0);
    }
    sql.push(" ORDER BY c.number, e.id");
    let mut files = reader.all(sql, |row| read(row, known)).await?;
    files.retain(|file| with_withdrawn || file.withdrawn.is_none());
    Ok(files)
}

/// One file's metadata and content. Evidence is for who sees the subject's figures.
pub async fn get(db: &Database, scope: &Scope, id: EvidenceId) -> Result<(Evidence, Vec<u8>)> {
    let mut reader = db.reader();
    let mut sql = Sql::new(SELECT);
    sql.push("e.id = ").arg(id);
    let found = reader.one(sql, |row| read(row, None)).await?;
    require_subject(&mut reader, scope, Action::ReadFigures, found.subject).await?;
    let digest = hex::decode(&found.digest).map_err(StoreError::internal)?;
    let sql = Sql::new("SELECT content FROM contents WHERE digest = $1").bind(digest.as_slice());
    let content: Vec<u8> = reader.one(sql, |row| row.get("content")).await?;
    if Sm3::digest(&content).to_vec() != digest {
        return Err(StoreError::internal(format!("content of evidence {id} does not give its digest")));
    }
    Ok((found, content))
}
