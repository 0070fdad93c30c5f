//! The list as a spreadsheet.

use axum::{extract::State, response::Response};
use xiyuan_store::audit::Entry;

use super::{
    list::items,
    types::{ListRulingsQuery, RulingItem, RulingKind},
};
use crate::{
    error::ApiResult,
    http::{extract::ApiQuery, files, sheets},
    session::Caller,
    state::AppState,
};

const HEAD: [&str; 16] = [
    "类别",
    "所属市(县)区",
    "园区名称",
    "条件或条款",
    "条文理解或裁量内容说明",
    "原文",
    "起始日期",
    "截止日期",
    "理由说明",
    "批准依据",
    "状态",
    "决定人",
    "决定时间",
    "撤销理由说明",
    "撤销人",
    "撤销时间",
];

/// Rulings as a spreadsheet.
#[utoipa::path(
    get,
    path = "/rulings.xlsx",
    operation_id = "export_rulings",
    tag = "裁定",
    params(ListRulingsQuery),
    responses((
        status = 200,
        description = "xlsx",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = Vec<u8>
    ))
)]
pub(crate) async fn export_rulings(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListRulingsQuery>,
) -> ApiResult<Response> {
    let items = items(&state, caller.scope(), query).await?;
    caller.note_read(&state, Entry::done("export_rulings", "ruling", items.len()));
    let bytes = sheets::table("裁定", &HEAD, items.iter().map(row))?;
    Ok(files::download("裁定.xlsx", files::XLSX, bytes))
}

fn row(item: &RulingItem) -> Vec<String> {
    let kind = match item.kind {
        RulingKind::Reading => "条文理解",
        RulingKind::Exception => "例外",
        RulingKind::Discretion => "裁量",
    };
    let about = item.criterion.as_ref().or(item.clause.as_ref()).map(|term| term.text.clone());
    let decided = item.reading.as_ref().map(|reading| reading.text.clone()).or_else(|| item.decision.clone());
    let named = |named: &Option<crate::http::types::Named>| named.as_ref().map(|named| named.name.clone());
    let revoked = item.revoked.as_ref();
    let cells = [
        Some(kind.to_owned()),
        named(&item.district),
        named(&item.park),
        about,
        decided,
        item.quote.clone(),
        Some(item.from.to_string()),
        item.until.map(|until| until.to_string()),
        Some(item.reason.clone()),
        item.basis.clone(),
        Some(item.status.label().to_owned()),
        Some(format!("{}（{}）", item.by, item.by_role)),
        Some(local(item.at)),
        revoked.map(|revoked| revoked.reason.clone()),
        revoked.map(|revoked| revoked.by.clone()),
        revoked.map(|revoked| local(revoked.at)),
    ];
    cells.into_iter().map(Option::unwrap_or_default).collect()
}

/// The clock of the office.
fn local(at: jiff::Timestamp) -> String {
    let office = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    office.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}
