//! "What if the threshold or the figure were …?": the same frame under other parameters, or another frame, and who flips.

use std::{collections::HashMap, time::Instant};

use xiyuan_policy::outcome::{CriterionOutcome, ParkOutcome as EngineOutcome};
use xiyuan_store::{Action, Scope};

use super::{
    CheckQuestion, ranks,
    seen::{Movable, Shown, measured, movable_parks, names},
    suppose::supposed,
    types::{Distance, RunWhatIfRequest, WhatIfAnswer},
    versions::{Compared, compare},
};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult},
    http::types::Named,
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
    let Movable { rows: seen, hidden } = movable_parks(services, scope, &before).await?;
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
        hidden,
        before: outcomes,
        after: changed,
        flips,
        distances: distances(&after, &names(&after, &seen)?),
        scorecard,
    })
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
