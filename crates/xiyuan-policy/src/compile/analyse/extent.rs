//! Between what a figure can lie when every filed number is within its range of entry: interval arithmetic over the
//! whole formula, rounded outward, so that what it says is impossible is impossible.

use std::cell::RefCell;

use jiff::civil::Date;

use crate::number::{Exact, Quotient};
use crate::package::{Package, Range};
use crate::plan::{AggregateFunction, Arithmetic, Expression, IndicatorIx, ParameterIx, Rounding};

/// Digits after the point of quotients.
const DIGITS: u32 = 18;

/// Inclusive, in base units; an open end is unbounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) low: Option<Exact>,
    pub(super) high: Option<Exact>,
}

/// Extents as of one day; those of indicators are computed once.
pub(super) struct Extents<'a> {
    package: &'a Package,
    day: Date,
    known: RefCell<Vec<Option<Extent>>>,
}

/// An end of an extent in arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Below,
    At(Exact),
    Above,
}

impl Extent {
    /// One number.
    pub(super) const fn point(value: Exact) -> Self {
        Self { low: Some(value), high: Some(value) }
    }

    const UNBOUNDED: Self = Self { low: None, high: None };

    fn at_least_zero(self) -> bool {
        self.low.is_some_and(|low| low >= Exact::ZERO)
    }

    fn ends(self) -> (End, End) {
        (self.low.map_or(End::Below, End::At), self.high.map_or(End::Above, End::At))
    }

    fn of(low: End, high: End) -> Self {
        let at = |end| if let End::At(value) = end { Some(value) } else { None };
        Self { low: at(low), high: at(high) }
    }

    fn negated(self) -> Self {
        Self { low: self.high.map(Exact::negated), high: self.low.map(Exact::negated) }
    }

    /// Least extent that holds both.
    fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.zip(other.low).map(|(a, b)| a.min(b)),
            high: self.high.zip(other.high).map(|(a, b)| a.max(b)),
        }
    }

    fn plus(self, other: Self) -> Self {
        let add = |a: Option<Exact>, b: Option<Exact>| a?.checked_add(b?);
        Self { low: add(self.low, other.low), high: add(self.high, other.high) }
    }

    fn times(self, other: Self) -> Self {
        let ((a, b), (c, d)) = (self.ends(), other.ends());
        let corners = [product(a, c), product(a, d), product(b, c), product(b, d)];
        let Some(corners) = corners.into_iter().collect::<Option<Vec<End>>>() else {
            return Self::UNBOUNDED;
        };
        let low = corners.iter().min().copied().unwrap_or(End::Below);
        Self::of(low, corners.iter().max().copied().unwrap_or(End::Above))
    }

    /// A divisor of zero gives no value at all, so the ends next to it are open.
    fn over(self, divisor: Self) -> Self {
        if divisor == Self::point(Exact::ZERO) {
            return Self::UNBOUNDED;
        }
        if divisor.high.is_some_and(|high| high <= Exact::ZERO) {
            return self.negated().over(divisor.negated());
        }
        if !divisor.at_least_zero() {
            return Self::UNBOUNDED;
        }
        let quotient = |top: Exact, bottom: Option<Exact>, mode| match bottom {
            // Over something without end the quotient comes as near to zero as one likes.
            None => Some(Exact::ZERO),
            Some(bottom) if bottom.is_zero() => None,
            Some(bottom) => Quotient::new(top, bottom)?.rounded(DIGITS, mode),
        };
        let low = self.low.and_then(|top| {
            let bottom = if top.is_negative() { divisor.low } else { divisor.high };
            quotient(top, bottom, Rounding::Floor)
        });
        let high = self.high.and_then(|top| {
            let bottom = if top.is_negative() { divisor.high } else { divisor.low };
            quotient(top, bottom, Rounding::Ceiling)
        });
        Self { low, high }
    }

    fn absolute(self) -> Self {
        if self.at_least_zero() {
            return self;
        }
        let turned = self.negated();
        if turned.at_least_zero() {
            return turned;
        }
        Self { low: Some(Exact::ZERO), high: self.high.zip(turned.high).map(|(a, b)| a.max(b)) }
    }

    fn rounded(self, digits: u32, mode: Rounding, unit_factor: Exact) -> Self {
        let round = |value: Option<Exact>| {
            Quotient::new(value?, unit_factor)?.rounded(digits, mode)?.checked_mul(unit_factor)
        };
        Self { low: round(self.low), high: round(self.high) }
    }
}

