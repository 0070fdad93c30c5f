//! The comparison itself.

use std::collections::HashMap;

use xiyuan_policy::{frame::ParkIx, plan::IndicatorIx};
use xiyuan_store::{Action, ParkId, Scope, registry::parks::ParkRow};

use super::{
    decisions::{digest, touched},
    shown,
    types::{ChangesAnswer, CriterionChange, ListChangesQuery, Moment, ParkChange},
};
use crate::{
    checks::{CheckQuestion, sight::Sight, visible_parks},
    engine::{Evaluated, Question},
    error::{ApiError, ApiResult},
    http::types::{Named, OutcomeCounts},
    state::Services,
};

/// What differs between two known times, for parks whose figures the reader sees.
pub(super) async fn find(
    services: &Services,
    scope: &Scope,
    query: ListChangesQuery,
) -> ApiResult<ChangesAnswer> {
    scope.require(Action::ReadFigures)?;
    let (from, to) = moments(services, &query).await?;
    let question = CheckQuestion {
        year: query.year,
        policy: query.policy,
        assessment: query.assessment,
        ..CheckQuestion::default()
    };
    let question = question.complete(services).await?;
    let as_of = |moment: Moment| Question { as_of: Some(moment.known_time.to_string()), ..question.clone() };
    let before = services.engine.evaluate(&as_of(from)).await?;
    let after = services.engine.evaluate(&as_of(to)).await?;
    let mut seen = visible_parks(services, scope).await?;
    seen.retain(|row| query.park.is_none_or(|park| row.park.id.0 == park));
    if query.park.is_some() && seen.is_empty() {
        return Err(ApiError::not_found("园区"));
    }
    let figures = services.engine.touched_figures(&before, &after).await?;
    let times = (before.commit.number, after.commit.number);
    let mut decisions = touched(services, scope, &after, times, &seen).await?;
    let mut items = Vec::new();
    for row in &seen {
        let both = Both { before: &before, after: &after };
        let mut change = both.park(services, scope, row, &figures).await?;
        change.decisions = decisions.remove(&row.park.id).unwrap_or_default();
        let is_same = change.before == change.after && change.criteria.is_empty();
        if !(is_same && change.figures.is_empty() && change.decisions.is_empty()) {
            items.push(change);
        }
    }
    let place = |change: &ParkChange| {
        let is_same = |one: &CriterionChange| one.before == one.after;
        (change.before == change.after, change.criteria.iter().all(is_same))
    };
    items.sort_by_key(place);
    Ok(ChangesAnswer {
        year: after.run.period.last_day().year(),
        policy: after.package.id.clone(),
        assessment: after.package.assessments[after.run.assessment].id.clone(),
        from,
        to,
        before: count(&before, &seen),
        after: count(&after, &seen),
        items,
    })
}

/// Both known times, the earlier first.
async fn moments(services: &Services, query: &ListChangesQuery) -> ApiResult<(Moment, Moment)> {
    let moment = async |text: Option<&str>| -> ApiResult<Moment> {
        let commit = services.engine.commit(text).await?;
        let instant = (commit.number.0 > 0).then_some(commit.instant);
        Ok(Moment { known_time: commit.number.0, instant })
    };
    if query.from.trim().is_empty() {
        return Err(ApiError::field("from", "required", "请填写起始数据时点。"));
    }
    let (from, to) = (moment(Some(query.from.trim())).await?, moment(query.to.as_deref()).await?);
    if from.known_time > to.known_time {
        return Err(ApiError::field("from", "dates", "起始数据时点晚于截止数据时点。"));
    }
    Ok((from, to))
}

fn count(evaluated: &Evaluated, seen: &[ParkRow]) -> OutcomeCounts {
    let mut counts = OutcomeCounts::default();
    let outcomes = seen.iter().filter_map(|row| evaluated.of_park(row.park.id));
    outcomes.for_each(|outcome| counts.add(outcome.outcome.into()));
    counts
}

/// Two evaluations of one package.
struct Both<'e> {
    before: &'e Evaluated,
    after: &'e Evaluated,
}

impl Both<'_> {
    async fn park(
        &self,
        services: &Services,
        scope: &Scope,
        row: &ParkRow,
        touched: &HashMap<ParkIx, Vec<IndicatorIx>>,
    ) -> ApiResult<ParkChange> {
        let Self { before, after } = *self;
        let id = row.park.id;
        let (old, new) = (before.of_park(id), after.of_park(id));
        let mut change = ParkChange {
            park: Named { id: id.0, name: row.park.data.name.clone() },
            district: Named { id: row.park.data.district.0, name: row.district_name.clone() },
            before: old.map(|old| old.outcome.into()),
            after: new.map(|new| new.outcome.into()),
            criteria: Vec::new(),
            figures: Vec::new(),
            decisions: Vec::new(),
        };
        let Some(new) = new else { return Ok(change) };
        if old.is_none_or(|old| digest(before, old) != digest(after, new)) {
            change.criteria = shown::criteria((before, old), (after, new));
        }
        if let Some(touched) = touched.get(&new.park) {
            let sees_all = self.sees_all(services, scope, id).await?;
            let parks = ((before, old.map(|old| old.park)), (after, new.park));
            change.figures = shown::figures(parks.0, parks.1, touched, sees_all)?;
        }
        Ok(change)
    }

    /// Whether the reader sees every member that the park has now or had then.
    async fn sees_all(&self, services: &Services, scope: &Scope, park: ParkId) -> ApiResult<bool> {
        for evaluated in [self.before, self.after] {
            let Some(outcome) = evaluated.of_park(park) else { continue };
            let period = evaluated.run.period;
            let sight = Sight::of_park(services, scope, &evaluated.frame, outcome.park, period).await?;
            if !sight.sees_all() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
