//! One value of one expression for one subject (and, inside an aggregate, one member), in three-valued logic.
//!
//! Straightforward recursion, no shortcuts: this is what the rest is held against. Missing values carry the cells
//! that are missing and the interval they leave.

use std::borrow::Cow;

use jiff::civil::Date;

use super::value::{Interval, Scalar, Unknown, both, union};
use super::{EvaluationError, Figures, Overrides};
use crate::frame::{Cell, EnterpriseIx, Frame, ParkIx, Period, RecordOrdinal, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::outcome::{Figure, Missing, Undefined};
use crate::package::{Package, Range};
use crate::plan::{
    Arithmetic, BenchmarkIx, Calendar, Comparison, Expression, FieldIx, IndicatorIx, Members, Of, ParameterIx,
};

/// What an expression is computed for.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub package: &'a Package,
    pub frame: &'a Frame,
    pub overrides: &'a Overrides,
    /// Other indicators' figures.
    pub figures: &'a dyn Figures,
    pub period: Period,
    pub subject: SubjectIx,
    /// The member an enclosing aggregate visits.
    pub member: Option<SubjectIx>,
    /// Members (or periods) left out of every aggregate over their kind, ascending: `covered` indicators.
    pub without: &'a [(Members, u32)],
    /// The whole formula for which they are left out.
    pub covered: Option<&'a Expression>,
    /// Indicator or criterion, for errors.
    pub place: &'a str,
}

impl<'a> Scope<'a> {
    pub(crate) fn overflow(&self) -> EvaluationError {
        EvaluationError::Overflow { place: self.place.to_owned() }
    }

    pub(crate) fn shape(&self) -> EvaluationError {
        EvaluationError::Shape { place: self.place.to_owned() }
    }

    /// The scope inside an aggregate, for one of those it visits.
    pub(crate) fn of_member(&self, over: Members, member: u32) -> Self {
        let inside = Self { without: &[], ..*self };
        match over {
            Members::Enterprises => {
                Self { member: Some(SubjectIx::Enterprise(EnterpriseIx(member))), ..inside }
            }
            Members::Parks => Self { member: Some(SubjectIx::Park(ParkIx(member))), ..inside },
            Members::Records(_) => Self { member: Some(SubjectIx::Record(RecordOrdinal(member))), ..inside },
            Members::Periods(span) => Self { period: Period::of_code(member, span.frequency), ..inside },
        }
    }

