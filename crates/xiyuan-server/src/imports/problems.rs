//! Bad cells of an import, each named.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use xiyuan_store::{
    ImportId, PageRequest,
    imports::{self, Problem, Severity},
};

use super::{
    routes::worker,
    rows::letters,
    steps,
    types::{ImportProblem, ProblemSeverity},
};
use crate::{
    error::{ApiResult, Missing},
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        files,
        paging::{MAX_LIMIT, Page, page_limit},
        sheets,
    },
    session::Caller,
    state::AppState,
};

/// Which page.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListImportProblemsQuery {
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Bad cells, each named.
#[utoipa::path(
    get,
    path = "/imports/{id}/problems",
    operation_id = "list_import_problems",
    tag = "导入",
    params(ListImportProblemsQuery, ("id" = Uuid, Path, description = "Import")),
    responses((status = 200, description = "OK", body = Page<ImportProblem>))
)]
pub(crate) async fn list_import_problems(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(query): ApiQuery<ListImportProblemsQuery>,
) -> ApiResult<ApiJson<Page<ImportProblem>>> {
    let page = PageRequest { limit: page_limit(query.limit)?, after: query.after };
    let found = imports::problems(&state.db, &caller.context, caller.scope(), ImportId(id), &page)
        .await
        .or_missing("导入")?;
    let items = found.items.into_iter().map(problem).collect();
    Ok(ApiJson(Page { items, total: found.total, next: found.next }))
}

fn problem(problem: Problem) -> ImportProblem {
    ImportProblem {
        row: u64::from(problem.row),
        letter: problem.column.map(letters),
        column: problem.column,
        head: problem.head,
        value: problem.value,
        severity: match problem.severity {
            Severity::Refuse => ProblemSeverity::Refuse,
            Severity::Question => ProblemSeverity::Question,
        },
        code: problem.code,
        message: problem.message,
    }
}

/// Bad cells as a spreadsheet.
#[utoipa::path(
    get,
    path = "/imports/{id}/problems.xlsx",
    operation_id = "export_import_problems",
    tag = "导入",
    params(("id" = Uuid, Path, description = "Import")),
    responses((status = 200, description = "xlsx", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>))
)]
pub(crate) async fn export_import_problems(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    let id = ImportId(id);
    let stored = steps::get(&state, &worker(&caller), id).await?;
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = PageRequest { limit: MAX_LIMIT, after };
        let found = imports::problems(&state.db, &caller.context, caller.scope(), id, &page).await?;
        rows.extend(found.items.into_iter().map(problem));
        after = found.next;
        if after.is_none() {
            break;
        }
    }
    let head = ["行号", "列", "表头名称", "单元格内容", "处理", "说明"];
    let rows = rows.into_iter().map(|problem| {
        vec![
            problem.row.to_string(),
            problem.letter.unwrap_or_default(),
            problem.head.unwrap_or_default(),
            problem.value.unwrap_or_default(),
            match problem.severity {
                ProblemSeverity::Refuse => "不能导入",
                ProblemSeverity::Question => "需要确认",
            }
            .to_owned(),
            problem.message,
        ]
    });
    let bytes = sheets::table("导入问题", &head, rows)?;
    Ok(files::download(&format!("{} 导入问题.xlsx", stored.file_name), files::XLSX, bytes))
}
