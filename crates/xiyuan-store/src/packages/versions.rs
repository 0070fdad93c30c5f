//! Versions: a digest with its first day in force, a note and, when an official published it, a signature.

use jiff::Timestamp;
use jiff::civil::Date;
use sm3::{Digest, Sm3};

use super::{NewPackage, insert as insert_package, is_known};
use crate::audit::Entry;
use crate::database::{Database, Row, Run, Sql, Transaction};
use crate::decisions::{Signature, Signer, keep_public_key, verify_signature};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::UserId;
use crate::role::Action;
use crate::scope::Scope;

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedVersion {
    /// Package id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Digest.
    pub digest: String,
    /// First day in force; the first of year 1 where it was never said.
    pub effective_from: Date,
    /// What was changed and why.
    pub note: Option<String>,
    /// Signature over digest, first day, note, signer and instant.
    pub signature: Option<Signature>,
    /// Of the policy that is used when none is named.
    pub is_default: bool,
    /// When published.
    pub at: Timestamp,
    /// By whom; `None` for the system.
    pub by: Option<UserId>,
    /// By whom, by name.
    pub by_name: Option<String>,
}

/// A version to be written.
pub(super) struct Written {
    pub(super) id: String,
    pub(super) digest: String,
    pub(super) effective_from: Date,
    pub(super) note: Option<String>,
    pub(super) signature: Option<Signature>,
}

pub(super) async fn insert(tx: &mut Transaction, version: Written) -> Result<()> {
    let number = tx.id().await?;
    let signature = version.signature.as_ref();
    let sql = Sql::new(
        "INSERT INTO package_versions (digest, tx, package_id, effective_from, note, algorithm, key_id, signature, \
         published_at, published_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&version.digest)
    .bind(number)
    .bind(&version.id)
    .bind(date_text(version.effective_from))
    .bind(version.note.clone())
    .bind(signature.map(|signature| signature.algorithm.clone()))
    .bind(signature.map(|signature| signature.key_id.clone()))
    .bind(signature.map(|signature| signature.value.clone()))
    .bind(tx.context().at)
    .bind(tx.context().actor);
    tx.execute(sql).await?;
    Ok(())
}

/// Texts of dates order like dates for years of four digits.
fn date_text(date: Date) -> String {
    date.to_string()
}

/// What is signed: one JSON array with the parts in a fixed order.
fn signed_text(
    policy: &str,
    digest: &str,
    effective_from: Date,
    note: Option<&str>,
    by: Option<UserId>,
    at: Timestamp,
) -> String {
    let at = at.as_microsecond();
    serde_json::json!(["xiyuan-policy-version-1", policy, digest, date_text(effective_from), note, by, at])
        .to_string()
}

/// Signs and publishes a version. The files of a digest that is known already stay as they are: an earlier content may
/// come into force again. The same digest with the same first day a second time is refused.
pub async fn publish_signed(
    tx: &mut Transaction,
    scope: &Scope,
    signer: &dyn Signer,
    package: NewPackage,
    note: Option<String>,
) -> Result<()> {
    scope.require_everywhere(Action::PublishPackages)?;
    let again = Sql::new("SELECT tx FROM package_versions WHERE digest = $1 AND effective_from = $2")
        .bind(&package.digest)
        .bind(date_text(package.effective_from));
    if tx.optional(again, |_| Ok(())).await?.is_some() {
        return Err(StoreError::invalid("digest", InvalidCode::Duplicate, None));
    }
    let at = Timestamp::from_microsecond(tx.context().at.as_microsecond()).map_err(StoreError::internal)?;
    let by = tx.context().actor;
    let text = signed_text(&package.id, &package.digest, package.effective_from, note.as_deref(), by, at);
    let digest = Sm3::digest(text.as_bytes());
    let signature = signer.sign(&digest)?;
    keep_public_key(tx, signer, at).await?;
    let version = Written {
        id: package.id.clone(),
        digest: package.digest.clone(),
        effective_from: package.effective_from,
        note: note.clone(),
        signature: Some(signature),
    };
    let entry = Entry::done("publish_policy_version", "package", &package.id).named(&package.title);
    let detail = format!("{} 起施行", package.effective_from);
    let entry = entry.detail(detail).states(None, Some(package.digest.as_str().into()));
    if !is_known(tx, &package.digest).await? {
        insert_package(tx, package).await?;
    }
    insert(tx, version).await?;
    tx.audit(entry.under(scope));
    Ok(())
}

fn read(row: &Row) -> Result<PublishedVersion> {
    let algorithm: Option<String> = row.get("algorithm")?;
    let signature = match algorithm {
        None => None,
        Some(algorithm) => {
            Some(Signature { algorithm, key_id: row.get("key_id")?, value: row.get("signature")? })
        }
    };
    Ok(PublishedVersion {
        id: row.get("package_id")?,
        title: row.get("title")?,
        digest: row.get("digest")?,
        effective_from: row.get("effective_from")?,
        note: row.get("note")?,
        signature,
        is_default: row.get("is_default")?,
        at: row.get("published_at")?,
        by: row.get("published_by")?,
        by_name: row.get("by_name")?,
    })
}

/// All versions of all policies: the latest first day first, of one day the last published first. Packages are public:
/// they are the policy itself.
pub async fn list(db: &Database) -> Result<Vec<PublishedVersion>> {
    let sql = Sql::new(
        "SELECT v.*, p.title, u.name AS by_name, CAST(CASE WHEN v.package_id = (SELECT p.package_id \
         FROM package_defaults d JOIN commits c ON c.tx = d.tx JOIN packages p ON p.digest = d.digest \
         ORDER BY c.number DESC LIMIT 1) THEN 1 ELSE 0 END AS BIGINT) AS is_default \
         FROM package_versions v JOIN packages p ON p.digest = v.digest JOIN commits c ON c.tx = v.tx \
         LEFT JOIN users u ON u.id = v.published_by \
         ORDER BY v.effective_from DESC, c.number DESC, v.digest",
    );
    db.reader().all(sql, read).await
}

/// The version of a policy that holds on a day: of those whose first day is reached the latest. Before the first of
/// them, the one that comes first. `versions` are in the order of [`list`].
pub fn in_force<'v>(
    versions: &'v [PublishedVersion],
    policy: &str,
    day: Date,
) -> Option<&'v PublishedVersion> {
    let mut own = versions.iter().filter(|version| version.id == policy);
    own.clone().find(|version| version.effective_from <= day).or_else(|| own.next_back())
}

/// Whether a version's signature fits what is stored; `false` without one.
pub async fn verify(db: &Database, version: &PublishedVersion) -> Result<bool> {
    let Some(signature) = &version.signature else { return Ok(false) };
    let PublishedVersion { id, digest, effective_from, note, by, at, .. } = version;
    let text = signed_text(id, digest, *effective_from, note.as_deref(), *by, *at);
    verify_signature(db, &Sm3::digest(text.as_bytes()), signature).await
}
