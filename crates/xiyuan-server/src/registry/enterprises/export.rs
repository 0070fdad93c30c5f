//! The list of enterprises as a spreadsheet.

use axum::{extract::State, response::Response};
use xiyuan_store::{PageRequest, audit::Entry, registry::enterprises};

use super::list::{ListEnterprisesQuery, store_query};
use crate::{
    error::{ApiError, ApiResult},
    http::{extract::ApiQuery, files, paging::MAX_LIMIT, sheets},
    registry::show::{Industries, enterprise_item},
    session::Caller,
    state::AppState,
};

/// Rows of one spreadsheet at most; narrower filters give the rest.
const MOST_ROWS: u64 = 200_000;

/// The same list as a spreadsheet, all pages.
#[utoipa::path(
    get,
    path = "/enterprises.xlsx",
    operation_id = "export_enterprises",
    tag = "企业",
    params(ListEnterprisesQuery),
    responses((
        status = 200,
        description = "xlsx",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = Vec<u8>
    ))
)]
pub(crate) async fn export_enterprises(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListEnterprisesQuery>,
) -> ApiResult<Response> {
    let industries = Industries::of(state.engine.default_package().await?.as_deref());
    let head = ["统一社会信用代码", "企业名称", "所属市(县)区", "所在园区", "主导产业", "备注"];
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let request = store_query(&caller, &query, PageRequest { limit: MAX_LIMIT, after });
        let page = enterprises::list(&state.db, caller.scope(), &request).await?;
        if page.total > MOST_ROWS {
            let detail =
                format!("符合条件的企业有 {} 家，超过单个表格 {MOST_ROWS} 行，请缩小筛选范围。", page.total);
            return Err(ApiError::refused("export-too-large", detail));
        }
        rows.extend(page.items.into_iter().map(|row| {
            let item = enterprise_item(row, &industries);
            vec![
                item.uscc,
                item.name,
                item.district.name,
                item.park.map(|park| park.name).unwrap_or_default(),
                item.leading_industry.map(|industry| industry.name).unwrap_or_default(),
                if item.is_demo { "演示数据".to_owned() } else { String::new() },
            ]
        }));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    caller.note_read(&state, Entry::done("export_enterprises", "enterprise", rows.len()));
    let bytes = sheets::table("企业", &head, rows.into_iter())?;
    Ok(files::download("企业.xlsx", files::XLSX, bytes))
}
