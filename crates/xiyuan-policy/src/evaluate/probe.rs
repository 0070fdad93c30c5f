//! One criterion of one park, asked again and again over a frame that changes a little each time.

use super::form::{Form, Term, What};
use super::naive::Naive;
use super::test::Tester;
use super::{EvaluationError, Run, one_criterion};
use crate::frame::{Frame, ParkIx, SubjectIx};
use crate::number::Exact;
use crate::outcome::TestOutcome;
use crate::package::{Package, Test, Threshold};
use crate::plan::{Arithmetic, CriterionIx, Expression, FieldIx, IndicatorIx, Of, each_child};

/// The outcome of a criterion's test. Both evaluators say the same; the one is taken that has less to do for one park.
pub(crate) fn test_of_park(
    package: &Package,
    frame: &Frame,
    run: &Run,
    criterion: CriterionIx,
    park: ParkIx,
) -> Result<TestOutcome, EvaluationError> {
    let reading = run.reading(frame, criterion);
    let (mut of_members, mut of_groups) = (false, false);
    if let Some(reading) = package.criteria[criterion.index()].readings.get(reading) {
        kinds(package, &reading.test, &mut of_members, &mut of_groups);
    }
    if of_members && !of_groups {
        // Columns would compute the members' figures of the whole city.
        let naive = Naive::new(package, frame, &run.overrides);
        let tester = Tester { package, frame, run, figures: &naive, park };
        return tester.criterion(criterion).map(|outcome| outcome.test);
    }
    one_criterion(package, frame, run, criterion, park).map(|outcome| outcome.test)
}

/// Whether a test reads indicators of members, and of groups.
fn kinds(package: &Package, test: &Test, of_members: &mut bool, of_groups: &mut bool) {
    match test {
        Test::Indicator { indicator, threshold, .. } => {
            let mut walk = |expression| kinds_of(package, expression, of_members, of_groups);
            walk(&package.indicators[indicator.index()].expression);
            if let Threshold::Expression { expression, .. } = threshold {
                walk(expression);
            }
        }
        Test::All { tests } | Test::Any { tests } => {
            for test in tests {
                kinds(package, test, of_members, of_groups);
            }
        }
        Test::Fact { .. } | Test::Evidence { .. } => {}
    }
}

fn kinds_of(package: &Package, expression: &Expression, of_members: &mut bool, of_groups: &mut bool) {
    *of_members |= matches!(expression, Expression::Indicator { of: Of::Member, .. });
    *of_groups |= matches!(expression, Expression::Wider { .. });
    each_child(package, expression, &mut |child| kinds_of(package, child, of_members, of_groups));
}

/// Numerator and denominator of an indicator of which nothing is missing, where any cell of a field moves both along
/// straight lines; `None` otherwise.
pub(crate) fn plain_ratio(
    package: &Package,
    frame: &Frame,
    run: &Run,
    (indicator, subject, field): (IndicatorIx, SubjectIx, FieldIx),
) -> Result<Option<(Exact, Exact)>, EvaluationError> {
    let Some(form) = Form::of(package, indicator) else { return Ok(None) };
    if !form.terms().all(|(_, term)| is_straight(package, term, field)) {
        return Ok(None);
    }
    let naive = Naive::new(package, frame, &run.overrides);
    let scope = naive.scope(indicator, subject, run.period);
    let options = naive.options(indicator, &scope)?;
    Ok(options.filter(|options| !options.is_open()).map(|options| options.constant()))
}

fn is_straight(package: &Package, term: &Term<'_>, field: FieldIx) -> bool {
    match term.what {
        What::One | What::Cell(..) => true,
        What::Sum { argument, filter } => {
            !filter.is_some_and(|filter| reads(package, filter, field))
                && argument.is_none_or(|argument| is_affine(package, argument, field))
        }
    }
}

/// A multiple of the field's cell plus something, exactly: a quotient would be rounded.
fn is_affine(package: &Package, expression: &Expression, field: FieldIx) -> bool {
    match expression {
        Expression::Field { .. } => true,
        Expression::Negate(of) => is_affine(package, of, field),
        Expression::Arithmetic { op: Arithmetic::Add | Arithmetic::Subtract, left, right } => {
            is_affine(package, left, field) && is_affine(package, right, field)
        }
        Expression::Arithmetic { op: Arithmetic::Multiply, left, right } => {
            (is_affine(package, left, field) && !reads(package, right, field))
                || (is_affine(package, right, field) && !reads(package, left, field))
        }
        other => !reads(package, other, field),
    }
}

fn reads(package: &Package, expression: &Expression, field: FieldIx) -> bool {
    if matches!(expression, Expression::Field { field: of, .. } if *of == field) {
        return true;
    }
    let mut found = false;
    each_child(package, expression, &mut |child| found = found || reads(package, child, field));
    found
}
