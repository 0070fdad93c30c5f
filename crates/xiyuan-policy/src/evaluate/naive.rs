//! The oracle: one park, one member, one expression at a time. Slow and plain; everything else is held against it.

use rayon::prelude::*;

use super::bounds::{Options, add_own, factor, ratio_of};
use super::digest;
use super::form::{Form, What, is_strict};
use super::scalar::Scope;
use super::value::{Interval, Scalar, union};
use super::{EvaluationError, Figures, Overrides, Run, Signs, park_outcome};
use crate::frame::{Frame, Period, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::outcome::{Bounds, Coverage, Figure, RunResult, Undefined};
use crate::package::{MissingRule, Package};
use crate::plan::{AggregateFunction, Arithmetic, Expression, IndicatorIx, Members, Of, each_child};

/// Evaluates every park.
pub fn evaluate(package: &Package, frame: &Frame, run: &Run) -> Result<RunResult, EvaluationError> {
    let naive = Naive::new(package, frame, &run.overrides);
    let parks: Vec<_> = frame.parks().map(|(park, _)| park).collect();
    let parks = parks
        .into_par_iter()
        .map(|park| park_outcome(package, frame, run, &naive, park))
        .collect::<Result<_, _>>()?;
    Ok(RunResult { parks })
}

/// One figure with its coverage.
pub fn figure(
    package: &Package,
    frame: &Frame,
    overrides: &Overrides,
    indicator: IndicatorIx,
    subject: SubjectIx,
    period: Period,
) -> Result<(Figure, Coverage), EvaluationError> {
    Naive::new(package, frame, overrides).figure(indicator, subject, period)
}

/// See the module's head.
pub(crate) struct Naive<'a> {
    package: &'a Package,
    pub(super) frame: &'a Frame,
    overrides: &'a Overrides,
}

impl<'a> Naive<'a> {
    pub(crate) fn new(package: &'a Package, frame: &'a Frame, overrides: &'a Overrides) -> Self {
        Self { package, frame, overrides }
    }

