//! Make a ruling, checked against the policy as it is in force.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use xiyuan_policy::package::{Criterion, Package};
use xiyuan_store::{
    InvalidCode, ParkId, Role, RulingId, StoreError,
    registry::parks,
    rulings::{self, Matter, NewRuling},
};

use super::{
    named::{clause, criterion, item},
    types::{CreateRulingRequest, RulingItem, RulingKind},
};
use crate::{
    error::{ApiError, ApiResult, Missing},
    http::{extract::ApiJson, idempotency::Idempotency},
    session::Caller,
    state::AppState,
};

/// Days of a ruling lie within these.
const DAYS: (Date, Date) = (Date::constant(1949, 10, 1), Date::constant(2200, 12, 31));

/// Choose a reading, approve an exception of a soft norm, or record what was decided where the text leaves it open.
#[utoipa::path(
    post,
    path = "/rulings",
    operation_id = "create_ruling",
    tag = "裁定",
    request_body = CreateRulingRequest,
    responses((status = 201, description = "OK", body = RulingItem))
)]
pub(crate) async fn create_ruling(
    State(state): State<AppState>,
    caller: Caller,
    key: Idempotency,
    ApiJson(request): ApiJson<CreateRulingRequest>,
) -> ApiResult<Response> {
    let package = state.engine.require_package(request.policy.as_deref()).await?;
    let id = match key.first(&state, &caller, &request).await? {
        Some(id) => RulingId(id),
        None => create(&state, &caller, &key, &package, &request).await?,
    };
    let ruling = rulings::get(&state.db, caller.scope(), id).await.or_missing("裁定")?;
    let answer = item(&package, caller.scope(), &ruling, state.today());
    Ok((StatusCode::CREATED, ApiJson(answer)).into_response())
}

async fn create(
    state: &AppState,
    caller: &Caller,
    key: &Idempotency,
    package: &Package,
    request: &CreateRulingRequest,
) -> ApiResult<RulingId> {
    let new = checked(package, request)?;
    if let Some(park) = new.matter.park() {
        parks::get(&state.db, caller.scope(), park, caller.context.today()).await.or_missing("园区")?;
    }
    let label = match request.kind {
        RulingKind::Reading => "确定条文理解",
        RulingKind::Exception => "批准例外",
        RulingKind::Discretion => "记录裁量",
    };
    let mut tx = state.db.begin(&caller.context).await?;
    let id = rulings::insert(&mut tx, caller.scope(), new).await.map_err(|error| match error {
        StoreError::Invalid(invalid) if invalid.code == InvalidCode::Duplicate => {
            ApiError::refused("ruling-stands", "内容和起止日期都相同的裁定已经有效，无须重复。")
        }
        other => other.into(),
    })?;
    key.keep(&mut tx, request, id.0).await?;
    tx.commit(label).await?;
    Ok(id)
}

fn required<'r>(field: &str, value: Option<&'r String>, detail: &str) -> ApiResult<&'r str> {
    let text = value.map(|text| text.trim()).filter(|text| !text.is_empty());
    text.ok_or_else(|| ApiError::field(field, "required", detail))
}

fn checked(package: &Package, request: &CreateRulingRequest) -> ApiResult<NewRuling> {
    let (matter, role) = matter(package, request)?;
    required("reason", Some(&request.reason), "请写明理由。")?;
    if request.kind == RulingKind::Exception {
        required("basis", request.basis.as_ref(), "请写明批准依据（文号、会议纪要等）。")?;
    }
    let within = |day: Date| DAYS.0 <= day && day <= DAYS.1;
    if !within(request.from) {
        return Err(ApiError::field("from", "out-of-range", "起始日期超出可用范围。"));
    }
    if let Some(until) = request.until {
        if until < request.from {
            return Err(ApiError::field("until", "dates", "截止日期不能早于起始日期。"));
        }
        if !within(until) {
            return Err(ApiError::field("until", "out-of-range", "截止日期超出可用范围。"));
        }
    }
    Ok(NewRuling {
        policy: package.id.clone(),
        matter,
        from: request.from,
        until: request.until,
        reason: request.reason.clone(),
        basis: request.basis.clone(),
        role,
    })
}

fn matter(package: &Package, request: &CreateRulingRequest) -> ApiResult<(Matter, Role)> {
    match request.kind {
        RulingKind::Reading => {
            let declared = find(package, request)?;
            let reading = required("reading", request.reading.as_ref(), "请选择条文理解。")?;
            if !declared.readings.iter().any(|known| known.id == reading) {
                let detail = format!("条件“{}”没有“{reading}”这一理解。", declared.name);
                return Err(ApiError::field("reading", "unknown-reading", detail));
            }
            let (criterion, reading) = (declared.id.clone(), reading.to_owned());
            Ok((Matter::Reading { criterion, reading }, Role::CityOfficer))
        }
        RulingKind::Exception => {
            let declared = find(package, request)?;
            if !declared.is_soft {
                let detail = format!("“{}”不是软性要求，原文没有留出例外的余地。", declared.name);
                return Err(ApiError::field("criterion", "not-soft", detail));
            }
            let park = request.park.ok_or_else(|| ApiError::field("park", "required", "请选择园区。"))?;
            let criterion = declared.id.clone();
            Ok((Matter::Exception { criterion, park: ParkId(park) }, Role::CityOfficer))
        }
        RulingKind::Discretion => {
            let id = required("clause", request.clause.as_ref(), "请选择条款。")?;
            let declared = clause(package, id).ok_or_else(|| {
                ApiError::field("clause", "unknown-clause", format!("政策没有条款“{id}”。"))
            })?;
            let quote = required("quote", request.quote.as_ref(), "请选择原文中留有余地的文字。")?;
            let soft = declared.soft.iter().find(|soft| soft.quote == quote).ok_or_else(|| {
                let detail = format!("条款 {id} 中没有登记“{quote}”为留有余地的文字。");
                ApiError::field("quote", "unknown-quote", detail)
            })?;
            let decision = required("decision", request.decision.as_ref(), "请写明如何裁量。")?;
            let role = Role::from_id(&soft.decided_by).ok_or_else(|| {
                ApiError::internal(format!("package names an unknown role {}", soft.decided_by))
            })?;
            let matter = Matter::Discretion {
                clause: id.to_owned(),
                quote: quote.to_owned(),
                park: request.park.map(ParkId),
                decision: decision.to_owned(),
            };
            Ok((matter, role))
        }
    }
}

fn find<'p>(package: &'p Package, request: &CreateRulingRequest) -> ApiResult<&'p Criterion> {
    let id = required("criterion", request.criterion.as_ref(), "请选择条件。")?;
    criterion(package, id)
        .ok_or_else(|| ApiError::field("criterion", "unknown-criterion", format!("政策没有条件“{id}”。")))
}
