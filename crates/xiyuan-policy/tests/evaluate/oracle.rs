//! A second opinion: formulas over complete figures, in small fractions, written without a look at the engine.

use std::collections::BTreeSet;

use ethnum::I256;
use jiff::civil::Date;
use xiyuan_policy::frame::{Period, Value};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::package::Package;
use xiyuan_policy::plan::{AggregateFunction, Arithmetic, Comparison, Expression, Of, Rounding};

use crate::city::{City, Who};

/// A fraction in lowest terms with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fraction {
    top: I256,
    bottom: I256,
}

fn gcd(mut a: I256, mut b: I256) -> I256 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}

fn power(digits: u32) -> I256 {
    I256::new(10).pow(digits)
}

fn product(a: I256, b: I256) -> I256 {
    a.checked_mul(b).expect("the cases keep to small numbers")
}

impl Fraction {
    const ZERO: Self = Self { top: I256::ZERO, bottom: I256::ONE };
    const ONE: Self = Self { top: I256::ONE, bottom: I256::ONE };

    fn new(top: I256, bottom: I256) -> Self {
        assert_ne!(bottom, 0);
        let divisor = gcd(top, bottom) * bottom.signum();
        Self { top: top / divisor, bottom: bottom / divisor }
    }

    pub fn of(value: Exact) -> Self {
        Self::new(value.mantissa.into(), power(value.scale))
    }

    pub fn of_quotient(value: Quotient) -> Self {
        Self::of(value.numerator).over(Self::of(value.denominator))
    }

    fn whole(value: usize) -> Self {
        Self { top: I256::from(u32::try_from(value).expect("small")), bottom: I256::ONE }
    }

    fn plus(self, other: Self) -> Self {
        let top = product(self.top, other.bottom) + product(other.top, self.bottom);
        Self::new(top, product(self.bottom, other.bottom))
    }

    fn times(self, other: Self) -> Self {
        Self::new(product(self.top, other.top), product(self.bottom, other.bottom))
    }

    fn negated(self) -> Self {
        Self { top: -self.top, bottom: self.bottom }
    }

    pub fn over(self, other: Self) -> Self {
        Self::new(product(self.top, other.bottom), product(self.bottom, other.top))
    }

    fn rounded(self, digits: u32, mode: Rounding) -> Self {
        let scaled = product(self.top, power(digits));
        let floor = scaled.div_euclid(self.bottom);
        let twice_rest = scaled.rem_euclid(self.bottom) * 2;
        let is_up = match mode {
            Rounding::Floor => false,
            Rounding::Ceiling => twice_rest > 0,
            Rounding::HalfAwayFromZero => {
                twice_rest > self.bottom || (twice_rest == self.bottom && scaled > 0)
            }
            Rounding::HalfEven => twice_rest > self.bottom || (twice_rest == self.bottom && floor % 2 != 0),
        };
        Self::new(if is_up { floor + 1 } else { floor }, power(digits))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        product(self.top, other.bottom).cmp(&product(other.top, self.bottom))
    }
}

/// A value; `None` around it stands for "has no value" (division by zero and the like).
#[derive(Clone, Debug, PartialEq)]
enum Plain {
    Number(Fraction),
    Text(String),
    Bool(bool),
    Date(Date),
}

/// Reads a complete city.
#[derive(Clone, Copy)]
pub struct Oracle<'a> {
    pub package: &'a Package,
    pub city: &'a City,
    pub park: usize,
    pub period: Period,
}