    /// Everyone whose figures count, ascending; periods by their codes.
    pub(crate) fn everyone(&self, over: Members) -> Cow<'a, [u32]> {
        match over {
            Members::Periods(span) => {
                Cow::Owned(self.period.window(span).into_iter().map(Period::code).collect())
            }
            // Records of the member that an aggregate visits, else of the subject.
            Members::Records(_) => self.frame.visited(over, self.period, self.member.unwrap_or(self.subject)),
            _ => self.frame.visited(over, self.period, self.subject),
        }
    }

    /// Members whose figures count, without those left out, ascending.
    pub(crate) fn members(&self, over: Members) -> Vec<u32> {
        let everyone = self.everyone(over);
        everyone.iter().copied().filter(|member| !self.leaves_out(over, *member)).collect()
    }

    /// Whether a member is left out, as it lacks something.
    pub(crate) fn leaves_out(&self, over: Members, member: u32) -> bool {
        self.without.binary_search(&(over, member)).is_ok()
    }

    /// The subject or the member.
    pub(crate) fn who(&self, of: Of) -> Result<SubjectIx, EvaluationError> {
        match of {
            Of::Subject => Ok(self.subject),
            Of::Member => self.member.ok_or_else(|| self.shape()),
        }
    }

    /// Computes an expression.
    pub(crate) fn eval(&self, expression: &'a Expression) -> Result<Scalar<'a>, EvaluationError> {
        match expression {
            Expression::Number(value) => Ok(Scalar::Number(*value)),
            Expression::Text(text) => Ok(Scalar::Text(text)),
            Expression::Bool(yes) => Ok(Scalar::Bool(*yes)),
            Expression::Date(day) => Ok(Scalar::Date(*day)),
            Expression::Field { field, of, shift } => self.field(*field, *of, *shift),
            Expression::Parameter(parameter) => self.parameter(*parameter),
            Expression::Benchmark { benchmark, shift } => self.benchmark(*benchmark, *shift),
            Expression::Indicator { indicator, of, shift } => self.indicator(*indicator, *of, *shift),
            Expression::Wider { grouping, indicator, of, shift } => {
                let subject = self.who(*of)?;
                let period = self.period.earlier(*shift);
                match self.frame.group_of(*grouping, period, subject) {
                    Some(group) => self.figure(*indicator, SubjectIx::Group(group), period),
                    None if !self.frame.has_period(period) => {
                        Ok(Scalar::Undefined(Undefined::PeriodNotLoaded, Vec::new()))
                    }
                    None => Ok(Scalar::Undefined(Undefined::NoGroup, Vec::new())),
                }
            }
            Expression::PeriodDay { is_first } => {
                let day = if *is_first { self.period.first_day() } else { self.period.last_day() };
                Ok(Scalar::Date(day))
            }
            Expression::Between { count, from, to } => self.between(*count, from, to),
            Expression::Aggregate { over, function, argument, filter } => {
                self.aggregate(*over, *function, argument.as_deref(), filter.as_deref())
            }
            Expression::Arithmetic { op, left, right } => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.arithmetic(*op, &left, &right)
            }
            Expression::Negate(of) => {
                let value = self.eval(of)?;
                self.arithmetic(Arithmetic::Subtract, &Scalar::Number(Exact::ZERO), &value)
            }
            Expression::Absolute(of) => self.absolute(of),
            Expression::Compare { op, left, right } => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.compare(*op, &left, &right)
            }
            Expression::In { of, list, negated } => self.is_in(of, list, *negated),
            Expression::And(left, right) => Ok(self.and(self.eval(left)?, self.eval(right)?)),
            Expression::Or(left, right) => {
                let (left, right) = (not(self.eval(left)?), not(self.eval(right)?));
                Ok(not(self.and(left, right)))
            }
            Expression::Not(of) => Ok(not(self.eval(of)?)),
            Expression::Case { branches, otherwise } => self.case(branches, otherwise.as_deref()),
            Expression::Round { of, digits, mode, unit_factor } => {
                let value = self.eval(of)?;
                self.monotone(value, |number| {
                    let quotient = Quotient { numerator: number, denominator: *unit_factor };
                    quotient.rounded(*digits, *mode)?.checked_mul(*unit_factor)
                })
            }
            Expression::Least(list) => self.extreme(list, Exact::min),
            Expression::Greatest(list) => self.extreme(list, Exact::max),
            Expression::CoalesceWithReason { of, instead, .. } => match self.eval(of)? {
                Scalar::Unknown(_) | Scalar::Undefined(..) => self.eval(instead),
                known => Ok(known),
            },
        }
    }

    fn field(&self, field: FieldIx, of: Of, shift: u32) -> Result<Scalar<'a>, EvaluationError> {
        let subject = self.who(of)?;
        let period = self.period.earlier(shift);
        let declared = &self.package.fields[field.index()];
        Ok(match self.frame.cell(field, period, subject) {
            Cell::Missing => Scalar::Unknown(Unknown {
                missing: vec![Missing::Figure { subject, field, period }],
                within: self.range(declared.admissible, declared.unit.as_deref())?,
                is_wide: false,
                may_be_undefined: false,
            }),
            Cell::Number(value) => {
                let factor = self.package.unit_factor(declared.unit.as_deref());
                Scalar::Number(value.checked_mul(factor).ok_or_else(|| self.overflow())?)
            }
            Cell::Text(text) => Scalar::Text(text),
            Cell::Bool(yes) => Scalar::Bool(yes),
            Cell::Date(day) => Scalar::Date(day),
        })
    }

    /// A declared range in base units.
    pub(crate) fn range(&self, range: Range, unit: Option<&str>) -> Result<Interval, EvaluationError> {
        let factor = self.package.unit_factor(unit);
        let end = |value: Option<Exact>| {
            value.map(|v| v.checked_mul(factor).ok_or_else(|| self.overflow())).transpose()
        };
        Ok(Interval { low: end(range.min)?, high: end(range.max)? })
    }

    fn parameter(&self, parameter: ParameterIx) -> Result<Scalar<'a>, EvaluationError> {
        let declared = &self.package.parameters[parameter.index()];
        let in_force = || {
            let day = self.period.last_day();
            declared.values.iter().rev().find(|value| value.from <= day).map(|value| value.value)
        };
        let Some(value) = self.overrides.parameters.get(&parameter).copied().or_else(in_force) else {
            return Ok(Scalar::Undefined(Undefined::ParameterNotInForce, Vec::new()));
        };
        let factor = self.package.unit_factor(Some(&declared.unit));
        Ok(Scalar::Number(value.checked_mul(factor).ok_or_else(|| self.overflow())?))
    }

    fn benchmark(&self, benchmark: BenchmarkIx, shift: u32) -> Result<Scalar<'a>, EvaluationError> {
        let declared = &self.package.benchmarks[benchmark.index()];
        let period = self.period.earlier(shift);
        let published = || {
            let Period::Year(year) = period else { return None };
            declared.published.iter().find(|(of, ..)| *of == year).map(|(_, value, _)| *value)
        };
        match self.frame.benchmark(benchmark, period).or_else(published) {
            Some(value) => {
                let factor = self.package.unit_factor(Some(&declared.unit));
                Ok(Scalar::Number(value.checked_mul(factor).ok_or_else(|| self.overflow())?))
            }
            None => Ok(Scalar::Unknown(Unknown {
                missing: vec![Missing::Benchmark { benchmark, period }],
                within: self.range(declared.admissible, Some(&declared.unit))?,
                is_wide: false,
                may_be_undefined: false,
            })),
        }
    }

    /// Another indicator's figure, under its own rule for missing parts; where members are left out of this one, they
    /// are left out of the other too.
    fn indicator(&self, indicator: IndicatorIx, of: Of, shift: u32) -> Result<Scalar<'a>, EvaluationError> {
        if shift == 0 && of == Of::Subject && !self.without.is_empty() {
            let rule = &self.package.indicators[indicator.index()];
            let value = Scope { member: None, ..*self }.eval(&rule.expression)?;
            return Ok(if rule.is_truth { value.into_number() } else { value });
        }
        self.figure(indicator, self.who(of)?, self.period.earlier(shift))
    }

    /// Another figure as a value: a quotient is taken to 18 decimals here.
    fn figure(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let figure = self.figures.value(indicator, subject, period)?;
        let inner = |value: Quotient| value.to_inner().ok_or_else(|| self.overflow());
        Ok(match figure {
            Figure::Known { value } => Scalar::Number(inner(value)?),
            Figure::Undefined { reason, missing } => Scalar::Undefined(reason, missing),
            Figure::Missing { missing, bounds } => {
                let end = |value: Option<Quotient>| value.map(inner).transpose();
                Scalar::Unknown(Unknown {
                    missing,
                    within: Interval { low: end(bounds.low)?, high: end(bounds.high)? },
                    is_wide: bounds.is_wide,
                    may_be_undefined: bounds.may_be_undefined,
                })
            }
        })
    }

    /// Whole days, months or years between two days; which month or year is whole is the calendar's matter.
    fn between(
        &self,
        count: Calendar,
        from: &'a Expression,
        to: &'a Expression,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let (from, to) = (self.eval(from)?, self.eval(to)?);
        let missing = union(from.missing(), to.missing());
        match (&from, &to) {
            (Scalar::Date(from), Scalar::Date(to)) => {
                Ok(Scalar::Number(Exact::whole(i128::from(calendar(count, *from, *to)))))
            }
            (Scalar::Undefined(reason, _), _) | (_, Scalar::Undefined(reason, _)) => {
                Ok(Scalar::Undefined(*reason, missing))
            }
            (Scalar::Date(_) | Scalar::Unknown(_), Scalar::Date(_) | Scalar::Unknown(_)) => {
                let may_be_undefined = from.may_be_undefined() || to.may_be_undefined();
                let is_wide = from.is_wide() || to.is_wide() || (from.is_unknown() && to.is_unknown());
                let within = Interval::UNBOUNDED;
                Ok(Scalar::Unknown(Unknown { missing, within, is_wide, may_be_undefined }))
            }
            _ => Err(self.shape()),
        }
    }

    fn absolute(&self, of: &'a Expression) -> Result<Scalar<'a>, EvaluationError> {
        match self.eval(of)? {
            Scalar::Number(value) => Ok(Scalar::Number(value.absolute())),
            Scalar::Unknown(mut unknown) => {
                let Interval { low, high } = unknown.within;
                let straddles = low.is_none_or(|l| l < Exact::ZERO) && high.is_none_or(|h| h > Exact::ZERO);
                let far = both(low.map(Exact::absolute), high.map(Exact::absolute), Exact::max);
                let near = both(low.map(Exact::absolute), high.map(Exact::absolute), Exact::min);
                let near = if straddles { Some(Exact::ZERO) } else { near.or(Some(Exact::ZERO)) };
                unknown.within = Interval { low: near, high: far };
                Ok(Scalar::Unknown(unknown))
            }
            other => Ok(other),
        }
    }

    fn is_in(
        &self,
        of: &'a Expression,
        list: &'a [Expression],
        negated: bool,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let value = self.eval(of)?;
        let mut found = Scalar::Bool(true);
        for item in list {
            let item = self.eval(item)?;
            found = self.and(found, not(self.compare(Comparison::Equal, &value, &item)?));
        }
        if let (Scalar::Unknown(found), Scalar::Text(_) | Scalar::Unknown(_)) = (&mut found, &value) {
            // The same cell against each item: it can be one of them or none.
            found.is_wide = value.is_wide();
        }
        Ok(if negated { found } else { not(found) })
    }

    fn case(
        &self,
        branches: &'a [(Expression, Expression)],
        otherwise: Option<&'a Expression>,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let mut open: Option<Unknown> = None;
        for (condition, value) in branches {
            match self.eval(condition)? {
                Scalar::Bool(false) => {}
                Scalar::Bool(true) => {
                    let value = self.eval(value)?;
                    return Ok(match open {
                        None => value,
                        Some(open) => Scalar::Unknown(open.or(&value)),
                    });
                }
                Scalar::Unknown(condition) => {
                    let none = Unknown { is_wide: true, ..condition };
                    let so_far = match open {
                        None => Unknown { within: Interval::of(&self.eval(value)?), ..none.clone() },
                        Some(open) => Unknown {
                            may_be_undefined: open.may_be_undefined | none.may_be_undefined,
                            missing: union(&open.missing, &none.missing),
                            ..open
                        },
                    };
                    open = Some(so_far.or(&self.eval(value)?));
                }
                undefined @ Scalar::Undefined(..) => {
                    return Ok(match open {
                        None => undefined,
                        Some(open) => Scalar::Unknown(open.or(&undefined)),
                    });
                }
                _ => return Err(self.shape()),
            }
        }
        let rest = match otherwise {
            Some(value) => self.eval(value)?,
            None => Scalar::Undefined(Undefined::NoBranch, Vec::new()),
        };
        Ok(match open {
            None => rest,
            Some(open) => Scalar::Unknown(open.or(&rest)),
        })
    }

    /// A function that never turns the order of two numbers.
    fn monotone(
        &self,
        value: Scalar<'a>,
        f: impl Fn(Exact) -> Option<Exact>,
    ) -> Result<Scalar<'a>, EvaluationError> {
        match value {
            Scalar::Number(number) => f(number).map(Scalar::Number).ok_or_else(|| self.overflow()),
            Scalar::Unknown(mut unknown) => {
                let end = |v: Option<Exact>| v.map(|v| f(v).ok_or_else(|| self.overflow())).transpose();
                unknown.within = Interval { low: end(unknown.within.low)?, high: end(unknown.within.high)? };
                Ok(Scalar::Unknown(unknown))
            }
            Scalar::Undefined(..) => Ok(value),
            _ => Err(self.shape()),
        }
    }

    fn extreme(
        &self,
        list: &'a [Expression],
        pick: fn(Exact, Exact) -> Exact,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let mut values = Vec::with_capacity(list.len());
        for item in list {
            values.push(self.eval(item)?);
        }
        self.fold_extreme(values, pick)
    }

    /// Least or greatest of values of which some may be unknown.
    pub(crate) fn fold_extreme(
        &self,
        values: Vec<Scalar<'a>>,
        pick: fn(Exact, Exact) -> Exact,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let mut missing = Vec::new();
        let mut may_be_undefined = false;
        let mut within: Option<Interval> = None;
        for value in values {
            let next = match value {
                Scalar::Number(number) => Interval::point(number),
                Scalar::Unknown(unknown) => {
                    may_be_undefined |= unknown.may_be_undefined;
                    missing.extend(unknown.missing);
                    unknown.within
                }
                undefined @ Scalar::Undefined(..) => return Ok(undefined),
                _ => return Err(self.shape()),
            };
            within = Some(match within {
                None => next,
                Some(old) => Interval {
                    low: pick_end(old.low, next.low, pick, true),
                    high: pick_end(old.high, next.high, pick, false),
                },
            });
        }
        let Some(within) = within else {
            return Ok(Scalar::Undefined(Undefined::EmptyAggregate, missing));
        };
        match (missing.is_empty(), within.low) {
            (true, Some(value)) => Ok(Scalar::Number(value)),
            _ => Ok(Scalar::Unknown(Unknown {
                missing: union(&missing, &[]),
                within,
                is_wide: true,
                may_be_undefined,
            })),
        }
    }
}

