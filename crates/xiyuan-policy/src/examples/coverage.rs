//! Which sides of each threshold the worked examples show.
//!
//! Runs the examples; an expectation counts when it names a criterion and an outcome, and when the example does not
//! move the threshold itself. Says nothing about whether the expectations hold.

use super::model::{Example, ExpectedWhat};
use super::run::Stage;
use crate::language::for_each_child;
use crate::number::Quotient;
use crate::outcome::{Figure, TestOutcome};
use crate::package::{Package, Test, Threshold};
use crate::plan::{Comparison, CriterionIx, Expression, IndicatorIx, ParameterIx};

/// One threshold of a criterion with what examples show of it. The same threshold in several readings is one.
#[derive(Clone, Debug)]
pub struct Covered<'p> {
    /// Whose.
    pub criterion: CriterionIx,
    /// The first reading that has it.
    pub reading: usize,
    /// What is compared.
    pub indicator: IndicatorIx,
    /// With what.
    pub threshold: &'p Threshold,
    /// Some figure lay below it.
    pub below: bool,
    /// Some figure lay above it.
    pub above: bool,
    /// Some figure, or the threshold, was missing.
    pub missing: bool,
    /// Readings under which no figure lay exactly at it: there readings part.
    pub not_at: Vec<usize>,
}

/// Every threshold of the package's criteria, in order.
pub fn coverage<'p>(package: &'p Package, examples: &[Example]) -> Vec<Covered<'p>> {
    let mut found: Vec<Covered<'p>> = Vec::new();
    for (criterion, declared) in (0..).map(CriterionIx).zip(&package.criteria) {
        let start = found.len();
        for (reading, read) in declared.readings.iter().enumerate() {
            each_threshold(&read.test, &mut |indicator, _, threshold| {
                let known = found[start..].iter_mut().find(|known| is_same(known, indicator, threshold));
                match known {
                    Some(known) if known.not_at.contains(&reading) => {}
                    Some(known) => known.not_at.push(reading),
                    None => found.push(Covered {
                        criterion,
                        reading,
                        indicator,
                        threshold,
                        below: false,
                        above: false,
                        missing: false,
                        not_at: vec![reading],
                    }),
                }
            });
        }
    }
    for example in examples {
        see(package, example, &mut found);
    }
    found
}

fn see(package: &Package, example: &Example, found: &mut [Covered<'_>]) {
    let counts = example.expect.iter().filter(|expectation| expectation.outcome.is_some());
    let mut counts =
        counts.filter(|expectation| matches!(expectation.what, ExpectedWhat::Criterion(_))).peekable();
    if counts.peek().is_none() {
        return;
    }
    let Ok(stage) = Stage::build(package, example) else { return };
    for expectation in counts {
        let Some(outcome) = stage.criterion_outcome(expectation) else { continue };
        let mut own: Vec<&mut Covered<'_>> =
            found.iter_mut().filter(|covered| covered.criterion == outcome.criterion).collect();
        let Some(reading) = package.criteria[outcome.criterion.index()].readings.get(outcome.reading) else {
            continue;
        };
        compare(example, outcome.reading, &reading.test, &outcome.test, &mut own);
    }
}

/// Walks a test beside its outcome.
fn compare(
    example: &Example,
    reading: usize,
    test: &Test,
    outcome: &TestOutcome,
    own: &mut [&mut Covered<'_>],
) {
    match test {
        Test::All { tests } | Test::Any { tests } => {
            for (test, outcome) in tests.iter().zip(&outcome.parts) {
                compare(example, reading, test, outcome, own);
            }
        }
        Test::Indicator { indicator, threshold, .. } => {
            if is_moved(example, threshold) {
                return;
            }
            let Some(covered) = own.iter_mut().find(|known| is_same(known, *indicator, threshold)) else {
                return;
            };
            let Some(measured) = &outcome.measured else { return };
            match (&measured.figure, measured.threshold) {
                (Figure::Known { value }, Some(line)) => match value.cmp(&Quotient::of(line)) {
                    std::cmp::Ordering::Less => covered.below = true,
                    std::cmp::Ordering::Greater => covered.above = true,
                    std::cmp::Ordering::Equal => covered.not_at.retain(|open| *open != reading),
                },
                _ => covered.missing |= !outcome.missing.is_empty(),
            }
        }
        Test::Fact { .. } | Test::Evidence { .. } => {}
    }
}

fn is_same(covered: &Covered<'_>, indicator: IndicatorIx, threshold: &Threshold) -> bool {
    let same = match (covered.threshold, threshold) {
        (Threshold::Parameter(a), Threshold::Parameter(b)) => a == b,
        (Threshold::Expression { expression: a, .. }, Threshold::Expression { expression: b, .. }) => a == b,
        _ => false,
    };
    same && covered.indicator == indicator
}

/// The example moves a parameter that the threshold reads: then it does not show the policy's own threshold.
fn is_moved(example: &Example, threshold: &Threshold) -> bool {
    match threshold {
        Threshold::Parameter(parameter) => moves(example, *parameter),
        Threshold::Expression { expression, .. } => reads_moved(example, expression),
    }
}

fn moves(example: &Example, parameter: ParameterIx) -> bool {
    example.set.iter().any(|(set, _)| *set == parameter)
}

fn reads_moved(example: &Example, expression: &Expression) -> bool {
    let mut found = matches!(expression, Expression::Parameter(parameter) if moves(example, *parameter));
    for_each_child(expression, &mut |child| found = found || reads_moved(example, child));
    found
}

fn each_threshold<'t>(test: &'t Test, f: &mut dyn FnMut(IndicatorIx, Comparison, &'t Threshold)) {
    match test {
        Test::Indicator { indicator, op, threshold } => f(*indicator, *op, threshold),
        Test::All { tests } | Test::Any { tests } => tests.iter().for_each(|test| each_threshold(test, f)),
        Test::Fact { .. } | Test::Evidence { .. } => {}
    }
}