/// `None` on overflow.
fn product(a: End, b: End) -> Option<End> {
    let sign = |end| match end {
        End::Below => -1,
        End::Above => 1,
        End::At(value) if value.is_zero() => 0,
        End::At(value) => {
            if value.is_negative() {
                -1
            } else {
                1
            }
        }
    };
    Some(match (a, b) {
        (End::At(a), End::At(b)) => End::At(a.checked_mul(b)?),
        _ => match sign(a) * sign(b) {
            0 => End::At(Exact::ZERO),
            1 => End::Above,
            _ => End::Below,
        },
    })
}

impl<'a> Extents<'a> {
    /// Of every indicator, used ones first, so that a long chain of them does not nest.
    pub(super) fn new(package: &'a Package, day: Date) -> Self {
        let extents = Self { package, day, known: RefCell::new(vec![None; package.indicators.len()]) };
        for indicator in (0..).map(IndicatorIx).take(package.indicators.len()) {
            extents.indicator(indicator);
        }
        extents
    }

    /// Of an indicator.
    pub(super) fn indicator(&self, indicator: IndicatorIx) -> Extent {
        if let Some(known) = self.known.borrow()[indicator.index()] {
            return known;
        }
        let extent = self.of(&self.package.indicators[indicator.index()].expression);
        self.known.borrow_mut()[indicator.index()] = Some(extent);
        extent
    }

    /// Of a formula.
    pub(super) fn of(&self, expression: &Expression) -> Extent {
        match expression {
            Expression::Number(value) => Extent::point(*value),
            Expression::Field { field, .. } => {
                let field = &self.package.fields[field.index()];
                self.range(field.range, field.unit.as_deref())
            }
            Expression::Parameter(parameter) => {
                self.parameter(*parameter).map_or(Extent::UNBOUNDED, Extent::point)
            }
            Expression::Benchmark { benchmark, .. } => {
                let benchmark = &self.package.benchmarks[benchmark.index()];
                self.range(benchmark.admissible, Some(&benchmark.unit))
            }
            Expression::Indicator { indicator, .. } | Expression::Wider { indicator, .. } => {
                self.indicator(*indicator)
            }
            Expression::Aggregate { function, argument, .. } => {
                self.aggregate(*function, argument.as_deref())
            }
            Expression::Arithmetic { op, left, right } => self.arithmetic(*op, left, right),
            Expression::Negate(of) => self.of(of).negated(),
            Expression::Absolute(of) => self.of(of).absolute(),
            Expression::Round { of, digits, mode, unit_factor } => {
                self.of(of).rounded(*digits, *mode, *unit_factor)
            }
            Expression::Least(list) => {
                let parts: Vec<Extent> = list.iter().map(|part| self.of(part)).collect();
                let low = parts.iter().map(|part| part.low).collect::<Option<Vec<_>>>();
                let low = low.and_then(|ends| ends.into_iter().min());
                Extent { low, high: parts.iter().filter_map(|part| part.high).min() }
            }
            Expression::Greatest(list) => {
                let parts: Vec<Extent> = list.iter().map(|part| self.of(part)).collect();
                let high = parts.iter().map(|part| part.high).collect::<Option<Vec<_>>>();
                let high = high.and_then(|ends| ends.into_iter().max());
                Extent { low: parts.iter().filter_map(|part| part.low).max(), high }
            }
            Expression::Case { branches, otherwise } => {
                let values = branches.iter().map(|(_, value)| value).chain(otherwise.as_deref());
                values.map(|value| self.of(value)).reduce(Extent::hull).unwrap_or_default()
            }
            Expression::CoalesceWithReason { of, instead, .. } => self.of(of).hull(self.of(instead)),
            // A yes or no, kept as 1 or 0 where it is an indicator.
            Expression::Bool(_)
            | Expression::Compare { .. }
            | Expression::In { .. }
            | Expression::And(..)
            | Expression::Or(..)
            | Expression::Not(_) => Extent { low: Some(Exact::ZERO), high: Some(Exact::ONE) },
            _ => Extent::UNBOUNDED,
        }
    }

    /// The value in force on the day, in base units.
    pub(super) fn parameter(&self, parameter: ParameterIx) -> Option<Exact> {
        let parameter = &self.package.parameters[parameter.index()];
        let value = parameter.values.iter().rev().find(|value| value.from <= self.day)?;
        value.value.checked_mul(self.package.unit_factor(Some(&parameter.unit)))
    }

    fn range(&self, range: Range, unit: Option<&str>) -> Extent {
        let factor = self.package.unit_factor(unit);
        let base = |end: Option<Exact>| end?.checked_mul(factor);
        Extent { low: base(range.min), high: base(range.max) }
    }

    fn arithmetic(&self, op: Arithmetic, left: &Expression, right: &Expression) -> Extent {
        let (a, b) = (self.of(left), self.of(right));
        match op {
            Arithmetic::Add => a.plus(b),
            Arithmetic::Subtract => a.plus(b.negated()),
            Arithmetic::Multiply => a.times(b),
            Arithmetic::Divide if self.is_part_of(left, right) => {
                Extent { low: Some(Exact::ZERO), high: Some(Exact::ONE) }
            }
            Arithmetic::Divide => a.over(b),
        }
    }

