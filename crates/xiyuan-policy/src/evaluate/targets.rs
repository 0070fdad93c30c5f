//! How far the targets of a package are: figures of groups against their goals, parks that meet a condition.
//!
//! Nothing is assumed: a goal of which the figure lacks something is undecided, with bounds and with what is missing.

use super::test::Tester;
use super::{EvaluationError, Overrides, Run, Stage, require_criterion};
use crate::frame::{Frame, GroupIx, ParkIx, Period, SubjectIx};
use crate::outcome::{CriterionOutcome, TestOutcome};
use crate::package::{Measure, Package, Subject};
use crate::plan::TargetIx;

/// How far a target is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetProgress {
    /// Which.
    pub target: TargetIx,
    /// For which period it was computed: none after the one in which it is due.
    pub period: Period,
    /// How far.
    pub progress: Progress,
}

/// How far, by what is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The figure of each group against the goal; the whole city is one group. None when there is nobody to count.
    Groups(Vec<(GroupIx, TestOutcome)>),
    /// Whether each park meets the condition.
    Parks(Vec<(ParkIx, CriterionOutcome)>),
    /// Nothing can be counted; the target says why.
    Open,
}

/// The period for which a target is computed when a year is looked at: that year, or the one in which it was due.
pub fn target_period(package: &Package, target: TargetIx, year: i16) -> Period {
    let due = package.targets[target.index()].due.day.year();
    Period::Year(year.min(due))
}

/// Progress of one target over a frame that holds [`crate::needs::target_periods`] of its period.
pub fn target(
    package: &Package,
    frame: &Frame,
    target: TargetIx,
    period: Period,
) -> Result<TargetProgress, EvaluationError> {
    let declared = &package.targets[target.index()];
    // No assessment is run: the run only says period and overrides.
    let run = Run { assessment: 0, period, overrides: Overrides::default() };
    let mut stage = Stage::new(package, frame, run.overrides.clone());
    let progress = match &declared.measure {
        Measure::Open { .. } => Progress::Open,
        Measure::Every { criterion } => {
            require_criterion(&mut stage, &run, *criterion)?;
            let figures = stage.columns();
            let each = frame.parks().map(|(park, _)| {
                let tester = Tester { package, frame, run: &run, figures: &figures, park };
                Ok((park, tester.criterion(*criterion)?))
            });
            Progress::Parks(each.collect::<Result<_, EvaluationError>>()?)
        }
        Measure::Figure { indicator, op, goal } => {
            stage.require(*indicator, period)?;
            let Subject::Group(grouping) = package.indicators[indicator.index()].subject else {
                return Err(EvaluationError::Shape { place: declared.id.clone() });
            };
            let figures = stage.columns();
            let each = frame.groups(grouping).map(|group| {
                let subject = SubjectIx::Group(group);
                let line = super::test::Line { package, frame, run: &run, figures: &figures, subject };
                Ok((group, line.against(&declared.id, *indicator, *op, goal)?))
            });
            Progress::Groups(each.collect::<Result<_, EvaluationError>>()?)
        }
    };
    Ok(TargetProgress { target, period, progress })
}
