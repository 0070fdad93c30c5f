//! Published policy packages: content-addressed by digest, their files as rows.

use jiff::Timestamp;

use crate::audit::Entry;
use crate::database::{Database, Run, Sql, Transaction, insert_rows};
use crate::error::{InvalidCode, Result, StoreError};
use crate::role::Action;
use crate::scope::Scope;

/// A package to publish.
#[derive(Clone, Debug)]
pub struct NewPackage {
    /// Package id (`wuxi-2023`).
    pub id: String,
    /// Title.
    pub title: String,
    /// Digest as the engine computed it.
    pub digest: String,
    /// (path, content) of all files, those of used packages too.
    pub files: Vec<(String, String)>,
}

/// A published package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPackage {
    /// Package id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Digest.
    pub digest: String,
    /// Used when no package is named.
    pub is_default: bool,
    /// When published.
    pub at: Timestamp,
}

/// Publishes; the same digest again changes nothing (answers `false`). The first one becomes the default.
pub async fn publish(tx: &mut Transaction, scope: &Scope, package: NewPackage) -> Result<bool> {
    scope.require_everywhere(Action::PublishPackages)?;
    if package.files.is_empty() {
        return Err(StoreError::invalid("files", InvalidCode::Required, None));
    }
    let found = Sql::new("SELECT digest FROM packages WHERE digest = $1").bind(&package.digest);
    if tx.optional(found, |_| Ok(())).await?.is_some() {
        return Ok(false);
    }
    let id = tx.id().await?;
    let sql = Sql::new(
        "INSERT INTO packages (digest, package_id, title, published_at, published_by, tx) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&package.digest)
    .bind(&package.id)
    .bind(&package.title)
    .bind(tx.context().at)
    .bind(tx.context().actor)
    .bind(id);
    tx.execute(sql).await?;
    let digest = package.digest;
    let rows = package
        .files
        .into_iter()
        .map(|(path, content)| vec![digest.as_str().into(), path.into(), content.into()])
        .collect();
    insert_rows(tx, "package_files (digest, path, content)", 3, rows).await?;
    let entry = Entry::done("publish_package", "package", &package.id).named(package.title);
    tx.audit(entry.states(None, Some(digest.as_str().into())).under(scope));
    let any = tx.optional(Sql::new("SELECT tx FROM package_defaults LIMIT 1"), |_| Ok(())).await?;
    if any.is_none() {
        set_default(tx, scope, &digest).await?;
    }
    Ok(true)
}

/// Makes a digest the default.
pub async fn set_default(tx: &mut Transaction, scope: &Scope, digest: &str) -> Result<()> {
    scope.require_everywhere(Action::PublishPackages)?;
    let found = Sql::new("SELECT package_id FROM packages WHERE digest = $1").bind(digest);
    let package: String = tx.one(found, |row| row.get("package_id")).await?;
    let id = tx.id().await?;
    let sql = Sql::new(
        "INSERT INTO package_defaults (tx, digest) VALUES ($1, $2) ON CONFLICT (tx) DO UPDATE SET digest = $2",
    );
    tx.execute(sql.bind(id).bind(digest)).await?;
    let entry = Entry::done("set_default_package", "package", package);
    tx.audit(entry.states(None, Some(digest.into())).under(scope));
    Ok(())
}

/// All published packages, newest first. Packages are public: they are the policy itself.
pub async fn list(db: &Database) -> Result<Vec<PublishedPackage>> {
    let sql = Sql::new(
        "SELECT p.*, CAST(CASE WHEN p.digest = (SELECT d.digest FROM package_defaults d JOIN commits c ON c.tx = d.tx \
         ORDER BY c.number DESC LIMIT 1) THEN 1 ELSE 0 END AS BIGINT) AS is_default \
         FROM packages p ORDER BY p.published_at DESC, p.tx DESC, p.digest",
    );
    db.reader()
        .all(sql, |row| {
            Ok(PublishedPackage {
                id: row.get("package_id")?,
                title: row.get("title")?,
                digest: row.get("digest")?,
                is_default: row.get("is_default")?,
                at: row.get("published_at")?,
            })
        })
        .await
}

/// Files of one by path; none when the digest is not published.
pub async fn files(db: &Database, digest: &str) -> Result<Vec<(String, String)>> {
    let sql =
        Sql::new("SELECT path, content FROM package_files WHERE digest = $1 ORDER BY path").bind(digest);
    let files = db.reader().all(sql, |row| Ok((row.get("path")?, row.get("content")?))).await?;
    if files.is_empty() { Err(StoreError::NotFound) } else { Ok(files) }
}
