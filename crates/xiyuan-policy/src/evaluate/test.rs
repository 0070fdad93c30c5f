//! Criteria: tests, groups of tests and readings in three-valued logic. The same for every evaluator.

use super::arithmetic::holds;
use super::scalar::Scope;
use super::value::{Interval, Scalar, union};
use super::{EvaluationError, Figures, Run, Signs};
use crate::frame::{Frame, ParkIx, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::outcome::{CriterionOutcome, Figure, Measured, Missing, Outcome, TestOutcome};
use crate::package::{Package, Test, Threshold};
use crate::plan::{Comparison, CriterionIx, Expression, IndicatorIx};

/// Tests the criteria of one park.
pub(crate) struct Tester<'a, F> {
    pub package: &'a Package,
    pub frame: &'a Frame,
    pub run: &'a Run,
    pub figures: &'a F,
    pub park: ParkIx,
}

impl<F: Figures> Tester<'_, F> {
    pub(crate) fn criterion(&self, criterion: CriterionIx) -> Result<CriterionOutcome, EvaluationError> {
        let declared = &self.package.criteria[criterion.index()];
        let reading = self.run.reading(self.frame, criterion);
        let chosen = declared.readings.get(reading).ok_or_else(|| EvaluationError::UnknownReading {
            criterion: declared.id.clone(),
            reading: reading.to_string(),
        })?;
        let test = self.test(&declared.id, &chosen.test)?;
        let by_exception = declared.is_soft
            && test.outcome != Outcome::Met
            && self.frame.has_exception(self.park, criterion, self.run.period);
        Ok(CriterionOutcome { criterion, reading, test, by_exception })
    }

    fn test(&self, place: &str, test: &Test) -> Result<TestOutcome, EvaluationError> {
        match test {
            Test::Indicator { indicator, op, threshold } => {
                let Self { package, frame, run, figures, park } = *self;
                let line = Line { package, frame, run, figures, subject: SubjectIx::Park(park) };
                line.against(place, *indicator, *op, threshold)
            }
            Test::Fact { fact } => {
                let (outcome, missing) = match self.frame.fact(self.park, *fact) {
                    Some(yes) => (Outcome::of(yes), Vec::new()),
                    None => (Outcome::Undecided, vec![Missing::Fact { fact: *fact }]),
                };
                Ok(TestOutcome { fact: Some(*fact), ..plain(outcome, missing) })
            }
            Test::Evidence { evidence } => {
                let (outcome, missing) = if self.frame.has_evidence(self.park, *evidence) {
                    (Outcome::Met, Vec::new())
                } else {
                    (Outcome::Undecided, vec![Missing::Evidence { evidence: *evidence }])
                };
                Ok(TestOutcome { evidence: Some(*evidence), ..plain(outcome, missing) })
            }
            Test::All { tests } => self.group(place, tests, Outcome::Met, Outcome::and),
            Test::Any { tests } => self.group(place, tests, Outcome::NotMet, Outcome::or),
        }
    }

    fn group(
        &self,
        place: &str,
        tests: &[Test],
        start: Outcome,
        combine: fn(Outcome, Outcome) -> Outcome,
    ) -> Result<TestOutcome, EvaluationError> {
        let parts = tests.iter().map(|test| self.test(place, test)).collect::<Result<Vec<_>, _>>()?;
        let outcome = parts.iter().map(|part| part.outcome).fold(start, combine);
        let missing = parts.iter().fold(Vec::new(), |all, part| union(&all, &part.missing));
        let could_change = outcome == Outcome::Undecided && parts.iter().any(|part| part.could_change);
        Ok(TestOutcome { could_change, parts, ..plain(outcome, missing) })
    }
}

/// Compares figures of one subject with thresholds.
pub(crate) struct Line<'a, F> {
    pub package: &'a Package,
    pub frame: &'a Frame,
    pub run: &'a Run,
    pub figures: &'a F,
    pub subject: SubjectIx,
}

