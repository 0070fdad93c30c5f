//! The list of parks as a spreadsheet.

use axum::{extract::State, response::Response};

use super::list::{ListParksQuery, all_parks};
use crate::{
    error::ApiResult,
    http::{extract::ApiQuery, files, sheets},
    session::Caller,
    state::AppState,
};

/// The same list as a spreadsheet, all pages.
#[utoipa::path(
    get,
    path = "/parks.xlsx",
    operation_id = "export_parks",
    tag = "园区",
    params(ListParksQuery),
    responses((
        status = 200,
        description = "xlsx",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = Vec<u8>
    ))
)]
pub(crate) async fn export_parks(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListParksQuery>,
) -> ApiResult<Response> {
    let items = all_parks(&state, &caller, &query).await?;
    let head = [
        "园区名称",
        "所属市(县)区",
        "运营管理主体",
        "主导产业",
        "企业数（家）",
        "自评结论",
        "满足（项）",
        "不满足（项）",
        "暂不能判定（项）",
        "备注",
    ];
    let rows = items.into_iter().map(|item| {
        vec![
            item.name,
            item.district.name,
            item.operator.map(|operator| operator.name).unwrap_or_default(),
            item.leading_industry.map(|industry| industry.name).unwrap_or_default(),
            item.enterprises.to_string(),
            item.outcome.map(|outcome| outcome.label().to_owned()).unwrap_or_default(),
            item.met.to_string(),
            item.not_met.to_string(),
            item.undecided.to_string(),
            if item.is_demo { "演示数据".to_owned() } else { String::new() },
        ]
    });
    let bytes = sheets::table("园区", &head, rows)?;
    Ok(files::download("园区.xlsx", files::XLSX, bytes))
}
