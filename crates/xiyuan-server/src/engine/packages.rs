//! Published packages: from files of the database to the compiled model, once per digest; and publishing itself.

use std::{collections::BTreeMap, sync::Arc};

use xiyuan_policy::{compile::compile, diagnostic::Diagnostic, package::Package, source::SourceFile};
use xiyuan_store::{
    Context, Database, Scope, StoreError,
    packages::{self, NewPackage, PublishedPackage},
};

use super::{Engine, blocking};
use crate::error::{ApiError, ApiResult};

/// Where files of used packages stand inside a published one: `uses/<number>/<path>`.
const USES: &str = "uses/";

impl Engine {
    /// All published packages: of each policy the newest digest, the default one first.
    pub async fn published(&self) -> ApiResult<Vec<PublishedPackage>> {
        let mut newest: Vec<PublishedPackage> = Vec::new();
        for package in packages::list(&self.db).await? {
            match newest.iter_mut().find(|known| known.id == package.id) {
                None => newest.push(package),
                Some(known) if package.is_default && !known.is_default => *known = package,
                Some(_) => {}
            }
        }
        newest.sort_by(|a, b| (!a.is_default, &a.id).cmp(&(!b.is_default, &b.id)));
        Ok(newest)
    }

    /// The compiled package of a digest.
    pub async fn package_by_digest(&self, digest: &str) -> ApiResult<Arc<Package>> {
        self.packages
            .get_or_make(digest.to_owned(), async {
                let files = packages::files(&self.db, digest).await?;
                let compiled = blocking(move || compile_published(files)).await?;
                let package = compiled.map_err(|first| {
                    ApiError::internal(format!("published package {digest} does not compile: {first}"))
                })?;
                Ok(Arc::new(package))
            })
            .await
    }

    /// The package that is taken when none is named; `None` when nothing is published yet.
    pub async fn default_package(&self) -> ApiResult<Option<Arc<Package>>> {
        let published = packages::list(&self.db).await?;
        match published.iter().find(|package| package.is_default).or(published.first()) {
            None => Ok(None),
            Some(package) => Ok(Some(self.package_by_digest(&package.digest).await?)),
        }
    }

    /// The named package, or the default one.
    pub async fn require_package(&self, id: Option<&str>) -> ApiResult<Arc<Package>> {
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            return self
                .default_package()
                .await?
                .ok_or_else(|| ApiError::refused("no-policy", "尚未发布政策包，请管理员先用命令行发布。"));
        };
        let published = self.published().await?;
        let found = published.iter().find(|package| package.id == id || package.digest == id);
        match found {
            Some(package) => self.package_by_digest(&package.digest).await,
            None => Err(ApiError::not_found("政策包")),
        }
    }
}

/// Splits what was published into the package and those it uses, and compiles.
fn compile_published(files: Vec<(String, String)>) -> Result<Package, String> {
    let mut own = Vec::new();
    let mut used: BTreeMap<String, Vec<SourceFile>> = BTreeMap::new();
    for (path, text) in files {
        match path.strip_prefix(USES).and_then(|rest| rest.split_once('/')) {
            Some((number, inner)) => {
                used.entry(number.to_owned()).or_default().push(SourceFile::new(inner, text));
            }
            None => own.push(SourceFile::new(path, text)),
        }
    }
    let library: Vec<Vec<SourceFile>> = used.into_values().collect();
    let compiled = compile(&own, &library);
    let first = compiled.diagnostics.first().map(ToString::to_string).unwrap_or_default();
    compiled.package.ok_or(first)
}

/// Why a package was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It does not compile; every finding with its place.
    #[error("政策包有错误，未发布")]
    Findings(Vec<Diagnostic>),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Compiles a package and publishes its files with those it may use; the same digest again changes nothing. The
/// first package of a database becomes the default one; a later one when `as_default` says so.
pub async fn publish(
    db: &Database,
    context: &Context,
    scope: &Scope,
    sources: &[SourceFile],
    library: &[Vec<SourceFile>],
    as_default: bool,
) -> Result<Package, PublishError> {
    let compiled = compile(sources, library);
    let Some(package) = compiled.package else { return Err(PublishError::Findings(compiled.diagnostics)) };
    let mut files: Vec<(String, String)> =
        sources.iter().map(|file| (file.path.clone(), file.text.clone())).collect();
    for (number, used) in library.iter().enumerate() {
        files.extend(used.iter().map(|file| (format!("{USES}{number}/{}", file.path), file.text.clone())));
    }
    let is_first = packages::list(db).await?.is_empty();
    let new = NewPackage {
        id: package.id.clone(),
        title: package.title.clone(),
        digest: package.digest.clone(),
        files,
    };
    let mut tx = db.begin(context).await?;
    packages::publish(&mut tx, scope, new).await?;
    if is_first || as_default {
        packages::set_default(&mut tx, scope, &package.digest).await?;
    }
    tx.commit("发布政策包").await?;
    Ok(package)
}