    pub(crate) fn scope(&self, indicator: IndicatorIx, subject: SubjectIx, period: Period) -> Scope<'_> {
        Scope {
            package: self.package,
            frame: self.frame,
            overrides: self.overrides,
            figures: self,
            period,
            subject,
            member: None,
            without: &[],
            covered: None,
            place: &self.package.indicators[indicator.index()].id,
        }
    }

    /// Sides of the indicator's top division, else the whole with no divisor.
    fn top(&self, indicator: IndicatorIx) -> (&'a Expression, Option<&'a Expression>) {
        match &self.package.indicators[indicator.index()].expression {
            Expression::Arithmetic { op: Arithmetic::Divide, left, right } => (left, Some(right)),
            Expression::Indicator { indicator, of: Of::Subject, shift: 0 }
                if is_strict(self.package, *indicator) =>
            {
                self.top(*indicator)
            }
            whole => (whole, None),
        }
    }

    fn value<'s>(&'s self, indicator: IndicatorIx, scope: &Scope<'s>) -> Result<Figure, EvaluationError> {
        let whole = &self.package.indicators[indicator.index()].expression;
        if let (Expression::Indicator { indicator, of: Of::Subject, shift }, true) =
            (whole, scope.without.is_empty())
        {
            // Another name for a figure: the figure itself, not rounded on the way.
            let (figure, _) =
                scope.figures.figure(*indicator, scope.subject, scope.period.earlier(*shift))?;
            return Ok(figure);
        }
        let (top, below) = self.top(indicator);
        let top = scope.eval(top)?;
        let below = below.map(|below| scope.eval(below)).transpose()?;
        let missing = union(top.missing(), below.as_ref().map_or(&[], Scalar::missing));
        match (&top, &below) {
            (Scalar::Undefined(reason, _), _) | (_, Some(Scalar::Undefined(reason, _))) => {
                Ok(Figure::Undefined { reason: *reason, missing })
            }
            (Scalar::Number(value), None) => Ok(Figure::Known { value: Quotient::of(*value).normalized() }),
            (_, Some(Scalar::Number(zero))) if zero.is_zero() => {
                Ok(Figure::Undefined { reason: Undefined::DivisionByZero, missing })
            }
            (Scalar::Number(numerator), Some(Scalar::Number(denominator))) => {
                let value = Quotient { numerator: *numerator, denominator: *denominator }.normalized();
                Ok(Figure::Known { value })
            }
            (Scalar::Bool(yes), None) => {
                Ok(Figure::Known { value: Quotient::of(Exact::whole(i128::from(*yes))) })
            }
            _ => {
                let bounds = match self.options(indicator, scope)? {
                    Some(options) => options.solved().bounds(),
                    None => Self::wide(&top, below.as_ref()),
                };
                let Some(bounds) = bounds else {
                    return Ok(Figure::Undefined { reason: Undefined::DivisionByZero, missing });
                };
                let bounds =
                    if self.package.indicators[indicator.index()].is_truth { truth(bounds) } else { bounds };
                Ok(Figure::Missing { missing, bounds })
            }
        }
    }

    /// Interval arithmetic, the top division not rounded; `None` where the divisor is surely zero.
    fn wide(top: &Scalar<'_>, below: Option<&Scalar<'_>>) -> Option<Bounds> {
        let mut bounds = if let Some(below) = below {
            ratio_of(Interval::of(top), Interval::of(below))?
        } else {
            let [low, high] =
                [Interval::of(top).low, Interval::of(top).high].map(|end| end.map(Quotient::of));
            let is_wide = matches!(top, Scalar::Unknown(unknown) if unknown.is_wide);
            Bounds { low, high, is_wide, may_be_undefined: false }
        };
        bounds.may_be_undefined |= top.may_be_undefined() || below.is_some_and(Scalar::may_be_undefined);
        Some(bounds)
    }

    /// What numerator and denominator can be, member by member; `None` when the formula is of another form.
    pub(crate) fn options<'s>(
        &self,
        indicator: IndicatorIx,
        scope: &Scope<'s>,
    ) -> Result<Option<Options>, EvaluationError>
    where
        'a: 's,
    {
        let Some(form) = Form::of(self.package, indicator) else { return Ok(None) };
        let mut options = Options::new(&form);
        let mut sums = Vec::new();
        for (side, term) in form.terms() {
            let Some(factor) = factor(scope, term)? else { return Ok(None) };
            if matches!(term.what, What::Sum { .. }) {
                sums.push((side, term, factor));
            } else if !add_own(&mut options, &mut Vec::new(), scope, (side, term, factor))? {
                return Ok(None);
            }
        }
        if let Some((mut options, open)) = digest::known_sums(scope, &sums, &options) {
            let is_form = digest::add_open(scope, &sums, &open, &mut options)?;
            return Ok(is_form.then_some(options));
        }
        for member in scope.members(Members::Enterprises) {
            let of_member = scope.of_member(Members::Enterprises, member);
            if !options.add_member(&of_member, &sums, &mut Vec::new())? {
                return Ok(None);
            }
        }
        Ok(Some(options))
    }

    /// The figure under the indicator's rule for missing parts; `members` says who lacks something.
    pub(crate) fn figure_of<'s>(
        &'s self,
        indicator: IndicatorIx,
        scope: &Scope<'s>,
        members: &impl Incomplete,
    ) -> Result<(Figure, Coverage), EvaluationError> {
        let (leaves_out, coverage) = self.left_out(indicator, scope, members)?;
        let figure = match leaves_out {
            LeftOut::Nobody => self.value(indicator, scope)?,
            LeftOut::These(incomplete) => {
                let covered = Some(&self.package.indicators[indicator.index()].expression);
                self.value(indicator, &Scope { without: &incomplete, covered, ..*scope })?
            }
            LeftOut::TooMany => {
                // Refused: too few have reported for the figure to be used, whatever the rest would say.
                let missing = self.value(indicator, scope)?.missing().to_vec();
                let bounds = Bounds { low: None, high: None, is_wide: true, may_be_undefined: true };
                Figure::Missing { missing, bounds }
            }
        };
        Ok((figure, coverage))
    }

    /// Whom the indicator's rule for missing parts leaves out.
    pub(crate) fn left_out<'s>(
        &'s self,
        indicator: IndicatorIx,
        scope: &Scope<'s>,
        members: &impl Incomplete,
    ) -> Result<(LeftOut, Coverage), EvaluationError> {
        let rule = &self.package.indicators[indicator.index()];
        let (incomplete, coverage) = members.incomplete(scope, &rule.expression)?;
        let (MissingRule::Covered { min_coverage }, false) = (rule.missing, incomplete.is_empty()) else {
            return Ok((LeftOut::Nobody, coverage));
        };
        let share = Quotient {
            numerator: Exact::whole(i128::from(coverage.reported)),
            denominator: Exact::whole(i128::from(coverage.expected.max(1))),
        };
        // Of nothing at all there is no figure, whatever the line.
        let is_enough = coverage.reported > 0 && share >= Quotient::of(min_coverage);
        if !is_enough {
            return Ok((LeftOut::TooMany, coverage));
        }
        let mut aggregates = Vec::new();
        collect(self.package, &rule.expression, &mut aggregates);
        let over = aggregates.first().map(|aggregate| aggregate.over);
        Ok((
            LeftOut::These(
                over.into_iter().flat_map(|over| incomplete.iter().map(move |who| (over, *who))).collect(),
            ),
            coverage,
        ))
    }
}

