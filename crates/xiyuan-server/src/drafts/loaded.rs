//! A draft with its files put together: those of the base, with what differs laid over them.

use std::sync::Arc;

use xiyuan_policy::{compile::Compiled, package::Package, source::SourceFile};
use xiyuan_store::{
    DraftId, StoreError,
    drafts::{self, Draft, DraftStatus, FileChange},
};

use super::types::{self, DraftFile, PolicyDraft};
use crate::{
    engine::Sources,
    error::{ApiError, ApiResult, Missing},
    http::types::Named,
    session::Caller,
    state::Services,
};

/// Longest path of a file.
const LONGEST_PATH: usize = 120;

/// A draft with everything that it is made of.
pub(super) struct Loaded {
    pub(super) draft: Draft,
    /// Files of the base and of the packages it uses.
    pub(super) base: Arc<Sources>,
    /// What differs from the base, by path.
    changes: Vec<(String, FileChange)>,
}

/// Reads a draft that the caller may see.
pub(super) async fn load(services: &Services, caller: &Caller, id: DraftId) -> ApiResult<Loaded> {
    let draft = drafts::get(&services.db, caller.scope(), id).await.or_missing("政策草稿")?;
    let base = services.engine.sources(&draft.base_digest).await?;
    let changes = drafts::changes(&services.db, caller.scope(), id, Some(draft.revision)).await?;
    Ok(Loaded { draft, base, changes })
}

