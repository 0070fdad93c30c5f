//! Published policy packages: content-addressed by digest, their files as rows.

use jiff::Timestamp;

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
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

/// Publishes; the same digest again changes nothing (answers `false`).
pub async fn publish(tx: &mut Transaction, scope: &Scope, package: NewPackage) -> Result<bool> {
    let _ = (tx, scope, package);
    unbuilt()
}

/// Makes a digest the default.
pub async fn set_default(tx: &mut Transaction, scope: &Scope, digest: &str) -> Result<()> {
    let _ = (tx, scope, digest);
    unbuilt()
}

/// All published packages, newest first.
pub async fn list(db: &Database) -> Result<Vec<PublishedPackage>> {
    let _ = db;
    unbuilt()
}

/// Files of one.
pub async fn files(db: &Database, digest: &str) -> Result<Vec<(String, String)>> {
    let _ = (db, digest);
    unbuilt()
}