/// A yes or no is 1 or 0 in the end.
fn truth(bounds: Bounds) -> Bounds {
    Bounds { low: Some(Quotient::ZERO), high: Some(Quotient::of(Exact::ONE)), ..bounds }
}

/// Members whose figures a rule for missing parts leaves out of every aggregate alike.
pub(crate) enum LeftOut {
    /// Strict, or nothing is missing.
    Nobody,
    /// Covered, and enough have reported.
    These(Vec<(Members, u32)>),
    /// Covered, and too few have reported.
    TooMany,
}

/// Who of the members lacks something that an aggregate of a formula needs.
pub(crate) trait Incomplete {
    /// Members that lack something, in order, and coverage.
    fn incomplete<'s>(
        &self,
        scope: &Scope<'s>,
        expression: &'s Expression,
    ) -> Result<(Vec<u32>, Coverage), EvaluationError>;
}

impl Incomplete for Naive<'_> {
    fn incomplete<'s>(
        &self,
        scope: &Scope<'s>,
        expression: &'s Expression,
    ) -> Result<(Vec<u32>, Coverage), EvaluationError> {
        let mut aggregates = Vec::new();
        collect(scope.package, expression, &mut aggregates);
        let mut incomplete = Vec::new();
        let mut coverage = Coverage { reported: 0, expected: 0 };
        let Some(over) = aggregates.first().map(|aggregate| aggregate.over) else {
            return Ok((incomplete, coverage));
        };
        look(scope, over, &aggregates, &scope.members(over), &mut (&mut incomplete, &mut coverage))?;
        Ok((incomplete, coverage))
    }
}

/// Whether each of these members counts in some aggregate, and lacks something there.
pub(crate) fn look<'s>(
    scope: &Scope<'s>,
    over: Members,
    aggregates: &[Visited<'s>],
    members: &[u32],
    (incomplete, coverage): &mut (&mut Vec<u32>, &mut Coverage),
) -> Result<(), EvaluationError> {
    for member in members {
        let of_member = scope.of_member(over, *member);
        let (mut counts, mut lacks) = (false, false);
        for Visited { argument, filter, .. } in aggregates {
            let filter =
                filter.map_or(Ok(Scalar::Bool(true)), |filter: &'s Expression| of_member.eval(filter))?;
            if filter == Scalar::Bool(false) {
                continue;
            }
            counts = true;
            lacks |= filter.is_unknown();
            if let Some(argument) = argument {
                lacks |= of_member.eval(argument)?.is_unknown();
            }
        }
        coverage.expected += u32::from(counts);
        coverage.reported += u32::from(counts && !lacks);
        if lacks {
            incomplete.push(*member);
        }
    }
    Ok(())
}

/// An aggregate of a formula.
#[derive(Clone, Copy)]
pub(crate) struct Visited<'p> {
    pub over: Members,
    pub argument: Option<&'p Expression>,
    pub filter: Option<&'p Expression>,
}

/// Every outermost aggregate below an expression that goes over the same kind of members as the first one; other
/// indicators of the same subject and period included.
pub(crate) fn collect<'p>(package: &'p Package, expression: &'p Expression, found: &mut Vec<Visited<'p>>) {
    match expression {
        // What is only counted as reported lacks nothing.
        Expression::Aggregate { function: AggregateFunction::Reported, .. }
        // Another subject's figure, or an earlier one, has its own members.
        | Expression::Wider { .. }
        | Expression::Indicator { of: Of::Member, .. }
        | Expression::Indicator { shift: 1.., .. } => {}
        Expression::Aggregate { over, argument, filter, .. } => {
            if found.first().is_none_or(|first| first.over == *over) {
                found.push(Visited { over: *over, argument: argument.as_deref(), filter: filter.as_deref() });
            }
        }
        _ => each_child(package, expression, &mut |child| collect(package, child, found)),
    }
}

impl Figures for Naive<'_> {
    fn figure(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<(Figure, Coverage), EvaluationError> {
        self.figure_of(indicator, &self.scope(indicator, subject, period), self)
    }

    fn signs(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
        threshold: Exact,
    ) -> Result<Option<Signs>, EvaluationError> {
        let options = self.options(indicator, &self.scope(indicator, subject, period))?;
        Ok(options.and_then(|options| options.solved().signs(threshold)))
    }
}
