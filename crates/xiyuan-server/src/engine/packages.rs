//! Published packages: from files of the database to the compiled model, once per digest; and publishing itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::civil::Date;
use xiyuan_policy::{
    compile::{Compiled, compile},
    diagnostic::Diagnostic,
    package::{Form, Frequency, Package, Subject},
    source::SourceFile,
};
use xiyuan_store::{
    Context, Database, DraftId, Scope, StoreError,
    packages::{self, NewPackage, PublishedVersion, in_force},
};

use super::{Engine, blocking};
use crate::error::{ApiError, ApiResult};

/// Where files of used packages stand inside a published one: `uses/<number>/<path>`.
const USES: &str = "uses/";

impl Engine {
    /// The business day.
    pub fn today(&self) -> Date {
        Context::new(None, "today", self.clock.clone(), self.entropy.clone()).today()
    }

    /// Of each policy the version in force today, the default policy first.
    pub async fn published(&self) -> ApiResult<Vec<PublishedVersion>> {
        let versions = packages::list(&self.db).await?;
        let policies: BTreeSet<&str> = versions.iter().map(|version| version.id.as_str()).collect();
        let today = self.today();
        let mut current: Vec<PublishedVersion> =
            policies.into_iter().filter_map(|id| in_force(&versions, id, today).cloned()).collect();
        current.sort_by(|a, b| (!a.is_default, &a.id).cmp(&(!b.is_default, &b.id)));
        Ok(current)
    }

    /// All versions of one policy, the latest first day first, and the one in force today.
    pub async fn versions(&self, policy: &str) -> ApiResult<(Vec<PublishedVersion>, PublishedVersion)> {
        let mut versions = packages::list(&self.db).await?;
        versions.retain(|version| version.id == policy);
        let current = in_force(&versions, policy, self.today()).cloned();
        Ok((versions, current.ok_or_else(|| ApiError::not_found("政策包"))?))
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

    /// Files of a published digest: its own, and those of each package it uses.
    pub async fn sources(&self, digest: &str) -> ApiResult<Arc<Sources>> {
        self.sources
            .get_or_make(digest.to_owned(), async {
                Ok(Arc::new(Sources::split(packages::files(&self.db, digest).await?)))
            })
            .await
    }

    /// A published digest compiled, with its worked examples.
    pub(crate) async fn compiled(&self, digest: &str) -> ApiResult<Arc<Compiled>> {
        let sources = self.sources(digest).await?;
        self.compiled
            .get_or_make(digest.to_owned(), async move {
                Ok(Arc::new(blocking(move || compile(&sources.own, &sources.library)).await?))
            })
            .await
    }

    /// A draft compiled at a revision; made once.
    pub(crate) async fn compiled_draft(
        &self,
        id: DraftId,
        revision: i64,
        sources: Sources,
    ) -> ApiResult<Arc<Compiled>> {
        self.drafts
            .get_or_make((id, revision), async {
                Ok(Arc::new(blocking(move || compile(&sources.own, &sources.library)).await?))
            })
            .await
    }

    /// The package that is taken when none is named; `None` when nothing is published yet.
    pub async fn default_package(&self) -> ApiResult<Option<Arc<Package>>> {
        match self.published().await?.first() {
            None => Ok(None),
            Some(version) => Ok(Some(self.package_by_digest(&version.digest).await?)),
        }
    }

    /// The named policy as it is in force today, any version by its digest, or the default policy.
    pub async fn require_package(&self, id: Option<&str>) -> ApiResult<Arc<Package>> {
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            return self
                .default_package()
                .await?
                .ok_or_else(|| ApiError::refused("no-policy", "尚未发布政策包，请管理员先用命令行发布。"));
        };
        let versions = packages::list(&self.db).await?;
        let found = in_force(&versions, id, self.today())
            .or_else(|| versions.iter().find(|version| version.digest == id));
        match found {
            Some(version) => self.package_by_digest(&version.digest).await,
            None => Err(ApiError::not_found("政策包")),
        }
    }
}

/// Files of a package and of those that it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The package's own.
    pub own: Vec<SourceFile>,
    /// Of each used one.
    pub library: Vec<Vec<SourceFile>>,
}

impl Sources {
    fn split(files: Vec<(String, String)>) -> Self {
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
        Self { own, library: used.into_values().collect() }
    }

    /// As they are stored.
    pub fn into_files(self) -> Vec<(String, String)> {
        let own = self.own.into_iter().map(|file| (file.path, file.text));
        let used = self.library.into_iter().enumerate().flat_map(|(number, files)| {
            files.into_iter().map(move |file| (format!("{USES}{number}/{}", file.path), file.text))
        });
        own.chain(used).collect()
    }
}

/// Splits what was published into the package and those it uses, and compiles.
fn compile_published(files: Vec<(String, String)>) -> Result<Package, String> {
    let sources = Sources::split(files);
    let compiled = compile(&sources.own, &sources.library);
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

/// Compiles a package and publishes its files with those it may use, in force from the day that it names itself; the
/// same digest again changes nothing. The policy of a database's first package becomes the default one; that of a later
/// one when `as_default` says so.
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
    let files = Sources { own: sources.to_vec(), library: library.to_vec() }.into_files();
    let is_first = packages::list(db).await?.is_empty();
    let new = NewPackage {
        id: package.id.clone(),
        title: package.title.clone(),
        digest: package.digest.clone(),
        effective_from: package.in_force_from,
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

/// The yearly form of enterprises: what completeness and "filed" count.
pub fn yearly_enterprise_form(package: &Package) -> Option<&Form> {
    package.forms.iter().find(|form| form.subject == Subject::Enterprise && form.frequency == Frequency::Year)
}
