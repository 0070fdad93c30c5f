//! "What if the threshold or the figure were …?": the same frame under other parameters, or another frame, and who flips.

use std::{collections::HashMap, time::Instant};

use xiyuan_policy::{
    outcome::{CriterionOutcome, Measured, ParkOutcome as EngineOutcome, TestOutcome},
    package::Package,
};
use xiyuan_store::{Action, ParkId, Scope, registry::parks::ParkRow};

use super::{
    CheckQuestion,
    criterion::figure,
    list::parks_in,
    numbers, ranks,
    suppose::supposed,
    types::{Distance, RunWhatIfRequest, WhatIfAnswer},
    versions::{Compared, compare},
};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult},
    http::types::{Named, OutcomeCounts},
    state::Services,
};

/// Evaluates with and without the change and answers with the difference, for parks whose figures the reader sees.
pub async fn run_what_if(
    services: &Services,
    scope: &Scope,
    request: &RunWhatIfRequest,
) -> ApiResult<WhatIfAnswer> {
    scope.require(Action::ReadFigures)?;
    let plain = CheckQuestion {
        year: Some(request.year),
        policy: request.policy.clone(),
        assessment: request.assessment.clone(),
        as_of: request.as_of.clone(),
        ..CheckQuestion::default()
    };
    let before = services.engine.evaluate(&plain.complete(services).await?).await?;
    let changed = CheckQuestion {
        parameters: request.parameters.clone().into_iter().collect(),
        readings: request.readings.clone().into_iter().collect(),
        as_of: Some(before.commit.number.0.to_string()),
        ..plain
    };
    let seen = visible_parks(services, scope).await?;
    let hypothesis = supposed(services, scope, &before, &seen, request).await?;
    let is_supposed = !hypothesis.is_empty();
    if request.scorecard.is_some() && !scope.sees_all_figures() {
        return Err(ApiError::Forbidden {
            detail: "排名要用到全部对象的数据，您的权限范围不能推演排名。".into(),
        });
    }
    let started = Instant::now();
    let after = services.engine.suppose(&changed.complete(services).await?, hypothesis).await?;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let scorecard = match &request.scorecard {
        Some(card) => Some(ranks::change(&before, &after, card).await?),
        None => None,
    };
    let Compared { before: outcomes, after: changed, flips, .. } = compare(&before, &after, &seen)?;
    Ok(WhatIfAnswer {
        milliseconds,
        known_time: before.commit.number.0,
        is_supposed,
        before: outcomes,
        after: changed,
        flips,
        distances: distances(&after, &names(&after, &seen)?),
        scorecard,
    })
}

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

fn distances(evaluated: &Evaluated, names: &HashMap<u32, Named>) -> Vec<Distance> {
    let of_park = |outcome: &EngineOutcome| {
        let park = names.get(&outcome.park.0)?.clone();
        let each = move |criterion: &CriterionOutcome| {
            let measured = measured(&criterion.test)?;
            let shown = Shown::of(&evaluated.package, measured);
            Some(Distance {
                park: park.clone(),
                criterion: evaluated.package.criteria[criterion.criterion.index()].id.clone(),
                value: shown.value,
                distance: shown.distance,
                unit: shown.unit,
            })
        };
        Some(outcome.criteria.iter().filter_map(each).collect::<Vec<_>>())
    };
    evaluated.result.parks.iter().filter_map(of_park).flatten().collect()
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
