//! A second opinion: formulas over complete figures, in small fractions, written without a look at the engine.

use std::collections::BTreeSet;

use ethnum::I256;
use jiff::Span;
use jiff::civil::Date;
use xiyuan_policy::frame::{Period, Value};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::package::{Frequency, Package};
use xiyuan_policy::plan::{
    AggregateFunction, Arithmetic, Calendar, Comparison, Expression, FieldIx, GroupingIx, IndicatorIx,
    Members, Of, Rounding,
};

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

/// Whose figure: someone's, or that of a group by its values in the grouping's fields.
#[derive(Clone, Debug, PartialEq)]
pub enum Whose {
    One(Who),
    Group(GroupingIx, Vec<String>),
}

/// Reads a complete city.
#[derive(Clone, Copy)]
pub struct Oracle<'a> {
    pub package: &'a Package,
    pub city: &'a City,
    pub whose: &'a Whose,
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

/// How many whole months lie between two days: month by month, a day that a month lacks being its last.
fn whole_months(from: Date, to: Date) -> i64 {
    let mut count = 0;
    while from.checked_add(Span::new().months(count + 1)).expect("near days") <= to {
        count += 1;
    }
    count
}

fn days(from: Date, to: Date) -> i64 {
    let (mut count, mut day) = (0, from);
    while day < to {
        day = day.tomorrow().expect("near days");
        count += 1;
    }
    count
}

/// Whole days, months or years; negative when the second day lies before the first.
fn between(count: Calendar, from: Date, to: Date) -> i64 {
    if to < from {
        return -between(count, to, from);
    }
    match count {
        Calendar::Days => days(from, to),
        Calendar::Months => whole_months(from, to),
        Calendar::Years => whole_months(from, to) / 12,
    }
}

/// The periods of a window, as the manual says: the last ones up to this period (or its December), or since January.
fn window(period: Period, frequency: Frequency, last: Option<u32>) -> Vec<Period> {
    let end = match (period, frequency) {
        (Period::Year(year), Frequency::Month) => Period::Month(year, 12),
        (Period::Month(..), Frequency::Year) => return Vec::new(),
        _ => period,
    };
    let mut periods = vec![end];
    let is_full = |periods: &[Period]| match last {
        Some(last) => periods.len() == last as usize,
        None => matches!(periods[periods.len() - 1], Period::Year(_) | Period::Month(_, 1)),
    };
    while !is_full(&periods) {
        periods.push(match periods[periods.len() - 1] {
            Period::Year(year) => Period::Year(year - 1),
            Period::Month(year, 1) => Period::Month(year - 1, 12),
            Period::Month(year, month) => Period::Month(year, month - 1),
        });
    }
    periods
}

impl<'a> Oracle<'a> {
    /// The figure of a formula, its top division not rounded.
    pub fn figure(&self, expression: &Expression) -> Option<Fraction> {
        match expression {
            Expression::Arithmetic { op: Arithmetic::Divide, left, right } => {
                let (left, right) = (self.number(left, None)?, self.number(right, None)?);
                (right.top != 0).then(|| left.over(right))
            }
            Expression::Indicator { indicator, of: Of::Subject, shift } => {
                let then = Self { period: self.period.earlier(*shift), ..*self };
                then.figure(&self.package.indicators[indicator.index()].expression)
            }
            other => match self.value(other, None)? {
                Plain::Bool(yes) => Some(Fraction::whole(usize::from(yes))),
                Plain::Number(number) => Some(number),
                other => panic!("{other:?} is no figure"),
            },
        }
    }

    /// A figure as a part of another formula: taken to 18 decimals.
    fn part(&self, whose: &'a Whose, indicator: IndicatorIx, shift: u32) -> Option<Plain> {
        let then = Self { whose, period: self.period.earlier(shift), ..*self };
        let figure = then.figure(&self.package.indicators[indicator.index()].expression)?;
        Some(Plain::Number(figure.rounded(18, Rounding::HalfAwayFromZero)))
    }

    /// The values by which someone belongs to a group of a grouping; `None` when one is not known or none are asked.
    fn key(&self, grouping: GroupingIx, who: Who, period: Period) -> Option<Vec<String>> {
        let grouping = &self.package.groupings[grouping.index()];
        let fields = match who {
            Who::Enterprise(_) => grouping.enterprises.as_ref()?,
            Who::Park(_) => grouping.parks.as_ref()?,
            Who::Record(_) => return None,
        };
        let value = |field: &FieldIx| match self.city.cells.get(&(who, *field, period))? {
            Value::Text(text) => Some(text.clone()),
            other => panic!("{other:?} decides no group here"),
        };
        fields.iter().map(value).collect()
    }

    fn one(&self) -> Who {
        match self.whose {
            Whose::One(who) => *who,
            Whose::Group(..) => panic!("a group has no cells"),
        }
    }

    fn whom(&self, of: Of, member: Option<Who>) -> Who {
        match of {
            Of::Subject => self.one(),
            Of::Member => member.expect("inside an aggregate"),
        }
    }