impl<F: Figures> Line<'_, F> {
    /// An indicator of the subject against a threshold; the place names the rule in errors.
    pub(crate) fn against(
        &self,
        place: &str,
        indicator: IndicatorIx,
        op: Comparison,
        threshold: &Threshold,
    ) -> Result<TestOutcome, EvaluationError> {
        let subject = self.subject;
        let period = self.run.period;
        let (figure, coverage) = self.figures.figure(indicator, subject, period)?;
        let by_parameter;
        let expression = match threshold {
            Threshold::Parameter(parameter) => {
                by_parameter = Expression::Parameter(*parameter);
                &by_parameter
            }
            Threshold::Expression { expression, .. } => expression,
        };
        let scope = Scope {
            package: self.package,
            frame: self.frame,
            overrides: &self.run.overrides,
            figures: self.figures,
            period,
            subject,
            member: None,
            without: &[],
            covered: None,
            place,
        };
        let line = scope.eval(expression)?;
        let missing = union(figure.missing(), line.missing());
        let undefined = match (&figure, &line) {
            (Figure::Undefined { reason, .. }, _) | (_, Scalar::Undefined(reason, _)) => Some(*reason),
            _ => None,
        };
        let overflow = || EvaluationError::Overflow { place: place.to_owned() };
        let signs = match (&figure, &line) {
            _ if undefined.is_some() => None,
            (Figure::Known { value }, Scalar::Number(line)) => {
                Some(Signs::from(value.cmp(&Quotient::of(*line))))
            }
            (Figure::Missing { bounds, .. }, _) if bounds.may_be_undefined => None,
            (_, Scalar::Unknown(line)) if line.may_be_undefined => None,
            (Figure::Missing { bounds, .. }, Scalar::Number(line)) => {
                let tight = self.figures.signs(indicator, subject, period, *line)?;
                Some(tight.unwrap_or_else(|| within((bounds.low, bounds.high), Interval::point(*line))))
            }
            (Figure::Known { value }, Scalar::Unknown(line)) => {
                Some(within((Some(*value), Some(*value)), line.within))
            }
            (Figure::Missing { bounds, .. }, Scalar::Unknown(line)) => {
                Some(within((bounds.low, bounds.high), line.within))
            }
            _ => return Err(scope.shape()),
        };
        let outcome = signs.and_then(|signs| signs.decide(op)).map_or(Outcome::Undecided, Outcome::of);
        let line = if let Scalar::Number(value) = line { Some(value) } else { None };
        let distance = match (figure.known(), line) {
            (Some(value), Some(line)) => Some(distance(value, line, op).ok_or_else(overflow)?),
            _ => None,
        };
        let measured = Measured { indicator, figure, threshold: line, distance, coverage };
        let plain = plain(outcome, missing);
        // Without a value for sure, nothing that is missing can change it.
        let could_change = plain.could_change && undefined.is_none();
        Ok(TestOutcome { measured: Some(measured), undefined, could_change, ..plain })
    }
}

fn plain(outcome: Outcome, missing: Vec<Missing>) -> TestOutcome {
    let could_change = outcome == Outcome::Undecided && !missing.is_empty();
    TestOutcome {
        outcome,
        measured: None,
        fact: None,
        evidence: None,
        missing,
        could_change,
        undefined: None,
        parts: Vec::new(),
    }
}

/// Figure minus threshold to 18 decimals, positive on the side where the test is met.
fn distance(value: Quotient, line: Exact, op: Comparison) -> Option<Exact> {
    let distance = value.to_inner()?.checked_sub(line)?;
    Some(match op {
        Comparison::Less | Comparison::LessOrEqual => distance.negated(),
        _ => distance,
    })
}

/// Signs that the difference of two intervals can take.
fn within(figure: (Option<Quotient>, Option<Quotient>), line: Interval) -> Signs {
    use std::cmp::Ordering::{Greater, Less};
    // Smallest difference: low end of the figure against high end of the line; and the other way round.
    let compare = |value: Option<Quotient>, line: Option<Exact>| Some(value?.cmp(&Quotient::of(line?)));
    let (low, high) = (compare(figure.0, line.high), compare(figure.1, line.low));
    Signs {
        negative: low.is_none_or(|low| low == Less),
        zero: low.is_none_or(|low| low != Greater) && high.is_none_or(|high| high != Less),
        positive: high.is_none_or(|high| high == Greater),
    }
}

impl From<std::cmp::Ordering> for Signs {
    fn from(ordering: std::cmp::Ordering) -> Self {
        Self { negative: ordering.is_lt(), zero: ordering.is_eq(), positive: ordering.is_gt() }
    }
}

impl Signs {
    /// Yes or no when every sign that is possible answers the same.
    pub(crate) fn decide(self, op: Comparison) -> Option<bool> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let possible = [(self.negative, Less), (self.zero, Equal), (self.positive, Greater)];
        let mut answers = possible.iter().filter(|(is_possible, _)| *is_possible).map(|(_, o)| holds(op, *o));
        let first = answers.next()?;
        answers.all(|answer| answer == first).then_some(first)
    }
}
