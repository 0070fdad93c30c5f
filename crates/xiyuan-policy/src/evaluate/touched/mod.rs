//! What a change of the figures changes: figures, outcomes, flips – found without evaluating everything again.
//!
//! First everything that could have changed is found by going from the changed inputs through the formulas ([`reach`]),
//! then only that is computed and compared. Law: the answer is the one of evaluating everything twice.

mod differing;
mod dirt;
mod reach;

pub use differing::differing;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::test::Tester;
use super::{EvaluationError, Figures, Run, Stage, index};
use crate::frame::{Change, EnterpriseIx, Frame, GroupIx, ParkIx, Period, RecordOrdinal, SubjectIx};
use crate::outcome::{Coverage, CriterionOutcome, Figure, Outcome, ParkOutcome, RunResult};
use crate::package::{Frequency, Indicator, Package, Subject, Test, Threshold};
use crate::plan::{CriterionIx, Expression, IndicatorIx, each_child};
use crate::what_if::{Flip, flips};
use reach::Reach;

/// From so many subjects on it pays to compute what they read of all enterprises at once.
const MANY: usize = 12;

/// An outcome that changed in anything: the outcome itself, its figure, what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeChange {
    /// Which park.
    pub park: ParkIx,
    /// Which criterion.
    pub criterion: CriterionIx,
    /// Before.
    pub before: Outcome,
    /// After.
    pub after: Outcome,
}

/// Everything that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Figures of the run's period that differ, or whose subject is new; by indicator, subject in the new frame's order.
    pub figures: Vec<(IndicatorIx, SubjectIx, Period)>,
    /// Outcomes of the run's assessment that differ, by park and in the order of the assessment.
    pub outcomes: Vec<OutcomeChange>,
    /// Parks whose outcome is another one.
    pub flips: Vec<Flip>,
}

/// A result brought up to a newer frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advanced {
    /// Outcomes of every park over the newer frame.
    pub result: RunResult,
    /// Outcomes that differ.
    pub outcomes: Vec<OutcomeChange>,
    /// Parks whose outcome is another one.
    pub flips: Vec<Flip>,
}

/// What differs between two frames, the newer made from the older by [`Frame::apply`] with these changes.
pub fn touched(
    package: &Package,
    old: &Frame,
    new: &Frame,
    changes: &[Change],
    run: &Run,
) -> Result<Touched, EvaluationError> {
    let mut reach = Reach::new(package, old, new, changes);
    let parks = parks(&mut reach, run)?;
    let stage = stage(package, old, run, &parks)?;
    let before: Vec<ParkOutcome> = parks
        .par_iter()
        .map(|(park, _)| super::park_outcome(package, old, run, &stage.columns(), *park))
        .collect::<Result<_, _>>()?;
    let stage = self::stage(package, new, run, &parks)?;
    let after = parks
        .par_iter()
        .zip(&before)
        .map(|((_, criteria), before)| patched(&stage, run, before, criteria))
        .collect::<Result<Vec<_>, _>>()?;
    let outcomes =
        before.iter().zip(&after).flat_map(|(before, after)| outcome_changes(before, after)).collect();
    let flips = flips(&RunResult { parks: before }, &RunResult { parks: after });
    let figures = figures(&mut reach, run)?;
    Ok(Touched { figures, outcomes, flips })
}

