//! File figures: a new filing or a new revision of one.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use uuid::Uuid;
use xiyuan_policy::frame::Period;
use xiyuan_policy::package::{Form, Frequency, Package, Subject};
use xiyuan_store::{
    FilingId, SubjectId,
    filings::{self, Merge, NewFiling},
    packing::{Value, Values},
    parse_period,
    registry::Origin,
};

use super::{checks, get::detail, values};
use crate::{
    error::{ApiError, ApiResult, Missing, ProblemEntry},
    filings::types::{CreateFilingRequest, FilingDetail},
    http::{extract::ApiJson, idempotency::Idempotency},
    session::Caller,
    state::AppState,
};

/// File figures: a new filing or a new revision of one. Soft checks that do not hold need a reason.
#[utoipa::path(
    post,
    path = "/filings",
    operation_id = "create_filing",
    tag = "填报",
    request_body = CreateFilingRequest,
    responses((status = 201, description = "OK", body = FilingDetail))
)]
pub(crate) async fn create_filing(
    State(state): State<AppState>,
    caller: Caller,
    key: Idempotency,
    ApiJson(request): ApiJson<CreateFilingRequest>,
) -> ApiResult<Response> {
    let id = match key.first(&state, &caller, &request).await? {
        Some(id) => FilingId(id),
        None => create(&state, &caller, &key, &request).await?,
    };
    let detail = detail(&state, caller.scope(), id).await?;
    Ok((StatusCode::CREATED, ApiJson(detail)).into_response())
}

async fn create(
    state: &AppState,
    caller: &Caller,
    key: &Idempotency,
    request: &CreateFilingRequest,
) -> ApiResult<FilingId> {
    let package = state.engine.require_package(None).await?;
    let form = values::find_form(&package, &request.form)
        .ok_or_else(|| ApiError::field("form", "unknown-form", format!("没有表单“{}”。", request.form)))?;
    let period = period_of(form, &request.period)?;
    let values = read_values(&package, form, request)?;
    checks::refuse(&package, form, &values, period.last_day(), request.reason.as_deref())?;
    let filing = NewFiling {
        subject: subject_of(form, request.subject),
        form: form.id.clone(),
        period,
        values,
        merge: Merge::Overlay,
        expected: None,
    };
    let origin = Origin { import: None, reason: request.reason.clone() };
    let mut tx = state.db.begin(&caller.context).await?;
    let saved = filings::insert(&mut tx, caller.scope(), filing, &origin).await.or_missing("填报对象")?;
    key.keep(&mut tx, request, saved.id.0).await?;
    tx.commit("填报").await?;
    Ok(saved.id)
}

/// Period of a form from its text; the kind of period must fit.
pub(crate) fn period_of(form: &Form, text: &str) -> ApiResult<Period> {
    let period = parse_period(text)
        .map_err(|_| ApiError::field("period", "malformed", "期间应写作 2025（年报）或 2025-03（月报）。"))?;
    match (form.frequency, period) {
        (Frequency::Year, Period::Year(_)) | (Frequency::Month, Period::Month(..)) => Ok(period),
        (Frequency::Year, _) => Err(ApiError::field(
            "period",
            "wrong-frequency",
            format!("“{}”是年报，期间应为年份。", form.name),
        )),
        (Frequency::Month, _) => Err(ApiError::field(
            "period",
            "wrong-frequency",
            format!("“{}”是月报，期间应为月份。", form.name),
        )),
    }
}

fn subject_of(form: &Form, id: Uuid) -> SubjectId {
    let kind: Subject = form.subject;
    SubjectId { kind, id }
}

/// Every value by field id; all that are bad are named at once.
fn read_values(package: &Package, form: &Form, request: &CreateFilingRequest) -> ApiResult<Values> {
    let mut values = Values::new();
    let mut errors = Vec::new();
    let entry = |key: &str, code: &str, message: String| ProblemEntry {
        field: Some(key.to_owned()),
        code: code.to_owned(),
        message,
        ..ProblemEntry::default()
    };
    for (key, text) in &request.values {
        let Some(field) = values::form_fields(package, &form.id).find(|field| field.key == *key) else {
            errors.push(entry(key, "unknown-field", format!("表单“{}”没有字段“{key}”。", form.name)));
            continue;
        };
        match text.as_deref().map(|text| values::parse(package, field, text)) {
            None => {
                values.insert(field.id.clone(), Value::Missing);
            }
            Some(Ok(value)) => {
                values.insert(field.id.clone(), value);
            }
            Some(Err(bad)) => errors.push(entry(key, bad.code, bad.message)),
        }
    }
    if errors.is_empty() {
        return Ok(values);
    }
    let detail = format!("有 {} 项填报内容不符合要求。", errors.len());
    Err(ApiError::Invalid { code: "invalid-values", detail, errors })
}