pub fn holds(op: Comparison, left: Fraction, right: Fraction) -> bool {
    match op {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

impl Oracle<'_> {
    /// The figure of a formula, its top division not rounded.
    pub fn figure(&self, expression: &Expression) -> Option<Fraction> {
        match expression {
            Expression::Arithmetic { op: Arithmetic::Divide, left, right } => {
                let (left, right) = (self.number(left, None)?, self.number(right, None)?);
                (right.top != 0).then(|| left.over(right))
            }
            Expression::Indicator { indicator, shift, .. } => {
                let then = Self { period: self.period.earlier(*shift), ..*self };
                then.figure(&self.package.indicators[indicator.index()].expression)
            }
            other => self.number(other, None),
        }
    }

    fn number(&self, expression: &Expression, member: Option<usize>) -> Option<Fraction> {
        match self.value(expression, member)? {
            Plain::Number(number) => Some(number),
            other => panic!("{other:?} is no number"),
        }
    }

    fn truth(&self, expression: &Expression, member: Option<usize>) -> Option<bool> {
        match self.value(expression, member)? {
            Plain::Bool(yes) => Some(yes),
            other => panic!("{other:?} is no yes or no"),
        }
    }

    fn factor(&self, unit: Option<&str>) -> Fraction {
        Fraction::of(self.package.unit_factor(unit))
    }

    fn value(&self, expression: &Expression, member: Option<usize>) -> Option<Plain> {
        let number = |part: &Expression| self.number(part, member);
        Some(match expression {
            Expression::Number(value) => Plain::Number(Fraction::of(*value)),
            Expression::Text(text) => Plain::Text(text.clone()),
            Expression::Bool(yes) => Plain::Bool(*yes),
            Expression::Date(day) => Plain::Date(*day),
            Expression::Wider { .. } | Expression::PeriodDay { .. } | Expression::Between { .. } => {
                panic!("these cities have no groups and no calendars")
            }
            Expression::Field { field, of, shift } => {
                let who = match of {
                    Of::Subject => Who::Park(self.park),
                    Of::Member => Who::Enterprise(member.expect("inside an aggregate")),
                };
                let key = (who, *field, self.period.earlier(*shift));
                let unit = self.package.fields[field.index()].unit.as_deref();
                match self.city.cells.get(&key).unwrap_or_else(|| panic!("{key:?} is missing")) {
                    Value::Number(value) => Plain::Number(Fraction::of(*value).times(self.factor(unit))),
                    Value::Text(text) => Plain::Text(text.clone()),
                    Value::Bool(yes) => Plain::Bool(*yes),
                    Value::Date(day) => Plain::Date(*day),
                }
            }
            Expression::Parameter(parameter) => {
                let parameter = &self.package.parameters[parameter.index()];
                let value = Fraction::of(parameter.values[0].value);
                Plain::Number(value.times(self.factor(Some(&parameter.unit))))
            }
            Expression::Benchmark { benchmark, shift } => {
                let value = self.city.benchmarks[&(*benchmark, self.period.earlier(*shift))];
                let unit = &self.package.benchmarks[benchmark.index()].unit;
                Plain::Number(Fraction::of(value).times(self.factor(Some(unit))))
            }
            Expression::Indicator { indicator, shift, .. } => {
                let then = Self { period: self.period.earlier(*shift), ..*self };
                Plain::Number(then.number(&self.package.indicators[indicator.index()].expression, None)?)
            }
            Expression::Aggregate { function, argument, filter, .. } => {
                Plain::Number(self.aggregate(*function, argument.as_deref(), filter.as_deref())?)
            }
            Expression::Arithmetic { op, left, right } => {
                let (left, right) = (number(left)?, number(right)?);
                Plain::Number(match op {
                    Arithmetic::Add => left.plus(right),
                    Arithmetic::Subtract => left.plus(right.negated()),
                    Arithmetic::Multiply => left.times(right),
                    Arithmetic::Divide if right.top == 0 => return None,
                    Arithmetic::Divide => left.over(right).rounded(18, Rounding::HalfAwayFromZero),
                })
            }
            Expression::Negate(of) => Plain::Number(number(of)?.negated()),
            Expression::Absolute(of) => {
                let value = number(of)?;
                Plain::Number(value.max(value.negated()))
            }
            Expression::Compare { op, left, right } => {
                let (left, right) = (self.value(left, member)?, self.value(right, member)?);
                Plain::Bool(Self::compare(*op, &left, &right))
            }
            Expression::In { of, list, negated } => {
                let value = self.value(of, member)?;
                let is_in = list.iter().any(|item| self.value(item, member).as_ref() == Some(&value));
                Plain::Bool(is_in != *negated)
            }
            Expression::And(left, right) => match (self.truth(left, member), self.truth(right, member)) {
                (Some(false), _) | (_, Some(false)) => Plain::Bool(false),
                (left, right) => Plain::Bool(left? && right?),
            },
            Expression::Or(left, right) => match (self.truth(left, member), self.truth(right, member)) {
                (Some(true), _) | (_, Some(true)) => Plain::Bool(true),
                (left, right) => Plain::Bool(left? || right?),
            },
            Expression::Not(of) => Plain::Bool(!self.truth(of, member)?),
            Expression::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    if self.truth(condition, member)? {
                        return self.value(value, member);
                    }
                }
                self.value(otherwise.as_deref()?, member)?
            }
            Expression::Round { of, digits, mode, unit_factor } => {
                let factor = Fraction::of(*unit_factor);
                Plain::Number(number(of)?.over(factor).rounded(*digits, *mode).times(factor))
            }
            Expression::Least(list) => {
                let values = list.iter().map(number).collect::<Option<Vec<_>>>()?;
                Plain::Number(values.into_iter().min()?)
            }
            Expression::Greatest(list) => {
                let values = list.iter().map(number).collect::<Option<Vec<_>>>()?;
                Plain::Number(values.into_iter().max()?)
            }
            Expression::CoalesceWithReason { of, instead, .. } => {
                self.value(of, member).or_else(|| self.value(instead, member))?
            }
        })
    }

    fn compare(op: Comparison, left: &Plain, right: &Plain) -> bool {
        let by = |ordering: std::cmp::Ordering| {
            holds(op, Fraction { top: I256::from(ordering as i8), bottom: I256::ONE }, Fraction::ZERO)
        };
        match (left, right) {
            (Plain::Number(a), Plain::Number(b)) => by(a.cmp(b)),
            (Plain::Text(a), Plain::Text(b)) => by(a.cmp(b)),
            (Plain::Bool(a), Plain::Bool(b)) => by(a.cmp(b)),
            (Plain::Date(a), Plain::Date(b)) => by(a.cmp(b)),
            pair => panic!("{pair:?} cannot be compared"),
        }
    }

    fn aggregate(
        &self,
        function: AggregateFunction,
        argument: Option<&Expression>,
        filter: Option<&Expression>,
    ) -> Option<Fraction> {
        let mut values = Vec::new();
        for (period, park, enterprise) in &self.city.members {
            if *period != self.period || *park != self.park {
                continue;
            }
            if let Some(filter) = filter
                && !self.truth(filter, Some(*enterprise))?
            {
                continue;
            }
            let one = Plain::Number(Fraction::ONE);
            values.push(argument.map_or(Some(one), |argument| self.value(argument, Some(*enterprise)))?);
        }
        let numbers = || {
            values.iter().map(|value| match value {
                Plain::Number(number) => *number,
                other => panic!("{other:?} is no number"),
            })
        };
        let sum = || numbers().fold(Fraction::ZERO, Fraction::plus);
        match function {
            AggregateFunction::Sum => Some(sum()),
            AggregateFunction::Count | AggregateFunction::Reported => Some(Fraction::whole(values.len())),
            AggregateFunction::CountDistinct => {
                let distinct: BTreeSet<String> = values.iter().map(|value| format!("{value:?}")).collect();
                Some(Fraction::whole(distinct.len()))
            }
            AggregateFunction::Avg if values.is_empty() => None,
            AggregateFunction::Avg => {
                Some(sum().over(Fraction::whole(values.len())).rounded(18, Rounding::HalfAwayFromZero))
            }
            AggregateFunction::Min => numbers().min(),
            AggregateFunction::Max => numbers().max(),
        }
    }
}
