//! `xiyuan import`: the same steps as the page takes, in one run: read and check, then publish or leave it.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio::sync::watch;
use xiyuan_server::imports::create::{NewFile, create};
use xiyuan_server::imports::types::{
    ApplyImportRequest, ApplyMode, Import as Shown, ImportKind, ImportProblem, ImportStatus, ProblemSeverity,
};
use xiyuan_server::imports::work::{self, Worker};
use xiyuan_server::imports::{show, steps};
use xiyuan_server::state::{Stage, Work};
use xiyuan_server::{ApiError, AppState};
use xiyuan_sheets::column_letters;
use xiyuan_store::imports::{self, Severity};
use xiyuan_store::{ImportId, PageRequest};

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print};
use crate::settings::{Settings, Wishes};

/// Problems that are printed; the page shows and exports all of them.
const MOST_PROBLEMS: usize = 1_000;
/// Rows between two lines of progress.
const ROWS_PER_LINE: u64 = 10_000;

/// What a file can bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// 园区
    Parks,
    /// 企业
    Enterprises,
    /// 企业入园关系
    Memberships,
    /// 填报数
    Filings,
}

/// Options.
#[derive(Args, Debug)]
pub struct Import {
    /// 文件里是什么
    #[arg(value_enum)]
    kind: Kind,
    /// 文件（xlsx、xls、csv；csv 可为 UTF-8 或 GB18030）
    file: PathBuf,
    /// 报表标识，导入填报数时须写
    #[arg(long, value_name = "ID")]
    form: Option<String>,
    /// 期间，如 2025，导入填报数时须写
    #[arg(long, value_name = "P")]
    period: Option<String>,
    /// 只检查，不写入
    #[arg(long)]
    dry_run: bool,
    /// 只导入合格的行；不写则有一行不合格就全不导入
    #[arg(long)]
    good_rows_only: bool,
    /// 需要确认的行已经核对过
    #[arg(long)]
    accept_questions: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    is_dry_run: bool,
    is_applied: bool,
    /// Why nothing was written, where that was not asked for.
    refusal: Option<String>,
    #[serde(flatten)]
    import: Shown,
    problems: Vec<ImportProblem>,
    problems_total: u64,
}

/// Imports.
pub async fn run(place: &Place, command: Import) -> Result<Answer, Failure> {
    let settings = Settings::read(place, Wishes::default())?;
    // The folder is only held to see whether a server is at work, whose imports must not be taken for dead ones.
    let is_alone = opened::hold(&settings)?.is_some() && settings.sqlite_file().is_some();
    let services = opened::open_with(&settings, is_alone).await?;
    let report = import(&services, command).await?;
    services.db.close().await;
    print(place.format, &report, text)?;
    let is_clean = report.import.counts.refused == 0 && report.import.counts.accepted > 0;
    Ok(Answer::of(is_clean && report.refusal.is_none() && report.import.error.is_none()))
}

async fn import(services: &AppState, command: Import) -> Result<Report, Failure> {
    let content = fs::read(&command.file).map_err(Failure::file("读取", &command.file))?;
    if content.len() as u64 > services.config.limits.import_bytes {
        return Err(ApiError::TooLarge { limit: services.config.limits.import_bytes }.into());
    }
    let name = command.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let kind = match command.kind {
        Kind::Parks => ImportKind::Parks,
        Kind::Enterprises => ImportKind::Enterprises,
        Kind::Memberships => ImportKind::Memberships,
        Kind::Filings => ImportKind::Filings,
    };
    let worker = Worker { context: services.own_context("import"), scope: opened::scope() };
    let file = NewFile { kind, form: command.form, period: command.period, name, content };
    let id = create(services, &worker, file).await?;
    at_work(services, id, async |work| work::read(services, &worker, id, &work).await).await?;
    let mode = if command.good_rows_only { ApplyMode::GoodRowsOnly } else { ApplyMode::AllOrNothing };
    let request = ApplyImportRequest { mode, accept_questions: command.accept_questions };
    let refusal = if command.dry_run { None } else { apply(services, &worker, id, request).await? };
    let report = report(services, &worker, id, command.dry_run, refusal).await?;
    if report.import.status == ImportStatus::Ready {
        // Nobody will come back to it: what was checked is told, and the file is given up.
        steps::cancel(services, &worker, id).await?;
    }
    Ok(report)
}