impl Loaded {
    /// The draft's own files as they are now, by path.
    pub(super) fn own(&self) -> Vec<SourceFile> {
        let is_changed = |path: &str| self.changes.iter().any(|(changed, _)| changed == path);
        let mut files: Vec<SourceFile> =
            self.base.own.iter().filter(|file| !is_changed(&file.path)).cloned().collect();
        files.extend(self.changes.iter().filter_map(|(path, change)| match change {
            FileChange::Put(text) => Some(SourceFile::new(path, text.clone())),
            FileChange::Remove | FileChange::Revert => None,
        }));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// With the packages that the base uses.
    pub(super) fn sources(&self) -> Sources {
        Sources { own: self.own(), library: self.base.library.clone() }
    }

    /// The text of a file now, and in the base.
    pub(super) fn text(&self, path: &str) -> (Option<String>, Option<&str>) {
        let base = self.base.own.iter().find(|file| file.path == path).map(|file| file.text.as_str());
        let now = match self.changes.iter().find(|(changed, _)| changed == path) {
            Some((_, FileChange::Put(text))) => Some(text.clone()),
            Some((_, FileChange::Remove)) => None,
            Some((_, FileChange::Revert)) | None => base.map(str::to_owned),
        };
        (now, base)
    }

    /// Compiled as it stands.
    pub(super) async fn compile(&self, services: &Services) -> ApiResult<Arc<Compiled>> {
        services.engine.compiled_draft(self.draft.id, self.draft.revision, self.sources()).await
    }

    /// The compiled package with its examples; refused with the compiler's errors when there are any.
    pub(super) async fn package(&self, services: &Services) -> ApiResult<(Arc<Package>, Arc<Compiled>)> {
        let compiled = self.compile(services).await?;
        match &compiled.package {
            Some(package) => Ok((Arc::new(package.clone()), compiled)),
            None => Err(ApiError::Unready {
                code: "draft-does-not-compile",
                detail: "草稿有错误，先按提示改好。".into(),
                errors: super::findings::entries(&compiled.diagnostics),
            }),
        }
    }

    /// The package as it is now, or as it was when it last compiled; the base has always compiled. True for now.
    pub(super) async fn last_package(&self, services: &Services) -> ApiResult<(Arc<Package>, bool)> {
        let compiled = self.compile(services).await?;
        if let Some(package) = &compiled.package {
            let package = Arc::new(package.clone());
            services.last_drafts.keep(self.draft.id, &package);
            return Ok((package, true));
        }
        match services.last_drafts.find(self.draft.id) {
            Some(package) => Ok((package, false)),
            None => Ok((services.engine.package_by_digest(&self.draft.base_digest).await?, false)),
        }
    }

    /// Refuses what is no longer a draft.
    pub(super) fn require_open(&self) -> ApiResult<()> {
        match self.draft.status {
            DraftStatus::Draft => Ok(()),
            DraftStatus::Published => {
                Err(ApiError::refused("draft-closed", "草稿已发布，不能再改。可从新版本另开草稿。"))
            }
            DraftStatus::Discarded => Err(ApiError::refused("draft-closed", "草稿已作废，恢复后才能改。")),
        }
    }

    /// Refuses a change that is based on another revision, with the draft as it is now.
    pub(super) fn require_revision(&self, expected: i64) -> ApiResult<()> {
        if self.draft.revision == expected {
            return Ok(());
        }
        let revision = self.draft.revision;
        Err(ApiError::Conflict {
            detail: format!("其他人已先行修改，现为第 {revision} 版。请查看最新内容后再提交。"),
            current: Some(serde_json::to_value(self.show()).map_err(ApiError::internal)?),
        })
    }

    /// As the API shows it, with its files.
    pub(super) fn show(&self) -> PolicyDraft {
        let now = self.own();
        let base = |path: &str| self.base.own.iter().any(|file| file.path == path);
        let is_changed = |file: &SourceFile| !self.base.own.contains(file);
        let shown = now.iter().map(|file| DraftFile {
            path: file.path.clone(),
            is_changed: is_changed(file),
            is_new: !base(&file.path),
            is_removed: false,
            size: file.text.len() as u64,
        });
        let gone = self.base.own.iter().filter(|file| now.iter().all(|other| other.path != file.path));
        let gone = gone.map(|file| DraftFile {
            path: file.path.clone(),
            is_changed: true,
            is_new: false,
            is_removed: true,
            size: 0,
        });
        let mut files: Vec<DraftFile> = shown.chain(gone).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        PolicyDraft { files, ..item(&self.draft) }
    }
}

/// Writes changes as one revision of the draft and reads it again.
pub(super) async fn change(
    services: &Services,
    caller: &Caller,
    loaded: &Loaded,
    expected: i64,
    files: Vec<(String, FileChange)>,
) -> ApiResult<Loaded> {
    loaded.require_open()?;
    loaded.require_revision(expected)?;
    let id = loaded.draft.id;
    if !files.is_empty() {
        let mut tx = services.db.begin(&caller.context).await?;
        let written = drafts::change(&mut tx, caller.scope(), id, expected, files).await;
        match written {
            Ok(_) => tx.commit("修改政策草稿").await?,
            Err(StoreError::Conflict { .. }) => {
                tx.rollback().await?;
                load(services, caller, id).await?.require_revision(expected)?;
                return Err(ApiError::internal("a draft lost a race that nobody won"));
            }
            Err(other) => return Err(other.into()),
        };
    }
    load(services, caller, id).await
}

/// Changed files as changes of a draft: what is as in the base is reverted.
pub(super) fn as_changes(loaded: &Loaded, files: Vec<SourceFile>) -> Vec<(String, FileChange)> {
    let is_base = |file: &SourceFile| loaded.base.own.contains(file);
    let each = files.into_iter().map(|file| {
        let change = if is_base(&file) { FileChange::Revert } else { FileChange::Put(file.text) };
        (file.path, change)
    });
    each.collect()
}

/// A path inside a package: segments of letters, digits, `-`, `_` and `.`, none of them beginning with a point.
pub(super) fn check_path(path: &str) -> ApiResult<()> {
    let is_segment = |segment: &str| {
        !segment.is_empty()
            && !segment.starts_with('.')
            && segment.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let is_good = path.len() <= LONGEST_PATH && path.split('/').all(is_segment) && !path.starts_with("uses/");
    if is_good {
        return Ok(());
    }
    let detail = format!("“{path}”不能作文件名：用小写字母、数字、“-”“_”，如 criteria/extra.toml。");
    Err(ApiError::field("path", "bad-path", detail))
}

/// A draft of a list, without files.
pub(super) fn item(draft: &Draft) -> PolicyDraft {
    let person = |of: &Option<(xiyuan_store::UserId, String)>| {
        of.as_ref().map(|(id, name)| Named { id: id.0, name: name.clone() })
    };
    PolicyDraft {
        id: draft.id.0,
        policy: draft.policy.clone(),
        base_digest: draft.base_digest.clone(),
        name: draft.name.clone(),
        status: match draft.status {
            DraftStatus::Draft => types::DraftStatus::Draft,
            DraftStatus::Published => types::DraftStatus::Published,
            DraftStatus::Discarded => types::DraftStatus::Discarded,
        },
        revision: draft.revision,
        created_by: person(&draft.created_by),
        created_at: draft.created_at,
        updated_at: draft.updated_at,
        updated_by: person(&draft.updated_by),
        files: Vec::new(),
        published_digest: draft.published_digest.clone(),
    }
}
