//! What differs between two frames that were not made from each other: everything is computed on both sides, and
//! subjects are matched by their ids.

use rayon::prelude::*;

use super::{answer, is_due};
use crate::evaluate::{EvaluationError, Run, Stage, index};
use crate::frame::{EnterpriseIx, Frame, Period, RecordOrdinal, SubjectIx, SubjectKey};
use crate::outcome::{Coverage, Figure, Missing};
use crate::package::{Package, Subject};
use crate::plan::IndicatorIx;

/// Figures of one kind of subject in the run's period that differ, or whose subject is new; by indicator, subject in the
/// new frame's order.
///
/// Law: for a newer frame made by [`Frame::apply`] these are the figures of [`super::touched`].
pub fn differing(
    package: &Package,
    (old, new): (&Frame, &Frame),
    run: &Run,
    kind: Subject,
) -> Result<Vec<(IndicatorIx, SubjectIx, Period)>, EvaluationError> {
    let mut before = Stage::new(package, old, run.overrides.clone());
    let mut after = Stage::new(package, new, run.overrides.clone());
    let pairs: Vec<_> =
        subjects(new, kind).into_iter().map(|now| (counterpart(old, new, now), now)).collect();
    let mut found = Vec::new();
    for (position, rule) in package.indicators.iter().enumerate() {
        if rule.subject != kind || !is_due(rule, run.period) {
            continue;
        }
        let indicator = IndicatorIx(index(position));
        before.require(indicator, run.period)?;
        after.require(indicator, run.period)?;
        let differs = |(then, now): &(Option<SubjectIx>, SubjectIx)| -> Result<bool, EvaluationError> {
            let Some(then) = then else { return Ok(true) };
            let then = answer(&before, indicator, *then, run.period)?;
            let now = answer(&after, indicator, *now, run.period)?;
            Ok(told(old, &then) != told(new, &now))
        };
        let of_indicator = pairs
            .par_iter()
            .map(|pair| differs(pair).map(|differs| differs.then_some((indicator, pair.1, run.period))))
            .collect::<Result<Vec<_>, _>>()?;
        found.extend(of_indicator.into_iter().flatten());
    }
    Ok(found)
}

fn subjects(frame: &Frame, kind: Subject) -> Vec<SubjectIx> {
    match kind {
        Subject::Park => frame.parks().map(|(park, _)| SubjectIx::Park(park)).collect(),
        Subject::Enterprise => {
            (0..index(frame.enterprise_count())).map(|at| SubjectIx::Enterprise(EnterpriseIx(at))).collect()
        }
        Subject::Record(kind) => {
            let all = (0..index(frame.record_count())).map(RecordOrdinal);
            all.filter(|record| frame.record_owner(*record).0 == kind).map(SubjectIx::Record).collect()
        }
        Subject::Group(grouping) => frame.groups(grouping).map(SubjectIx::Group).collect(),
        Subject::City => Vec::new(),
    }
}

/// The same subject in the older frame.
fn counterpart(old: &Frame, new: &Frame, subject: SubjectIx) -> Option<SubjectIx> {
    let id = &new.subject(subject).id;
    match subject {
        SubjectIx::Park(_) => old.find_park(id).map(SubjectIx::Park),
        SubjectIx::Enterprise(_) => old.find_enterprise(id).map(SubjectIx::Enterprise),
        SubjectIx::Record(record) => old.locate(&SubjectKey::Record(new.record_owner(record).0, id.clone())),
        SubjectIx::Group(group) => {
            let mut groups = old.groups(new.grouping_of(group)).map(SubjectIx::Group);
            groups.find(|then| old.subject(*then).id == *id)
        }
    }
}

/// An answer without positions of the frame: whose missing parts they are stands apart, by id and in order.
fn told<'f>(
    frame: &'f Frame,
    (figure, coverage): &(Figure, Coverage),
) -> (Figure, Coverage, Vec<(&'f str, Missing)>) {
    let nameless = |missing: &Missing| match *missing {
        Missing::Figure { subject, field, period } => {
            let first = SubjectIx::Enterprise(EnterpriseIx(0));
            (frame.subject(subject).id.as_str(), Missing::Figure { subject: first, field, period })
        }
        other => ("", other),
    };
    let mut missing: Vec<_> = figure.missing().iter().map(nameless).collect();
    missing.sort_unstable();
    let bare = match figure {
        Figure::Known { value } => Figure::Known { value: *value },
        Figure::Missing { bounds, .. } => Figure::Missing { missing: Vec::new(), bounds: *bounds },
        Figure::Undefined { reason, .. } => Figure::Undefined { reason: *reason, missing: Vec::new() },
    };
    (bare, *coverage, missing)
}
