//! The HTTP side of imports.

use axum::extract::Multipart;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::{ApiJson, ApiPath, ApiQuery};
use crate::http::paging::Page;
use crate::imports::types::ApplyImportRequest;
use crate::imports::types::CreateImportForm;
use crate::imports::types::Import;
use crate::imports::types::ImportKind;
use crate::imports::types::ImportProblem;
use crate::imports::types::UpdateImportMappingRequest;
use crate::session::Caller;
use crate::state::AppState;

/// Upload a file; it is read and checked in the background and changes nothing yet.
#[utoipa::path(
    post,
    path = "/imports",
    operation_id = "create_import",
    tag = "导入",
    request_body(content = CreateImportForm, content_type = "multipart/form-data"),
    responses((status = 202, description = "OK", body = Import))
)]
pub(crate) async fn create_import(
    State(_state): State<AppState>,
    _caller: Caller,
    _form: Multipart,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}

/// Filters of imports.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListImportsQuery {
    /// What the file brings.
    #[serde(default)]
    pub kind: Option<ImportKind>,
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Imports of the reader, newest first.
#[utoipa::path(
    get,
    path = "/imports",
    operation_id = "list_imports",
    tag = "导入",
    params(ListImportsQuery),
    responses((status = 200, description = "OK", body = Page<Import>))
)]
pub(crate) async fn list_imports(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<ListImportsQuery>,
) -> ApiResult<ApiJson<Page<Import>>> {
    Err(ApiError::internal("not wired yet"))
}

/// Which template.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetImportTemplateQuery {
    /// What the file brings.
    pub kind: ImportKind,
    /// Form id, for filings.
    #[serde(default)]
    pub form: Option<String>,
    /// `2025` or `2025-03`, for filings.
    #[serde(default)]
    pub period: Option<String>,
}

/// An empty spreadsheet to fill in.
#[utoipa::path(
    get,
    path = "/imports/template.xlsx",
    operation_id = "get_import_template",
    tag = "导入",
    params(GetImportTemplateQuery),
    responses((status = 200, description = "xlsx", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>))
)]
pub(crate) async fn get_import_template(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiQuery(_query): ApiQuery<GetImportTemplateQuery>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}

/// One import.
#[utoipa::path(
    get,
    path = "/imports/{id}",
    operation_id = "get_import",
    tag = "导入",
    params(("id" = Uuid, Path, description = "Import")),
    responses((status = 200, description = "OK", body = Import))
)]
pub(crate) async fn get_import(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Import>> {
    Err(ApiError::internal("not wired yet"))
}

/// Correct sheet, head rows or columns; the file is read again.
#[utoipa::path(
    put,
    path = "/imports/{id}/mapping",
    operation_id = "update_import_mapping",
    tag = "导入",
    params(("id" = Uuid, Path, description = "Import")),
    request_body = UpdateImportMappingRequest,
    responses((status = 202, description = "OK", body = Import))
)]
pub(crate) async fn update_import_mapping(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    ApiJson(_request): ApiJson<UpdateImportMappingRequest>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}

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
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    ApiQuery(_query): ApiQuery<ListImportProblemsQuery>,
) -> ApiResult<ApiJson<Page<ImportProblem>>> {
    Err(ApiError::internal("not wired yet"))
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
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}

/// Publish the rows in one step.
#[utoipa::path(
    post,
    path = "/imports/{id}/apply",
    operation_id = "apply_import",
    tag = "导入",
    params(("id" = Uuid, Path, description = "Import")),
    request_body = ApplyImportRequest,
    responses((status = 202, description = "OK", body = Import))
)]
pub(crate) async fn apply_import(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
    ApiJson(_request): ApiJson<ApplyImportRequest>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}

/// Take a published import back as a whole.
#[utoipa::path(
    post,
    path = "/imports/{id}/undo",
    operation_id = "undo_import",
    tag = "导入",
    params(("id" = Uuid, Path, description = "Import")),
    responses((status = 202, description = "OK", body = Import))
)]
pub(crate) async fn undo_import(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}

/// Stop an import that is not published.
#[utoipa::path(
    post,
    path = "/imports/{id}/cancel",
    operation_id = "cancel_import",
    tag = "导入",
    params(("id" = Uuid, Path, description = "Import")),
    responses((status = 200, description = "OK", body = Import))
)]
pub(crate) async fn cancel_import(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Import>> {
    Err(ApiError::internal("not wired yet"))
}

/// Server-sent events named `progress`, each with the import; ends when nothing more will change.
#[utoipa::path(
    get,
    path = "/imports/{id}/events",
    operation_id = "watch_import",
    tag = "导入",
    params(("id" = Uuid, Path, description = "Import")),
    responses((status = 200, description = "Events", content_type = "text/event-stream", body = String))
)]
pub(crate) async fn watch_import(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiPath(_id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    Err(ApiError::internal("not wired yet"))
}
