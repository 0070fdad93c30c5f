//! The cockpit in one request.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use xiyuan_policy::{frame::Period, package::Package};
use xiyuan_store::{
    Action, PageRequest, Scope,
    audit::{self, AuditQuery},
    filings,
    rulings::{self, Filter, Kind},
};

use crate::{
    checks::{CheckQuestion, list_checks, parks_in, types::ChecksAnswer},
    dashboard::types::{
        Dashboard, DashboardChange, DashboardCompleteness, DashboardCriterion, DashboardDistrict,
        DashboardExceptions, DashboardIndustry, DashboardParks, DashboardReported,
    },
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiQuery},
        types::{Named, OutcomeCounts},
    },
    registry::show::{Industries, organisation_names},
    rulings::Current,
    session::Caller,
    state::{AppState, Services},
    targets, wording,
};

/// Changes shown.
const CHANGES: usize = 12;
/// Entries of the audit trail that are looked through for them.
const LOOKED_THROUGH: u32 = 200;
/// Leading industries shown.
const INDUSTRIES: usize = 10;

/// Which year.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetDashboardQuery {
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
}

/// The cockpit in one request.
#[utoipa::path(
    get,
    path = "/dashboard",
    operation_id = "get_dashboard",
    tag = "驾驶舱",
    params(GetDashboardQuery),
    responses((status = 200, description = "OK", body = Dashboard))
)]
pub(crate) async fn get_dashboard(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<GetDashboardQuery>,
) -> ApiResult<ApiJson<Dashboard>> {
    let scope = caller.scope();
    scope.require(Action::ReadFigures)?;
    let package = state.engine.require_package(None).await?;
    let question = CheckQuestion { year: query.year, ..CheckQuestion::default() };
    let checks = list_checks(&state, scope, &question).await?;
    let of_year = CheckQuestion { year: Some(checks.year), ..CheckQuestion::default() };
    let year = checks.year;
    let targets = Box::pin(targets::all(&state, scope, &of_year)).await?;
    Ok(ApiJson(Dashboard {
        year: checks.year,
        known_time: checks.known_time,
        parks: parks(&checks),
        completeness: completeness(&state, scope, &package, checks.year).await?,
        industries: industries(&state, scope, &package).await?,
        criteria: checks
            .criteria
            .into_iter()
            .map(|counts| DashboardCriterion {
                id: counts.id,
                name: counts.name,
                clause: counts.clause,
                met: counts.met,
                not_met: counts.not_met,
                undecided: counts.undecided,
            })
            .collect(),
        exceptions: exceptions(&state, scope, &package, year).await?,
        targets,
        changes: changes(&state, scope).await?,
    }))
}

fn parks(checks: &ChecksAnswer) -> DashboardParks {
    let mut by_outcome = OutcomeCounts::default();
    let mut by_district: BTreeMap<&str, (&Named, OutcomeCounts)> = BTreeMap::new();
    for item in &checks.items {
        by_outcome.add(item.outcome);
        let district = by_district.entry(&item.district.name);
        district.or_insert((&item.district, OutcomeCounts::default())).1.add(item.outcome);
    }
    DashboardParks {
        total: u32::try_from(checks.items.len()).unwrap_or(u32::MAX),
        by_outcome,
        by_district: by_district
            .into_values()
            .map(|(district, counts)| DashboardDistrict {
                district: district.clone(),
                total: counts.met + counts.not_met + counts.undecided,
                met: counts.met,
                not_met: counts.not_met,
                undecided: counts.undecided,
            })
            .collect(),
    }
}

async fn exceptions(
    services: &Services,
    scope: &Scope,
    package: &Package,
    year: i16,
) -> ApiResult<Vec<DashboardExceptions>> {
    let filter =
        Filter { policy: Some(package.id.clone()), kind: Some(Kind::Exception), ..Filter::default() };
    let found = rulings::list(&services.db, scope, &filter).await?;
    let current = Current::of(package, found, Period::Year(year).last_day());
    let mut by_district: BTreeMap<String, DashboardExceptions> = BTreeMap::new();
    for park in current.iter().filter_map(|ruling| ruling.park.as_ref()) {
        let district = Named { id: park.district.0, name: park.district_name.clone() };
        let entry = by_district.entry(park.district_name.clone());
        entry.or_insert(DashboardExceptions { district, count: 0 }).count += 1;
    }
    Ok(by_district.into_values().collect())
}

async fn completeness(
    services: &Services,
    scope: &Scope,
    package: &Package,
    year: i16,
) -> ApiResult<Option<DashboardCompleteness>> {
    let Some(form) = crate::engine::yearly_enterprise_form(package) else { return Ok(None) };
    let counts = filings::completeness(&services.db, scope, &form.id, Period::Year(year)).await?;
    let names = organisation_names(&services.db, scope).await?;
    let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let mut by_district: Vec<DashboardReported> = counts
        .into_iter()
        .map(|(district, expected, reported)| DashboardReported {
            district: Named { id: district.0, name: names.get(&district.0).cloned().unwrap_or_default() },
            reported: narrow(reported),
            expected: narrow(expected),
        })
        .collect();
    by_district.sort_by(|a, b| a.district.name.cmp(&b.district.name));
    Ok(Some(DashboardCompleteness {
        form: form.id.clone(),
        form_name: form.name.clone(),
        period: year.to_string(),
        reported: by_district.iter().map(|district| district.reported).sum(),
        expected: by_district.iter().map(|district| district.expected).sum(),
        by_district,
    }))
}

async fn industries(
    services: &Services,
    scope: &Scope,
    package: &Package,
) -> ApiResult<Vec<DashboardIndustry>> {
    let names = Industries::of(Some(package));
    let mut by_code: BTreeMap<String, (u32, u64)> = BTreeMap::new();
    for row in parks_in(services, scope).await? {
        let Some(code) = row.leading_industry else { continue };
        let (parks, enterprises) = by_code.entry(code).or_default();
        *parks += 1;
        *enterprises += row.enterprises;
    }
    let mut industries: Vec<DashboardIndustry> = by_code
        .into_iter()
        .map(|(code, (parks, enterprises))| DashboardIndustry {
            name: names.name(&code).name,
            code,
            parks,
            enterprises: u32::try_from(enterprises).unwrap_or(u32::MAX),
        })
        .collect();
    industries.sort_by(|a, b| (b.parks, &a.code).cmp(&(a.parks, &b.code)));
    industries.truncate(INDUSTRIES);
    Ok(industries)
}

/// Latest changes, for readers who see the whole city; others would read of rows that are not theirs.
async fn changes(services: &Services, scope: &Scope) -> ApiResult<Vec<DashboardChange>> {
    if !scope.reach(Action::ReadFigures).all {
        return Ok(Vec::new());
    }
    let query =
        AuditQuery { page: PageRequest { limit: LOOKED_THROUGH, after: None }, ..AuditQuery::default() };
    let page = audit::list(&services.db, &Scope::system("驾驶舱近期变化"), &query).await?;
    let is_change = |action: &str| {
        let verb = action.split('_').next().unwrap_or_default();
        !matches!(verb, "read" | "export" | "log" | "end" | "change" | "stage") && !action.contains("session")
    };
    let shown = page.items.into_iter().filter(|row| row.result == "done" && is_change(&row.action));
    Ok(shown
        .take(CHANGES)
        .map(|row| DashboardChange {
            at: row.at,
            by: row.actor_name.unwrap_or_else(|| "系统".to_owned()),
            what: wording::audit_action(&row.action),
            subject: row.subject_name,
        })
        .collect())
}
