//! What of an evaluation a reader sees: parks by name, how many have which outcome, a measured test in its unit.

use std::collections::{HashMap, HashSet};

use xiyuan_policy::{
    frame::EnterpriseIx,
    outcome::{Measured, TestOutcome},
    package::Package,
};
use xiyuan_store::{
    Action, EnterpriseId, ParkId, Scope,
    registry::{enterprises, parks::ParkRow},
};

use super::{criterion::figure, list::parks_in, numbers, sight::enterprise_id};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult},
    http::types::{Named, OutcomeCounts},
    state::Services,
};

/// Parks whose figures the reader sees, if not always to the last member.
pub(crate) async fn visible_parks(services: &Services, scope: &Scope) -> ApiResult<Vec<ParkRow>> {
    let reach = scope.reach(Action::ReadFigures);
    let mut rows = parks_in(services, scope).await?;
    rows.retain(|row| {
        reach.all
            || reach.districts.contains(&row.park.data.district)
            || row.park.data.operator.is_some_and(|operator| reach.operators.contains(&operator))
    });
    Ok(rows)
}

/// Parks for which a reader may move thresholds and figures.
pub(super) struct Movable {
    pub(super) rows: Vec<ParkRow>,
    /// Parks of the reader that are left out.
    pub(super) hidden: u32,
}

/// Of the parks whose figures the reader sees those of which he sees every member of the year: a threshold that is moved
/// back and forth would tell what the hidden one filed.
pub(super) async fn movable_parks(
    services: &Services,
    scope: &Scope,
    evaluated: &Evaluated,
) -> ApiResult<Movable> {
    let mut rows = visible_parks(services, scope).await?;
    if scope.sees_all_figures() {
        return Ok(Movable { rows, hidden: 0 });
    }
    let frame = &evaluated.frame;
    let mut members: HashMap<ParkId, HashSet<EnterpriseId>> = HashMap::new();
    for row in &rows {
        let Some(park) = frame.find_park(&row.park.id.to_string()) else { continue };
        let ids = frame
            .members(evaluated.run.period, park)
            .iter()
            .map(|member| enterprise_id(frame, EnterpriseIx(*member)));
        members.insert(row.park.id, ids.collect::<ApiResult<_>>()?);
    }
    let everyone: HashSet<EnterpriseId> = members.values().flatten().copied().collect();
    let everyone: Vec<EnterpriseId> = everyone.into_iter().collect();
    let seen = async |action| enterprises::visible(&services.db, scope, action, &everyone).await;
    let (figures, sensitive) = (seen(Action::ReadFigures).await?, seen(Action::ReadSensitive).await?);
    let before = rows.len();
    rows.retain(|row| {
        let of_park = members.get(&row.park.id);
        of_park.is_none_or(|ids| ids.iter().all(|id| figures.contains(id) && sensitive.contains(id)))
    });
    let hidden = u32::try_from(before - rows.len()).unwrap_or(u32::MAX);
    Ok(Movable { rows, hidden })
}

/// Names of the seen parks by their position in the frame.
pub(super) fn names(evaluated: &Evaluated, rows: &[ParkRow]) -> ApiResult<HashMap<u32, Named>> {
    let by_id: HashMap<ParkId, &ParkRow> = rows.iter().map(|row| (row.park.id, row)).collect();
    let mut names = HashMap::new();
    for outcome in &evaluated.result.parks {
        let id: ParkId = evaluated.frame.park(outcome.park).id.parse().map_err(ApiError::internal)?;
        if let Some(row) = by_id.get(&id) {
            names.insert(outcome.park.0, Named { id: id.0, name: row.park.data.name.clone() });
        }
    }
    Ok(names)
}

pub(super) fn count(evaluated: &Evaluated, names: &HashMap<u32, Named>) -> OutcomeCounts {
    let mut counts = OutcomeCounts::default();
    let seen = evaluated.result.parks.iter().filter(|outcome| names.contains_key(&outcome.park.0));
    seen.for_each(|outcome| counts.add(outcome.outcome.into()));
    counts
}

/// The figures of a test; of a group, of its first measured part.
pub(super) fn measured(test: &TestOutcome) -> Option<&Measured> {
    test.measured.as_ref().or_else(|| test.parts.iter().find_map(measured))
}

/// A measured test in the unit that people read.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) value: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) threshold: Option<String>,
    pub(super) distance: Option<String>,
}

impl Shown {
    pub(super) fn of(package: &Package, measured: &Measured) -> Self {
        let rule = &package.indicators[measured.indicator.index()];
        let factor = rule.unit_factor;
        let (value, _) = figure(&measured.figure);
        Self {
            value: value
                .and_then(|value| numbers::shown_beside(value, measured.threshold, factor, rule.decimals)),
            unit: Some(rule.unit.clone()),
            threshold: measured.threshold.and_then(|threshold| numbers::exactly(threshold, factor)),
            distance: measured
                .distance
                .and_then(|distance| numbers::shown_distance(distance, factor, rule.decimals)),
        }
    }
}
