//! The work of an import in the background: reading, publishing, taking back. Plain functions, so that the command line
//! runs the same without HTTP.

use std::{io::Write as _, sync::Arc};

use tokio::sync::mpsc;
use xiyuan_policy::package::Package;
use xiyuan_sheets::{Limits, SheetError};
use xiyuan_store::{
    Context, ImportId, Scope, StoreError,
    imports::{self, Counts, Import as Stored, ImportStatus, PublishMode},
};

use super::{
    file::{self, Message, NotOpened},
    resolve::Resolver,
    show::{Mapping, kind, stored_counts},
    targets,
    types::{ApplyMode, ImportCounts, ImportFinding},
};
use crate::{
    engine::blocking,
    error::{ApiError, ApiResult},
    filings::values::find_form,
    registry::show::Industries,
    state::{AppState, Services, Work},
};

/// Batches between reader and writer.
const AHEAD: usize = 2;

/// Who works on an import.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Circumstances, with the person who asked.
    pub context: Context,
    /// What that person may do.
    pub scope: Scope,
}

/// Reads and checks a file; ends `ready`, `failed` or `cancelled`.
pub async fn read(services: &Services, worker: &Worker, id: ImportId, work: &Arc<Work>) -> ApiResult<()> {
    let outcome = read_rows(services, worker, id, work).await;
    let (status, counts, error) = match outcome {
        Ok(Some(counts)) => (ImportStatus::Ready, counts, None),
        Ok(None) => (ImportStatus::Cancelled, ImportCounts::default(), None),
        Err(error) => {
            let text = failure(&error);
            (ImportStatus::Failed, ImportCounts::default(), Some(text))
        }
    };
    let mut tx = services.db.begin(&worker.context).await?;
    let set =
        imports::set_status(&mut tx, &worker.scope, id, status, stored_counts(&counts), error.as_deref());
    match set.await {
        // Somebody cancelled or started anew meanwhile: their word stands.
        Err(StoreError::Invalid(_)) => Ok(()),
        other => {
            other?;
            tx.commit("读取导入文件").await?;
            Ok(())
        }
    }
}

/// Words for people; faults are logged and not told.
fn failure(error: &ApiError) -> String {
    if let ApiError::Internal(cause) = error {
        tracing::error!(%cause, "an import failed");
    }
    error.problem().detail
}

async fn read_rows(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    work: &Arc<Work>,
) -> ApiResult<Option<ImportCounts>> {
    let (context, scope) = (&worker.context, &worker.scope);
    let stored = imports::get(&services.db, context, scope, id).await?;
    work.tell("正在打开文件", 0, None, ImportCounts::default());
    let content = imports::file(&services.db, context, scope, id).await?;
    let package = package_of(services, &stored).await?;
    let form = match (&package, &stored.form, stored.period) {
        (Some(package), Some(form), Some(period)) => {
            find_form(package, form).map(|form| (&**package, form, period))
        }
        _ => None,
    };
    let all = targets::targets(package.as_deref(), kind(stored.kind), stored.form.as_deref())?;
    let mut mapping: Mapping = serde_json::from_value(stored.mapping.clone()).unwrap_or_default();
    mapping.size = content.len() as u64;
    mapping.fields = targets::shown(&all, package.as_deref());
    let temp = blocking(move || {
        let mut temp = tempfile::NamedTempFile::new()?;
        temp.write_all(&content)?;
        temp.flush()?;
        Ok::<_, std::io::Error>(temp)
    });
    let temp = temp.await?.map_err(ApiError::internal)?;
    let limits = Limits { file_bytes: services.config.limits.import_bytes, ..Limits::default() };
    let (path, for_open) = (temp.path().to_owned(), package.clone());
    let without_table = mapping.clone();
    let opened = blocking(move || file::open(&path, limits, &all, for_open.as_deref(), mapping)).await?;
    let opened = match opened {
        Ok(opened) => opened,
        Err(NotOpened::NoTable { sheets, error }) => {
            let mapping = Mapping { sheets, ..without_table };
            return no_table(services, worker, id, mapping, &error).await;
        }
        Err(NotOpened::Unreadable(error)) => {
            return Err(ApiError::refused("unreadable-file", format!("{error}。")));
        }
    };
    let mut mapping = opened.mapping.clone();
    keep_mapping(services, worker, id, &mapping).await?;

    let mut resolver = Resolver::new(services, scope, kind(stored.kind), form).await?;
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    let for_read = package.clone();
    let reader = tokio::task::spawn_blocking(move || {
        let industries = Industries::of(for_read.as_deref());
        opened.read(for_read.as_deref(), &industries, &sender);
    });
    let mut end = None;
    while let Some(message) = receiver.recv().await {
        if work.is_cancelled() {
            return Ok(None);
        }
        match message {
            Message::Rows(rows, passed) => {
                let count = rows.len() as u64;
                stage(services, worker, id, &mut resolver, rows).await?;
                resolver.counts.read = passed;
                work.tell("正在读取并校验", passed, None, resolver.counts);
                services.metrics.import_rows.fetch_add(count, std::sync::atomic::Ordering::Relaxed);
            }
            Message::End(findings, passed) => end = Some((findings, passed)),
            Message::Failed(text) => return Err(ApiError::refused("unreadable-file", format!("{text}。"))),
        }
    }
    reader.await.map_err(ApiError::internal)?;
    let (findings, passed) = end.ok_or_else(|| ApiError::internal("the reader ended without a word"))?;
    resolver.counts.read = passed;
    if !findings.is_empty() {
        mapping.findings.extend::<Vec<ImportFinding>>(findings);
        keep_mapping(services, worker, id, &mapping).await?;
    }
    work.tell("已校验，待确认", passed, Some(passed), resolver.counts);
    Ok(Some(resolver.counts))
}

