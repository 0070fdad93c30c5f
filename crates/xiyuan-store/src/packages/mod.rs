//! Published policy packages: content-addressed by digest, their files as rows; and versions: a digest with its first
//! day in force. Which version holds on a day is decided here and nowhere else.

mod versions;

use jiff::civil::Date;

use crate::audit::Entry;
use crate::database::{Database, Run, Sql, Transaction, insert_rows};
use crate::error::{InvalidCode, Result, StoreError};
use crate::role::Action;
use crate::scope::Scope;

pub use versions::{PublishedVersion, in_force, list, publish_signed, verify};

/// A package to publish.
#[derive(Clone, Debug)]
pub struct NewPackage {
    /// Package id (`wuxi-2023`).
    pub id: String,
    /// Title.
    pub title: String,
    /// Digest as the engine computed it.
    pub digest: String,
    /// First day in force.
    pub effective_from: Date,
    /// (path, content) of all files, those of used packages too.
    pub files: Vec<(String, String)>,
}

/// Publishes without a signature, as the command line does with a folder; the same digest again changes nothing
/// (answers `false`). The first one makes its policy the default.
pub async fn publish(tx: &mut Transaction, scope: &Scope, package: NewPackage) -> Result<bool> {
    scope.require_everywhere(Action::PublishPackages)?;
    if is_known(tx, &package.digest).await? {
        return Ok(false);
    }
    let version = versions::Written {
        id: package.id.clone(),
        digest: package.digest.clone(),
        effective_from: package.effective_from,
        note: None,
        signature: None,
    };
    let (id, title, digest) = (package.id.clone(), package.title.clone(), package.digest.clone());
    insert(tx, package).await?;
    versions::insert(tx, version).await?;
    let entry = Entry::done("publish_package", "package", &id).named(title);
    tx.audit(entry.states(None, Some(digest.as_str().into())).under(scope));
    let any = tx.optional(Sql::new("SELECT tx FROM package_defaults LIMIT 1"), |_| Ok(())).await?;
    if any.is_none() {
        set_default(tx, scope, &digest).await?;
    }
    Ok(true)
}

async fn is_known(run: &mut impl Run, digest: &str) -> Result<bool> {
    let found = Sql::new("SELECT digest FROM packages WHERE digest = $1").bind(digest);
    Ok(run.optional(found, |_| Ok(())).await?.is_some())
}

/// Writes a package with its files.
async fn insert(tx: &mut Transaction, package: NewPackage) -> Result<()> {
    if package.files.is_empty() {
        return Err(StoreError::invalid("files", InvalidCode::Required, None));
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
    insert_rows(tx, "package_files (digest, path, content)", 3, rows).await
}

/// Makes the policy of a digest the default one; which of its versions is taken, the day decides.
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

/// Files of one by path; none when the digest is not published.
pub async fn files(db: &Database, digest: &str) -> Result<Vec<(String, String)>> {
    let sql =
        Sql::new("SELECT path, content FROM package_files WHERE digest = $1 ORDER BY path").bind(digest);
    let files = db.reader().all(sql, |row| Ok((row.get("path")?, row.get("content")?))).await?;
    if files.is_empty() { Err(StoreError::NotFound) } else { Ok(files) }
}
