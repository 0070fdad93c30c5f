//! The list as a spreadsheet: a line per outcome, condition, figure and decision.

use axum::{extract::State, response::Response};
use xiyuan_store::audit::Entry;

use super::{
    find::find,
    types::{FigureState, ListChangesQuery, ParkChange},
};
use crate::{
    error::ApiResult,
    http::{extract::ApiQuery, files, sheets, types::OutcomeName},
    session::Caller,
    state::AppState,
};

const HEAD: [&str; 8] = ["所属市(县)区", "园区名称", "类别", "名称", "原", "现", "单位", "说明"];

/// What changed between two known times as a spreadsheet.
#[utoipa::path(
    get,
    path = "/changes.xlsx",
    operation_id = "export_changes",
    tag = "自评",
    params(ListChangesQuery),
    responses((
        status = 200,
        description = "xlsx",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = Vec<u8>
    ))
)]
pub(crate) async fn export_changes(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListChangesQuery>,
) -> ApiResult<Response> {
    let answer = find(&state, caller.scope(), query).await?;
    caller.note_read(&state, Entry::done("export_changes", "park", answer.items.len()));
    let bytes = sheets::table("变动", &HEAD, answer.items.iter().flat_map(rows))?;
    Ok(files::download("变动.xlsx", files::XLSX, bytes))
}

fn rows(change: &ParkChange) -> Vec<Vec<String>> {
    let row = |kind: &str, name: &str, [before, after]: [String; 2], unit: &str, note: String| {
        let texts = [&change.district.name, &change.park.name, kind, name];
        let mut cells: Vec<String> = texts.into_iter().map(str::to_owned).collect();
        cells.extend([before, after, unit.to_owned(), note]);
        cells
    };
    let mut rows = Vec::new();
    if change.before != change.after {
        let outcomes = [change.before, change.after].map(outcome);
        rows.push(row("总结论", "", outcomes, "", String::new()));
    }
    for one in &change.criteria {
        let note = match (one.missing_before, one.missing_after) {
            (before, after) if before == after => String::new(),
            (before, after) => format!("缺 {before} 项变为缺 {after} 项"),
        };
        rows.push(row("条件", &one.name, [one.before, one.after].map(outcome), "", note));
    }
    for one in &change.figures {
        let states = [&one.before, &one.after].map(|state| state.as_ref().map(figure).unwrap_or_default());
        rows.push(row("指标", &one.name, states, &one.unit, one.hidden.clone().unwrap_or_default()));
    }
    for one in &change.decisions {
        let outcomes = [Some(one.decision.outcome), one.now].map(outcome);
        let name = format!("{} 年度，{}", one.decision.year, one.decision.by);
        rows.push(row("已签结论", &name, outcomes, "", "所依据的数据已变动，建议复核".to_owned()));
    }
    rows
}

fn outcome(of: Option<OutcomeName>) -> String {
    of.map(|of| of.label().to_owned()).unwrap_or_default()
}

fn figure(state: &FigureState) -> String {
    if let Some(value) = state.value.clone().or_else(|| state.reason.clone()) {
        return value;
    }
    let end = |end: Option<String>| end.unwrap_or_else(|| "不限".to_owned());
    let range = state.bounds.clone().map(|bounds| format!("{} 至 {}", end(bounds.low), end(bounds.high)));
    format!("缺 {} 项{}", state.missing, range.map(|range| format!("，在 {range} 之间")).unwrap_or_default())
}