/// An open end wins when it could be the extreme: the greatest of (x, unbounded above) is unbounded above.
fn pick_end(
    a: Option<Exact>,
    b: Option<Exact>,
    pick: fn(Exact, Exact) -> Exact,
    is_low_end: bool,
) -> Option<Exact> {
    let is_least = pick(Exact::ZERO, Exact::ONE) == Exact::ZERO;
    match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        // An open low end does not matter to the greatest, nor an open high end to the least.
        (a, b) if is_low_end != is_least => a.or(b),
        _ => None,
    }
}

/// Three-valued not.
pub(crate) fn not(value: Scalar<'_>) -> Scalar<'_> {
    if let Scalar::Bool(yes) = value { Scalar::Bool(!yes) } else { value }
}

/// Whole days, months or years from one day to another: a month is whole when the same day of the month is reached, or
/// the last day of a month that has no such day.
pub(crate) fn calendar(count: Calendar, from: Date, to: Date) -> i64 {
    if count == Calendar::Days {
        let span = from.duration_until(to);
        return span.as_hours() / 24;
    }
    if to < from {
        return -calendar(count, to, from);
    }
    let months = (i64::from(to.year()) - i64::from(from.year())) * 12 + i64::from(to.month())
        - i64::from(from.month());
    let is_reached = to.day() >= from.day() || to == to.last_of_month();
    let months = months - i64::from(!is_reached);
    if count == Calendar::Years { months / 12 } else { months }
}
