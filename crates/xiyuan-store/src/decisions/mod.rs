//! Decisions: a frozen result with its receipt, digest and signature; superseded by another, never erased.

mod concerned;
mod signer;

use jiff::Timestamp;
use serde_json::Value as Json;
use sm3::{Digest, Sm3};
use xiyuan_policy::package::Subject;

use crate::audit::Entry;
use crate::database::{Database, Row, Run, Sql, Transaction};
use crate::error::{Result, StoreError, is_unique_violation};
use crate::ids::{DecisionId, SubjectId, UserId};
use crate::known_time::KnownTime;
use crate::registry::{require_subject, subject_name};
use crate::role::Action;
use crate::scope::Scope;

pub use concerned::concerned;
pub(crate) use signer::keep_public_key;
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
    /// When it was signed.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
}

/// The signed text: one JSON array with the parts in a fixed order.
fn signed_text(
    id: DecisionId,
    frozen: &NewDecision,
    supersedes: Option<DecisionId>,
    at: Timestamp,
) -> String {
    serde_json::json!([
        "xiyuan-decision-1",
        id,
        SubjectId::kind_text(frozen.subject.kind),
        frozen.subject.id,
        frozen.assessment,
        frozen.year,
        frozen.outcome,
        frozen.result,
        frozen.receipt,
        frozen.note,
        supersedes,
        at.as_microsecond(),
    ])
    .to_string()
}

/// Freezes and signs; names the standing decision on the same subject, assessment and year as superseded. Two
/// deciders at once: one gets `Conflict`.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    signer: &dyn Signer,
    decision: NewDecision,
) -> Result<DecisionId> {
    let subject = decision.subject;
    require_subject(tx, scope, Action::Decide, subject).await?;
    // Two first decisions at once have nothing to supersede: they queue at the subject's row.
    let table = if subject.kind == Subject::Park { "parks" } else { "enterprises" };
    let lock = format!("SELECT id FROM {table} WHERE id = $1{}", tx.dialect().for_update());
    tx.one(Sql::new(lock).bind(subject.id), |_| Ok(())).await?;
    let sql = Sql::new(
        "SELECT d.id FROM decisions d WHERE d.subject_id = $1 AND d.assessment = $2 AND d.year = $3 \
         AND NOT EXISTS (SELECT 1 FROM decisions n WHERE n.supersedes = d.id)",
    )
    .bind(subject.id)
    .bind(&decision.assessment)
    .bind(i64::from(decision.year));
    let supersedes = tx.optional(sql, |row| row.get::<DecisionId>("id")).await?;
    let id = DecisionId(tx.context().new_id());
    let at = Timestamp::from_microsecond(tx.context().at.as_microsecond()).map_err(StoreError::internal)?;
    let digest = Sm3::digest(signed_text(id, &decision, supersedes, at).as_bytes());
    let signature = signer.sign(&digest)?;
    keep_public_key(tx, signer, at).await?;
    let number = tx.id().await?;
    let sql = Sql::new(
        "INSERT INTO decisions (id, subject_kind, subject_id, assessment, year, outcome, result, receipt, note, \
         digest, algorithm, key_id, signature, supersedes, signed_at, tx) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(id)
    .bind(SubjectId::kind_text(subject.kind))
    .bind(subject.id)
    .bind(&decision.assessment)
    .bind(i64::from(decision.year))
    .bind(&decision.outcome)
    .bind(decision.result.to_string())
    .bind(decision.receipt.to_string())
    .bind(decision.note.clone())
    .bind(hex::encode(digest))
    .bind(signature.algorithm)
    .bind(signature.key_id)
    .bind(signature.value)
    .bind(supersedes)
    .bind(at)
    .bind(number);
    tx.execute(sql).await.map_err(|error| {
        if is_unique_violation(&error) { StoreError::Conflict { current: 0 } } else { error }
    })?;
    let name = subject_name(tx, subject).await?.unwrap_or_default();
    let entry = Entry::done("insert_decision", "decision", id).named(name).detail(&decision.outcome);
    tx.audit(entry.states(None, Some(hex::encode(digest).into())).under(scope));
    Ok(id)
}

const SELECT: &str = "SELECT d.*, n.id AS superseded_by, c.number, c.actor_id, u.name AS actor_name \
     FROM decisions d JOIN commits c ON c.tx = d.tx LEFT JOIN users u ON u.id = c.actor_id \
     LEFT JOIN decisions n ON n.supersedes = d.id WHERE ";

fn read(row: &Row) -> Result<Decision> {
    Ok(Decision {
        id: row.get("id")?,
        frozen: NewDecision {
            subject: SubjectId::read_row(row)?,
            assessment: row.get("assessment")?,
            year: i16::try_from(row.get::<i64>("year")?).map_err(StoreError::internal)?,
            outcome: row.get("outcome")?,
            result: serde_json::from_str(&row.get::<String>("result")?)?,
            receipt: serde_json::from_str(&row.get::<String>("receipt")?)?,
            note: row.get("note")?,
        },
        digest: row.get("digest")?,
        signature: Signature {
            algorithm: row.get("algorithm")?,
            key_id: row.get("key_id")?,
            value: row.get("signature")?,
        },
        supersedes: row.get("supersedes")?,
        superseded_by: row.get("superseded_by")?,
        commit: KnownTime(row.get("number")?),
        at: row.get("signed_at")?,
        by: row.get("actor_id")?,
        by_name: row.get("actor_name")?,
    })
}

/// Decisions on a subject, newest first.
pub async fn list(db: &Database, scope: &Scope, subject: SubjectId) -> Result<Vec<Decision>> {
    let mut reader = db.reader();
    require_subject(&mut reader, scope, Action::ReadFigures, subject).await?;
    let mut sql = Sql::new(SELECT);
    sql.push("d.subject_id = ").arg(subject.id).push(" ORDER BY c.number DESC, d.id DESC");
    reader.all(sql, read).await
}

/// One.
pub async fn get(db: &Database, scope: &Scope, id: DecisionId) -> Result<Decision> {
    let mut reader = db.reader();
    let mut sql = Sql::new(SELECT);
    sql.push("d.id = ").arg(id);
    let decision = reader.one(sql, read).await?;
    require_subject(&mut reader, scope, Action::ReadFigures, decision.frozen.subject).await?;
    Ok(decision)
}

/// Whether the stored content gives the stored digest and the signature holds.
pub async fn verify(db: &Database, decision: &Decision) -> Result<bool> {
    let text = signed_text(decision.id, &decision.frozen, decision.supersedes, decision.at);
    let digest = Sm3::digest(text.as_bytes());
    Ok(hex::encode(digest) == decision.digest && verify_signature(db, &digest, &decision.signature).await?)
}