/// The result over a newer frame, from the one over the older frame from which [`Frame::apply`] made it with these
/// changes: only what they reach is computed.
pub fn advance(
    package: &Package,
    (old, new): (&Frame, &Frame),
    changes: &[Change],
    run: &Run,
    before: &RunResult,
) -> Result<Advanced, EvaluationError> {
    let mut reach = Reach::new(package, old, new, changes);
    let parks = parks(&mut reach, run)?;
    let stage = stage(package, new, run, &parks)?;
    let of_before = |park: ParkIx| before.parks.get(park.0 as usize).filter(|outcome| outcome.park == park);
    let after = parks
        .par_iter()
        .map(|(park, criteria)| match of_before(*park) {
            Some(before) => patched(&stage, run, before, criteria),
            None => super::park_outcome(package, new, run, &stage.columns(), *park),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut result = before.clone();
    let mut outcomes = Vec::new();
    for after in after {
        let place = &mut result.parks[after.park.0 as usize];
        outcomes.extend(outcome_changes(place, &after));
        *place = after;
    }
    let flips = flips(before, &result);
    Ok(Advanced { result, outcomes, flips })
}

/// Parks of which some criterion may have changed, with the positions of these criteria in the assessment.
type Candidates = Vec<(ParkIx, Vec<usize>)>;

fn parks(reach: &mut Reach<'_>, run: &Run) -> Result<Candidates, EvaluationError> {
    let package = reach.package;
    let assessment = package.assessments.get(run.assessment).ok_or(EvaluationError::UnknownAssessment)?;
    let count = index(reach.new.parks().len());
    let mut found: BTreeMap<ParkIx, Vec<usize>> = BTreeMap::new();
    for (position, criterion) in assessment.criteria.iter().enumerate() {
        let Some(test) = chosen(package, reach.new, run, *criterion) else { continue };
        let mut set = reach.test(test, run.period);
        set.add(&reach.rulings(*criterion));
        for park in set.within(count) {
            found.entry(ParkIx(park)).or_default().push(position);
        }
    }
    Ok(found.into_iter().collect())
}

/// The test under the reading of the run; one that is not there is reported where it is tested.
fn chosen<'p>(package: &'p Package, frame: &Frame, run: &Run, criterion: CriterionIx) -> Option<&'p Test> {
    let reading = run.reading(frame, criterion);
    package.criteria[criterion.index()].readings.get(reading).map(|reading| &reading.test)
}

/// Holds what the candidates read of all enterprises and groups, where that pays.
fn stage<'a>(
    package: &'a Package,
    frame: &'a Frame,
    run: &Run,
    parks: &Candidates,
) -> Result<Stage<'a>, EvaluationError> {
    let mut stage = Stage::new(package, frame, run.overrides.clone());
    let mut positions: Vec<usize> = parks.iter().flat_map(|(_, positions)| positions).copied().collect();
    positions.sort_unstable();
    positions.dedup();
    for position in positions {
        let criterion = package.assessments[run.assessment].criteria[position];
        let Some(test) = chosen(package, frame, run, criterion) else { continue };
        if parks.len() >= MANY || any_expression(package, test, &|expression| is_wider(package, expression)) {
            stage.require_test(test, run.period)?;
        }
    }
    Ok(stage)
}

fn any_expression(package: &Package, test: &Test, holds: &dyn Fn(&Expression) -> bool) -> bool {
    match test {
        Test::Indicator { indicator, threshold, .. } => {
            let line = match threshold {
                Threshold::Expression { expression, .. } => holds(expression),
                Threshold::Parameter(_) => false,
            };
            line || holds(&package.indicators[indicator.index()].expression)
        }
        Test::All { tests } | Test::Any { tests } => {
            tests.iter().any(|test| any_expression(package, test, holds))
        }
        Test::Fact { .. } | Test::Evidence { .. } => false,
    }
}

/// Whether a formula reads figures of groups, through other indicators too.
fn is_wider(package: &Package, expression: &Expression) -> bool {
    if let Expression::Wider { .. } = expression {
        return true;
    }
    let mut found = false;
    each_child(package, expression, &mut |child| found = found || is_wider(package, child));
    found
}

/// A park's outcome with some criteria tested anew.
fn patched(
    stage: &Stage<'_>,
    run: &Run,
    before: &ParkOutcome,
    criteria: &[usize],
) -> Result<ParkOutcome, EvaluationError> {
    let (package, frame) = (stage.package(), stage.frame());
    let figures = stage.columns();
    let tester = Tester { package, frame, run, figures: &figures, park: before.park };
    let mut after = before.clone();
    for position in criteria {
        let place = &mut after.criteria[*position];
        *place = tester.criterion(place.criterion)?;
    }
    let hard = after.criteria.iter().filter(|outcome| !package.criteria[outcome.criterion.index()].is_soft);
    after.outcome = hard.map(CriterionOutcome::outcome).fold(Outcome::Met, Outcome::and);
    Ok(after)
}

