//! Two versions of a policy over the same parks at the same known time: who flips. Parks and conditions are matched by
//! id, so that the versions may have other conditions or fields.

use std::{collections::HashMap, sync::Arc, time::Instant};

use xiyuan_policy::{
    outcome::{CriterionOutcome, Outcome, ParkOutcome as EngineOutcome},
    package::Package,
};
use xiyuan_store::{Action, Scope, registry::parks::ParkRow};

use super::{
    CheckQuestion,
    seen::{Shown, count, measured, movable_parks, names},
    types::{Flip, FlipCriterion},
};
use crate::{
    engine::{Evaluated, run::find_assessment},
    error::ApiResult,
    http::types::OutcomeCounts,
    state::Services,
};

/// What differs between two evaluations.
#[derive(Debug)]
pub(crate) struct Compared {
    /// Parks that the reader sees.
    pub parks: u32,
    /// Outcomes before.
    pub before: OutcomeCounts,
    /// Outcomes after.
    pub after: OutcomeCounts,
    /// Parks of which the outcome, or the outcome of a condition, changes.
    pub flips: Vec<Flip>,
}

/// Two versions over the same parks.
#[derive(Debug)]
pub(crate) struct ComparedVersions {
    /// What differs.
    pub compared: Compared,
    /// Parks of the reader that are left out, as not every member of theirs may be seen.
    pub hidden: u32,
    /// Commit up to which everything was known.
    pub known_time: i64,
    /// Time of both evaluations.
    pub milliseconds: u64,
}

/// Evaluates two versions for a year, of the parks whose figures the reader sees. The assessment is the earlier
/// version's first when none is named; both need it.
pub(crate) async fn compare_versions(
    services: &Services,
    scope: &Scope,
    (before, after): (Arc<Package>, Arc<Package>),
    year: i16,
    assessment: Option<&str>,
) -> ApiResult<ComparedVersions> {
    scope.require(Action::ReadFigures)?;
    let question = CheckQuestion { year: Some(year), ..CheckQuestion::default() };
    let year = question.complete(services).await?.year;
    let first = find_assessment(&before, assessment)?;
    let id = before.assessments[first].id.clone();
    let second = find_assessment(&after, Some(&id))?;
    let commit = services.engine.commit(None).await?;
    let started = Instant::now();
    let before = services.engine.evaluate_package(before, first, year, commit).await?;
    let after = services.engine.evaluate_package(after, second, year, commit).await?;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let seen = movable_parks(services, scope, &before).await?;
    let compared = compare(&before, &after, &seen.rows)?;
    Ok(ComparedVersions { compared, hidden: seen.hidden, known_time: commit.number.0, milliseconds })
}

/// Compares two evaluations of the same known time over the parks that are seen.
pub(super) fn compare(before: &Evaluated, after: &Evaluated, seen: &[ParkRow]) -> ApiResult<Compared> {
    let (names, later_names) = (names(before, seen)?, names(after, seen)?);
    let later: HashMap<_, _> = after.result.parks.iter().map(|park| (park.park, park)).collect();
    let mut flips = Vec::new();
    for old in &before.result.parks {
        let Some(park) = names.get(&old.park.0) else { continue };
        let found = after.frame.find_park(&before.frame.park(old.park).id);
        let Some(new) = found.and_then(|park| later.get(&park)) else { continue };
        let criteria = criteria(before, after, old, new);
        if old.outcome != new.outcome || !criteria.is_empty() {
            flips.push(Flip {
                park: park.clone(),
                before: old.outcome.into(),
                after: new.outcome.into(),
                criteria,
            });
        }
    }
    Ok(Compared {
        parks: u32::try_from(names.len()).unwrap_or(u32::MAX),
        before: count(before, &names),
        after: count(after, &later_names),
        flips,
    })
}

/// Conditions that change, in the later version's order, then those that it no longer has. A condition that one of
/// the versions does not have holds nobody back there: it counts as met.
fn criteria(
    before: &Evaluated,
    after: &Evaluated,
    old: &EngineOutcome,
    new: &EngineOutcome,
) -> Vec<FlipCriterion> {
    let outcome = |found: Option<&CriterionOutcome>| found.map_or(Outcome::Met, CriterionOutcome::outcome);
    let in_new = new.criteria.iter().filter_map(|criterion| {
        let earlier = find(before, old, id_of(after, criterion));
        flip(after, criterion, outcome(earlier), criterion.outcome())
    });
    let gone = old.criteria.iter().filter_map(|criterion| {
        let is_gone = find(after, new, id_of(before, criterion)).is_none();
        is_gone.then(|| flip(before, criterion, criterion.outcome(), Outcome::Met)).flatten()
    });
    in_new.chain(gone).collect()
}

fn id_of<'e>(evaluated: &'e Evaluated, criterion: &CriterionOutcome) -> &'e str {
    &evaluated.package.criteria[criterion.criterion.index()].id
}

fn find<'o>(evaluated: &Evaluated, park: &'o EngineOutcome, id: &str) -> Option<&'o CriterionOutcome> {
    park.criteria.iter().find(|criterion| id_of(evaluated, criterion) == id)
}

fn flip(
    of: &Evaluated,
    criterion: &CriterionOutcome,
    before: Outcome,
    after: Outcome,
) -> Option<FlipCriterion> {
    if before == after {
        return None;
    }
    let declared = &of.package.criteria[criterion.criterion.index()];
    let shown = measured(&criterion.test).map(|measured| Shown::of(&of.package, measured));
    let shown = shown.unwrap_or_default();
    Some(FlipCriterion {
        id: declared.id.clone(),
        name: declared.name.clone(),
        before: before.into(),
        after: after.into(),
        value: shown.value,
        unit: shown.unit,
        threshold: shown.threshold,
        distance: shown.distance,
    })
}