    /// Enterprises, parks or records that an aggregate visits now.
    fn visited(&self, over: Members) -> Vec<Who> {
        let everyone = (0..self.city.enterprises).map(Who::Enterprise);
        let everyone: Vec<Who> = everyone.chain((0..self.city.parks).map(Who::Park)).collect();
        let belongs = |who: Who| match self.whose {
            Whose::One(Who::Park(park)) => match who {
                Who::Enterprise(enterprise) => self.city.members.contains(&(self.period, *park, enterprise)),
                _ => false,
            },
            Whose::One(_) => false,
            Whose::Group(grouping, key) => self.key(*grouping, who, self.period).as_ref() == Some(key),
        };
        let owns = |owner: Who| *self.whose == Whose::One(owner) || (!self.is_one() && belongs(owner));
        let end = self.period.last_day();
        match over {
            Members::Enterprises => everyone
                .into_iter()
                .filter(|who| matches!(who, Who::Enterprise(_)) && belongs(*who))
                .collect(),
            Members::Parks => {
                everyone.into_iter().filter(|who| matches!(who, Who::Park(_)) && belongs(*who)).collect()
            }
            Members::Records(kind) => (0..self.city.records.len())
                .filter(|at| {
                    let entry = &self.city.records[*at];
                    let is_there = entry.from <= end && entry.to.is_none_or(|to| to >= end);
                    entry.kind == kind && is_there && owns(entry.owner)
                })
                .map(Who::Record)
                .collect(),
            Members::Periods(_) => panic!("periods are nobody"),
        }
    }

    fn is_one(&self) -> bool {
        matches!(self.whose, Whose::One(_))
    }

    fn number(&self, expression: &Expression, member: Option<Who>) -> Option<Fraction> {
        match self.value(expression, member)? {
            Plain::Number(number) => Some(number),
            other => panic!("{other:?} is no number"),
        }
    }

    fn truth(&self, expression: &Expression, member: Option<Who>) -> Option<bool> {
        match self.value(expression, member)? {
            Plain::Bool(yes) => Some(yes),
            other => panic!("{other:?} is no yes or no"),
        }
    }

    fn factor(&self, unit: Option<&str>) -> Fraction {
        Fraction::of(self.package.unit_factor(unit))
    }

    fn value(&self, expression: &Expression, member: Option<Who>) -> Option<Plain> {
        let number = |part: &Expression| self.number(part, member);
        Some(match expression {
            Expression::Number(value) => Plain::Number(Fraction::of(*value)),
            Expression::Text(text) => Plain::Text(text.clone()),
            Expression::Bool(yes) => Plain::Bool(*yes),
            Expression::Date(day) => Plain::Date(*day),
            Expression::Wider { grouping, indicator, of, shift } => {
                let who = self.whom(*of, member);
                let key = self.key(*grouping, who, self.period.earlier(*shift))?;
                // Lives only as long as the call.
                let whose = Whose::Group(*grouping, key);
                let there = Oracle { whose: &whose, ..*self };
                return there.part(&whose, *indicator, *shift);
            }
            Expression::PeriodDay { is_first: true } => Plain::Date(self.period.first_day()),
            Expression::PeriodDay { is_first: false } => Plain::Date(self.period.last_day()),
            Expression::Between { count, from, to } => {
                let (from, to) = (self.value(from, member)?, self.value(to, member)?);
                let (Plain::Date(from), Plain::Date(to)) = (from, to) else { panic!("no days") };
                Plain::Number(Fraction { top: I256::from(between(*count, from, to)), bottom: I256::ONE })
            }
            Expression::Field { field, of, shift } => {
                let who = self.whom(*of, member);
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
            Expression::Indicator { indicator, of: Of::Subject, shift } => {
                return self.part(self.whose, *indicator, *shift);
            }
            Expression::Indicator { indicator, of: Of::Member, shift } => {
                let whose = Whose::One(self.whom(Of::Member, member));
                let there = Oracle { whose: &whose, ..*self };
                return there.part(&whose, *indicator, *shift);
            }
            Expression::Aggregate { over, function, argument, filter } => {
                let parts = [argument.as_deref(), filter.as_deref()];
                Plain::Number(self.aggregate(*over, *function, parts, member)?)
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
        over: Members,
        function: AggregateFunction,
        [argument, filter]: [Option<&Expression>; 2],
        member: Option<Who>,
    ) -> Option<Fraction> {
        let visits: Vec<(Self, Option<Who>)> = if let Members::Periods(span) = over {
            let periods = window(self.period, span.frequency, span.last);
            periods.into_iter().map(|period| (Self { period, ..*self }, member)).collect()
        } else if self.city.periods.contains(&self.period) {
            self.visited(over).into_iter().map(|who| (*self, Some(who))).collect()
        } else {
            return None;
        };
        let mut values = Vec::new();
        for (there, member) in visits {
            let counts = filter.map_or(Some(true), |filter| there.truth(filter, member));
            if counts == Some(false) {
                continue;
            }
            let one = Plain::Number(Fraction::ONE);
            let value = argument.map_or(Some(one), |argument| there.value(argument, member));
            match counts.and(value) {
                Some(value) => values.push(value),
                // What has no value is not there to be counted as reported; everything else fails with it.
                None if function == AggregateFunction::Reported => {}
                None => return None,
            }
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
