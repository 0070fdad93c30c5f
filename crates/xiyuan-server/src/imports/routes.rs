//! The HTTP side of imports.

use axum::{
    extract::{Multipart, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use sm3::{Digest, Sm3};
use utoipa::IntoParams;
use uuid::Uuid;
use xiyuan_store::{Action, ImportId, PageRequest, imports};

use super::{
    create::{self, NewFile},
    show, steps,
    template::{kind_of, template},
    types::{ApplyImportRequest, CreateImportForm, Import, ImportKind, UpdateImportMappingRequest},
    work::{self, Worker},
};
use crate::{
    error::{ApiError, ApiResult},
    evidence::content::file_name,
    http::{
        extract::{ApiJson, ApiPath, ApiQuery},
        files,
        idempotency::Idempotency,
        multipart,
        paging::{Page, page_limit},
    },
    session::Caller,
    state::{AppState, Services},
};

/// The caller as the one who works on an import, with the clock read again where a step takes long.
pub(super) fn worker(caller: &Caller) -> Worker {
    Worker { context: caller.context.clone(), scope: caller.scope().clone() }
}

async fn shown(services: &Services, worker: &Worker, id: ImportId) -> ApiResult<Import> {
    Ok(show::import(services, steps::get(services, worker, id).await?))
}

/// Filters of imports.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListImportsQuery {
    /// Rows of a page, 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Cursor of the page before.
    #[serde(default)]
    pub after: Option<String>,
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
    State(state): State<AppState>,
    caller: Caller,
    key: Idempotency,
    form: Multipart,
) -> ApiResult<Response> {
    caller.scope().require(Action::ImportFilings)?;
    let upload = multipart::read(form, state.config.limits.import_bytes).await?;
    let kind = kind_of(upload.text("kind")?).ok_or_else(|| {
        ApiError::field("kind", "unknown-kind", "导入类别应为园区、企业、入园关系或填报数据。")
    })?;
    let form = upload.find("form").map(str::to_owned);
    let period = upload.find("period").map(str::to_owned);
    let (sent, content) = upload.into_file()?;
    let name = file_name(&sent)?;
    let request = (kind, name.clone(), hex::encode(Sm3::digest(&content)));
    let worker = worker(&caller);
    let id = if let Some(id) = key.first(&state, &caller, &request).await? {
        ImportId(id)
    } else {
        let file = NewFile { kind, form, period, name, content };
        let id = create::create_once(&state, &worker, file, Some((&key, &request))).await?;
        work::start_reading(&state, worker.clone(), id);
        id
    };
    Ok((StatusCode::ACCEPTED, ApiJson(shown(&state, &worker, id).await?)).into_response())
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
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ListImportsQuery>,
) -> ApiResult<ApiJson<Page<Import>>> {
    if !caller.scope().may(Action::ImportFilings) {
        return Ok(ApiJson(Page { items: Vec::new(), total: 0, next: None }));
    }
    let page = PageRequest { limit: page_limit(query.limit)?, after: query.after };
    let found = imports::list(&state.db, &caller.context, caller.scope(), &page).await?;
    let items = found.items.into_iter().map(|import| show::import(&state, import)).collect();
    Ok(ApiJson(Page { items, total: found.total, next: found.next }))
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
    State(state): State<AppState>,
    _caller: Caller,
    ApiQuery(query): ApiQuery<GetImportTemplateQuery>,
) -> ApiResult<Response> {
    let package = state.engine.default_package().await?;
    let (form, period) = (query.form.as_deref(), query.period.as_deref());
    let (name, bytes) = template(package.as_deref(), query.kind, form, period)?;
    Ok(files::download(&name, files::XLSX, bytes))
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
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Import>> {
    Ok(ApiJson(shown(&state, &worker(&caller), ImportId(id)).await?))
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
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(request): ApiJson<UpdateImportMappingRequest>,
) -> ApiResult<Response> {
    let (worker, id) = (worker(&caller), ImportId(id));
    steps::choose_mapping(&state, &worker, id, &request).await?;
    work::start_reading(&state, worker.clone(), id);
    Ok((StatusCode::ACCEPTED, ApiJson(shown(&state, &worker, id).await?)).into_response())
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
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(request): ApiJson<ApplyImportRequest>,
) -> ApiResult<Response> {
    let (worker, id) = (worker(&caller), ImportId(id));
    if steps::begin_applying(&state, &worker, id, &request).await? {
        work::start_applying(&state, worker.clone(), id, request.mode, request.accept_questions);
    }
    Ok((StatusCode::ACCEPTED, ApiJson(shown(&state, &worker, id).await?)).into_response())
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
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    let (worker, id) = (worker(&caller), ImportId(id));
    steps::undo(&state, &worker, id).await?;
    Ok((StatusCode::ACCEPTED, ApiJson(shown(&state, &worker, id).await?)).into_response())
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
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Import>> {
    let (worker, id) = (worker(&caller), ImportId(id));
    steps::cancel(&state, &worker, id).await?;
    Ok(ApiJson(shown(&state, &worker, id).await?))
}