fn outcome_changes<'a>(
    before: &'a ParkOutcome,
    after: &'a ParkOutcome,
) -> impl Iterator<Item = OutcomeChange> + 'a {
    let pairs = before.criteria.iter().zip(&after.criteria).filter(|(before, after)| before != after);
    pairs.map(|(old, new)| OutcomeChange {
        park: before.park,
        criterion: old.criterion,
        before: old.outcome(),
        after: new.outcome(),
    })
}

fn figures(
    reach: &mut Reach<'_>,
    run: &Run,
) -> Result<Vec<(IndicatorIx, SubjectIx, Period)>, EvaluationError> {
    let (package, old, new) = (reach.package, reach.old, reach.new);
    let mut before = Stage::new(package, old, run.overrides.clone());
    let mut after = Stage::new(package, new, run.overrides.clone());
    let mut found = Vec::new();
    for (position, rule) in package.indicators.iter().enumerate() {
        if !is_due(rule, run.period) {
            continue;
        }
        let indicator = IndicatorIx(index(position));
        let candidates = candidates(reach, indicator, rule.subject, run.period);
        if candidates.len() >= MANY || is_wider(package, &rule.expression) {
            before.require(indicator, run.period)?;
            after.require(indicator, run.period)?;
        }
        let differs = |(then, now): &(Option<SubjectIx>, SubjectIx)| -> Result<bool, EvaluationError> {
            let Some(then) = then else { return Ok(true) };
            let then = answer(&before, indicator, *then, run.period)?;
            Ok(then != answer(&after, indicator, *now, run.period)?)
        };
        let differing = candidates
            .par_iter()
            .map(|pair| differs(pair).map(|differs| differs.then_some((indicator, pair.1, run.period))))
            .collect::<Result<Vec<_>, _>>()?;
        found.extend(differing.into_iter().flatten());
    }
    Ok(found)
}

/// Whether an indicator has figures of a period.
fn is_due(rule: &Indicator, period: Period) -> bool {
    matches!(
        (rule.frequency, period),
        (Frequency::Year, Period::Year(_)) | (Frequency::Month, Period::Month(..))
    )
}

fn answer(
    stage: &Stage<'_>,
    indicator: IndicatorIx,
    subject: SubjectIx,
    period: Period,
) -> Result<(Figure, Coverage), EvaluationError> {
    stage.columns().figure(indicator, subject, period)
}

/// Subjects whose figure may differ: who they were in the older frame, and who they are.
fn candidates(
    reach: &mut Reach<'_>,
    indicator: IndicatorIx,
    subject: Subject,
    period: Period,
) -> Vec<(Option<SubjectIx>, SubjectIx)> {
    let set = reach.figures(indicator, subject, period);
    let (old, new) = (reach.old, reach.new);
    let ordinals = |count: usize, before: usize| {
        let (count, before) = (index(count), index(before));
        let mut all = set.within(before);
        all.extend(before..count);
        all
    };
    let pair = |was_there: bool, subject: SubjectIx| (was_there.then_some(subject), subject);
    match subject {
        Subject::Park => {
            let count = new.parks().len();
            let parks = ordinals(count, old.parks().len()).into_iter();
            parks
                .map(|park| pair((park as usize) < old.parks().len(), SubjectIx::Park(ParkIx(park))))
                .collect()
        }
        Subject::Enterprise => {
            let before = old.enterprise_count();
            let all = ordinals(new.enterprise_count(), before).into_iter();
            all.map(|at| pair((at as usize) < before, SubjectIx::Enterprise(EnterpriseIx(at)))).collect()
        }
        Subject::Record(kind) => {
            let before = old.record_count();
            let all = ordinals(new.record_count(), before).into_iter().map(RecordOrdinal);
            let of_kind = all.filter(|record| new.record_owner(*record).0 == kind);
            of_kind.map(|record| pair((record.0 as usize) < before, SubjectIx::Record(record))).collect()
        }
        Subject::Group(grouping) => {
            let groups: Vec<GroupIx> = new.groups(grouping).collect();
            let groups = groups.into_iter().map(|group| (reach.was(group), group));
            let candidates = groups.filter(|(was, group)| was.is_none() || set.has(group.0));
            candidates.map(|(was, group)| (was.map(SubjectIx::Group), SubjectIx::Group(group))).collect()
        }
        Subject::City => Vec::new(),
    }
}
