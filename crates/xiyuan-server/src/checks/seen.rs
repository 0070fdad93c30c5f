//! What of an evaluation a reader sees: parks by name, how many have which outcome, a measured test in its unit.

use std::collections::HashMap;

use xiyuan_policy::{
    outcome::{Measured, TestOutcome},
    package::Package,
};
use xiyuan_store::{Action, ParkId, Scope, registry::parks::ParkRow};

use super::{criterion::figure, list::parks_in, numbers};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult},
    http::types::{Named, OutcomeCounts},
    state::Services,
};

/// Parks whose figures the reader sees: a threshold that is moved back and forth would tell the others' values.
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
