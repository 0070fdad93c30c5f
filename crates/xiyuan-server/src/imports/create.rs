//! Taking a file in: what it brings is settled, nothing is read yet.

use xiyuan_policy::package::Frequency;
use xiyuan_store::{
    Action, ImportId,
    imports::{self, NewImport},
};

use super::{show::stored_kind, targets, types::ImportKind, work::Worker};
use crate::{
    error::{ApiError, ApiResult},
    filings::{period_of, values::find_form},
    http::idempotency::Idempotency,
    state::Services,
};

/// A file with what it is said to bring.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// What it brings.
    pub kind: ImportKind,
    /// Form id, for filings.
    pub form: Option<String>,
    /// `2025` or `2025-03`, for filings.
    pub period: Option<String>,
    /// Name of the file.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Keeps the file as a new import, still to be read.
pub async fn create(services: &Services, worker: &Worker, file: NewFile) -> ApiResult<ImportId> {
    create_once(services, worker, file, None).await
}

/// The same, keeping an idempotency key with it.
pub(super) async fn create_once(
    services: &Services,
    worker: &Worker,
    file: NewFile,
    key: Option<(&Idempotency, &(ImportKind, String, String))>,
) -> ApiResult<ImportId> {
    worker.scope.require(Action::ImportFilings)?;
    let package = services.engine.default_package().await?;
    let (form, period) = match file.kind {
        ImportKind::Filings => {
            targets::targets(package.as_deref(), file.kind, file.form.as_deref())?;
            let form = package.as_deref().and_then(|package| find_form(package, file.form.as_deref()?));
            let form = form.ok_or_else(|| ApiError::field("form", "required", "请选择要导入的报表。"))?;
            let text = file.period.as_deref().unwrap_or_default();
            if text.is_empty() {
                let what = if form.frequency == Frequency::Year { "年度" } else { "月份" };
                return Err(ApiError::field("period", "required", format!("请选择填报{what}。")));
            }
            (Some(form.id.clone()), Some(period_of(form, text)?))
        }
        _ => (None, None),
    };
    if file.content.is_empty() {
        return Err(ApiError::field("file", "empty", "文件是空的。"));
    }
    let new = NewImport {
        kind: stored_kind(file.kind),
        form,
        period,
        package_digest: package.map(|package| package.digest.clone()),
        file_name: file.name,
        content: file.content,
    };
    let mut tx = services.db.begin(&worker.context).await?;
    let id = imports::insert(&mut tx, &worker.scope, new).await?;
    if let Some((key, request)) = key {
        key.keep(&mut tx, request, id.0).await?;
    }
    tx.commit("上传导入文件").await?;
    Ok(id)
}
