//! One park with its history.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use uuid::Uuid;
use xiyuan_store::{
    Action, ParkId, Scope,
    registry::{
        EntityKind,
        parks::{self, ParkRow},
    },
};

use crate::{
    error::{ApiResult, Missing},
    http::{
        extract::{ApiJson, ApiPath},
        revision::etag,
        types::Named,
    },
    registry::{
        show::{Industries, shown_history},
        types::ParkDetail,
    },
    session::Caller,
    state::{AppState, Services},
};

/// One park with its history; `ETag` is its revision.
#[utoipa::path(
    get,
    path = "/parks/{id}",
    operation_id = "get_park",
    tag = "园区",
    params(("id" = Uuid, Path, description = "Park")),
    responses((status = 200, description = "OK", body = ParkDetail))
)]
pub(crate) async fn get_park(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    let detail = detail(&state, caller.scope(), ParkId(id)).await?;
    Ok((etag(detail.revision), ApiJson(detail)).into_response())
}

/// A park as its page shows it.
pub(crate) async fn detail(services: &Services, scope: &Scope, id: ParkId) -> ApiResult<ParkDetail> {
    let row = parks::get(&services.db, scope, id, services.today()).await.or_missing("园区")?;
    let industries = Industries::of(services.engine.default_package().await?.as_deref());
    let history = shown_history(&services.db, scope, EntityKind::Park, id.0).await?;
    let can_edit = can_edit(scope, &row);
    let ParkRow { park, district_name, operator_name, leading_industry, enterprises } = row;
    Ok(ParkDetail {
        id: park.id.0,
        name: park.data.name,
        code: park.data.code.unwrap_or_default(),
        district: Named { id: park.data.district.0, name: district_name },
        operator: park.data.operator.zip(operator_name).map(|(id, name)| Named { id: id.0, name }),
        leading_industry: leading_industry.map(|code| industries.name(&code)),
        enterprises: u32::try_from(enterprises).unwrap_or(u32::MAX),
        address: park.data.address,
        four_sides: park.data.four_sides,
        recognised_on: park.data.recognised_on,
        is_demo: park.data.is_demo,
        revision: park.revision,
        can_edit,
        history,
    })
}

fn can_edit(scope: &Scope, row: &ParkRow) -> bool {
    let reach = scope.reach(Action::EditRegistry);
    reach.all
        || reach.districts.contains(&row.park.data.district)
        || row.park.data.operator.is_some_and(|operator| reach.operators.contains(&operator))
}