    fn aggregate(&self, function: AggregateFunction, argument: Option<&Expression>) -> Extent {
        let inner = argument.map(|argument| self.of(argument)).unwrap_or_default();
        match function {
            AggregateFunction::Count | AggregateFunction::CountDistinct | AggregateFunction::Reported => {
                Extent { low: Some(Exact::ZERO), high: None }
            }
            // Any number of terms, also none.
            AggregateFunction::Sum => Extent {
                low: inner.low.filter(|low| *low >= Exact::ZERO).map(|_| Exact::ZERO),
                high: inner.high.filter(|high| *high <= Exact::ZERO).map(|_| Exact::ZERO),
            },
            AggregateFunction::Avg | AggregateFunction::Min | AggregateFunction::Max => inner,
        }
    }

    /// A part of a whole: the same sum of numbers that are not negative (or the same count), above with a filter that
    /// asks at least what the filter below asks.
    fn is_part_of(&self, top: &Expression, below: &Expression) -> bool {
        let (
            Expression::Aggregate { over: here, function: one, argument: part, filter },
            Expression::Aggregate { over: there, function: two, argument: whole, filter: wider },
        ) = (self.behind(top), self.behind(below))
        else {
            return false;
        };
        let adds = matches!(one, AggregateFunction::Sum | AggregateFunction::Count);
        let from_zero = match (one, part) {
            (AggregateFunction::Sum, Some(part)) => self.of(part).at_least_zero(),
            _ => true,
        };
        let mut asked = Vec::new();
        if let Some(filter) = filter {
            conjuncts(filter, &mut asked);
        }
        let mut needed = Vec::new();
        if let Some(filter) = wider {
            conjuncts(filter, &mut needed);
        }
        here == there
            && one == two
            && part == whole
            && adds
            && from_zero
            && needed.iter().all(|condition| asked.contains(condition))
    }

    /// The formula behind the names of indicators of the same subject and period.
    fn behind<'e>(&self, expression: &'e Expression) -> &'e Expression
    where
        'a: 'e,
    {
        let mut expression = expression;
        while let Expression::Indicator { indicator, shift: 0, .. } = expression {
            expression = &self.package.indicators[indicator.index()].expression;
        }
        expression
    }
}

fn conjuncts<'e>(filter: &'e Expression, parts: &mut Vec<&'e Expression>) {
    if let Expression::And(left, right) = filter {
        conjuncts(left, parts);
        conjuncts(right, parts);
    } else {
        parts.push(filter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Option<Exact> {
        (text != "-").then(|| Exact::parse(text).expect("a number"))
    }

    fn extent(low: &str, high: &str) -> Extent {
        Extent { low: exact(low), high: exact(high) }
    }

    #[test]
    fn a_product_of_extents_has_its_ends_at_a_corner() {
        assert_eq!(extent("-2", "3").times(extent("-5", "7")), extent("-15", "21"));
        assert_eq!(extent("0", "-").times(extent("0", "-")), extent("0", "-"));
        assert_eq!(extent("2", "-").times(extent("-3", "-1")), extent("-", "-2"));
        assert_eq!(extent("-", "-").times(extent("0", "0")), extent("0", "0"));
    }

    #[test]
    fn a_quotient_over_something_that_may_be_zero_is_open_upward() {
        assert_eq!(extent("1", "4").over(extent("0", "8")), extent("0.125", "-"));
        assert_eq!(extent("1", "4").over(extent("2", "8")), extent("0.125", "2"));
        assert_eq!(extent("-4", "4").over(extent("2", "-")), extent("-2", "2"));
        assert_eq!(extent("1", "4").over(extent("-8", "-2")), extent("-2", "-0.125"));
        assert_eq!(extent("1", "4").over(extent("-1", "1")), Extent::UNBOUNDED);
        assert_eq!(extent("1", "4").over(extent("0", "0")), Extent::UNBOUNDED);
    }

    #[test]
    fn an_absolute_value_is_never_below_zero() {
        assert_eq!(extent("-3", "2").absolute(), extent("0", "3"));
        assert_eq!(extent("-3", "-1").absolute(), extent("1", "3"));
        assert_eq!(extent("-", "2").absolute(), extent("0", "-"));
    }

    #[test]
    fn a_third_is_rounded_outward() {
        let third = extent("1", "1").over(extent("3", "3"));
        let (low, high) = (third.low.expect("bounded"), third.high.expect("bounded"));
        assert!(low < high && high.checked_mul(Exact::integer(3)).expect("it fits") > Exact::ONE);
    }
}