/// A readable file in which no head was found waits for a person who says where it is.
async fn no_table(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    mut mapping: Mapping,
    error: &SheetError,
) -> ApiResult<Option<ImportCounts>> {
    let message = format!("{error}。请选择工作表和表头所在行。");
    mapping.sheet = mapping.chosen_sheet.clone().or_else(|| mapping.sheets.first().cloned());
    mapping.columns.clear();
    mapping.head_rows.clear();
    mapping.findings = vec![ImportFinding { code: "no-head".to_owned(), message }];
    keep_mapping(services, worker, id, &mapping).await?;
    Ok(Some(ImportCounts::default()))
}

async fn package_of(services: &Services, stored: &Stored) -> ApiResult<Option<Arc<Package>>> {
    match &stored.package_digest {
        Some(digest) => Ok(Some(services.engine.package_by_digest(digest).await?)),
        None => services.engine.default_package().await,
    }
}

async fn keep_mapping(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    mapping: &Mapping,
) -> ApiResult<()> {
    let value = serde_json::to_value(mapping).map_err(ApiError::internal)?;
    let mut tx = services.db.begin(&worker.context).await?;
    imports::set_mapping(&mut tx, &worker.scope, id, &value).await?;
    tx.commit("导入列对应").await?;
    Ok(())
}

async fn stage(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    resolver: &mut Resolver<'_>,
    rows: Vec<super::rows::ReadRow>,
) -> ApiResult<()> {
    let staged = resolver.resolve(rows).await?;
    let mut tx = services.db.begin(&worker.context).await?;
    imports::stage(&mut tx, &worker.scope, id, staged).await?;
    tx.commit("暂存导入数据").await?;
    Ok(())
}

/// Publishes in one transaction; ends `applied`, or goes back to `ready` with nothing written.
pub async fn apply(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    mode: ApplyMode,
    accept_questions: bool,
    work: &Arc<Work>,
) -> ApiResult<()> {
    let published = publish(services, worker, id, mode, accept_questions, work).await;
    let Err(error) = published else { return Ok(()) };
    let stored = imports::get(&services.db, &worker.context, &worker.scope, id).await?;
    let text =
        if work.is_cancelled() { "已中止写入，数据未改变。".to_owned() } else { failure(&error) };
    set_status(services, worker, id, ImportStatus::Ready, stored.counts, Some(&text)).await
}

async fn publish(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    mode: ApplyMode,
    accept_questions: bool,
    work: &Arc<Work>,
) -> ApiResult<()> {
    let stored = imports::get(&services.db, &worker.context, &worker.scope, id).await?;
    let total = stored.counts.accepted;
    let mode = match mode {
        ApplyMode::AllOrNothing => PublishMode::AllOrNothing,
        ApplyMode::GoodRowsOnly => PublishMode::GoodRowsOnly,
    };
    let telling = Arc::clone(work);
    let progress = move |done: u64| {
        telling.tell("正在写入", done, Some(total), ImportCounts::default());
        !telling.is_cancelled()
    };
    let mut tx = services.db.begin(&worker.context).await?;
    imports::publish(&mut tx, &worker.scope, id, mode, accept_questions, &progress).await?;
    tx.commit("导入").await?;
    Ok(())
}

/// Moves an import along.
pub async fn set_status(
    services: &Services,
    worker: &Worker,
    id: ImportId,
    status: ImportStatus,
    counts: Counts,
    error: Option<&str>,
) -> ApiResult<()> {
    let mut tx = services.db.begin(&worker.context).await?;
    imports::set_status(&mut tx, &worker.scope, id, status, counts, error).await?;
    tx.commit("导入状态").await?;
    Ok(())
}

/// Starts reading in the background.
pub fn start_reading(state: &AppState, worker: Worker, id: ImportId) {
    let state = Arc::clone(state);
    let work = state.imports.begin(id);
    tokio::spawn(async move {
        let _turn = state.workers.acquire().await;
        if let Err(error) = read(&state, &worker, id, &work).await {
            failure(&error);
        }
        state.imports.end(id, &work);
    });
}

/// Starts publishing in the background.
pub fn start_applying(
    state: &AppState,
    worker: Worker,
    id: ImportId,
    mode: ApplyMode,
    accept_questions: bool,
) {
    let state = Arc::clone(state);
    let work = state.imports.begin(id);
    tokio::spawn(async move {
        let _turn = state.workers.acquire().await;
        if let Err(error) = apply(&state, &worker, id, mode, accept_questions, &work).await {
            failure(&error);
        }
        state.imports.end(id, &work);
    });
}