/// Publishes; answers why not, when the state of the file does not allow it.
async fn apply(
    services: &AppState,
    worker: &Worker,
    id: ImportId,
    request: ApplyImportRequest,
) -> Result<Option<String>, Failure> {
    match steps::begin_applying(services, worker, id, &request).await {
        Ok(_) => {}
        Err(ApiError::Refused { detail, .. }) => return Ok(Some(detail)),
        Err(error) => return Err(error.into()),
    }
    let ApplyImportRequest { mode, accept_questions } = request;
    at_work(services, id, async |at| work::apply(services, worker, id, mode, accept_questions, &at).await)
        .await?;
    let stored = steps::get(services, worker, id).await?;
    Ok(stored.error)
}

/// Runs a step and tells its progress on stderr.
async fn at_work(
    services: &AppState,
    id: ImportId,
    step: impl AsyncFnOnce(Arc<Work>) -> Result<(), ApiError>,
) -> Result<(), Failure> {
    let work = services.imports.begin(id);
    let telling = services.imports.watch(id).map(|stages| tokio::spawn(tell(stages)));
    let done = step(Arc::clone(&work)).await;
    services.imports.end(id, &work);
    drop(work);
    if let Some(telling) = telling {
        telling.abort();
    }
    Ok(done?)
}

async fn tell(mut stages: watch::Receiver<Stage>) {
    let mut told: Option<(String, u64)> = None;
    while stages.changed().await.is_ok() {
        let progress = stages.borrow_and_update().progress.clone();
        let line = (progress.phase.clone(), progress.done / ROWS_PER_LINE);
        if told.as_ref() != Some(&line) {
            match progress.total {
                Some(total) => eprintln!("{} {}/{total} 行", progress.phase, progress.done),
                None => eprintln!("{} {} 行", progress.phase, progress.done),
            }
            told = Some(line);
        }
    }
}

async fn report(
    services: &AppState,
    worker: &Worker,
    id: ImportId,
    is_dry_run: bool,
    refusal: Option<String>,
) -> Result<Report, Failure> {
    let mut page = PageRequest { limit: 500, after: None };
    let mut problems = Vec::new();
    let mut problems_total;
    loop {
        let found = imports::problems(&services.db, &worker.context, &worker.scope, id, &page).await?;
        problems_total = found.total;
        problems.extend(found.items.into_iter().map(|problem| ImportProblem {
            row: problem.row.into(),
            column: problem.column,
            letter: problem.column.map(|column| column_letters(column.saturating_sub(1) as usize)),
            head: problem.head,
            value: problem.value,
            severity: match problem.severity {
                Severity::Refuse => ProblemSeverity::Refuse,
                Severity::Question => ProblemSeverity::Question,
            },
            code: problem.code,
            message: problem.message,
        }));
        page.after = found.next;
        if page.after.is_none() || problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    let import = show::import(services, steps::get(services, worker, id).await?);
    let is_applied = import.status == ImportStatus::Applied;
    Ok(Report { is_dry_run, is_applied, refusal, import, problems, problems_total })
}

fn text(report: &Report) -> String {
    let mut out = Vec::new();
    for problem in &report.problems {
        let ImportProblem { row, letter, head, value, message, severity, .. } = problem;
        let place =
            letter.as_deref().map_or_else(|| format!("第 {row} 行"), |letter| format!("{letter}{row}"));
        let head = head.as_deref().map(|head| format!("“{head}”")).unwrap_or_default();
        let value = value.as_deref().map(|value| format!("“{value}”：")).unwrap_or_default();
        let mark = if *severity == ProblemSeverity::Refuse { "不能导入" } else { "需确认" };
        out.push(format!("{place} {head}{value}{message}（{mark}）\n"));
    }
    let left = report.problems_total.saturating_sub(report.problems.len() as u64);
    if left > 0 {
        out.push(format!("……另有 {left} 处\n"));
    }
    for finding in &report.import.findings {
        out.push(format!("{}\n", finding.message));
    }
    let counts = &report.import.counts;
    out.push(format!(
        "读 {} 行，数据 {} 行，可导入 {} 行，不能导入 {} 行，需确认 {} 行；新增 {}、更新 {}、不变 {}；数值 {} 个，空缺 {} 个\n校验和（SM3）：{}\n",
        counts.read, counts.data, counts.accepted, counts.refused, counts.questioned,
        counts.created, counts.updated, counts.unchanged, counts.values, counts.missing_cells,
        report.import.checksum,
    ));
    let end = match (&report.refusal, &report.import.error) {
        (Some(why), _) | (None, Some(why)) => format!("没有写入：{why}"),
        _ if report.is_dry_run => "只是检查，没有写入。".to_owned(),
        _ if report.is_applied => {
            let commit = report
                .import
                .applied_commit
                .map(|commit| format!("（数据时点 {commit}）"))
                .unwrap_or_default();
            format!("已导入{commit}。")
        }
        _ => "没有写入。".to_owned(),
    };
    out.push(end);
    out.concat()
}
