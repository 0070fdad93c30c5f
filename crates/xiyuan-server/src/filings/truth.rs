//! Whether a check between fields holds for one filing: the checked formula over the values that were just typed.
//!
//! Exact and three-valued: what reads a missing value, an earlier period or anything outside this filing is unknown,
//! and an unknown check does not speak. Parameters are those in force on the last day of the period. Numbers are fractions in base units, so that nothing is rounded.

use std::cmp::Ordering;

use jiff::civil::Date;
use xiyuan_policy::{
    number::{Exact, Quotient},
    package::Package,
    plan::{Arithmetic, Comparison, Expression},
};
use xiyuan_store::packing::{Value, Values};

/// `None`: unknown.
pub fn holds(package: &Package, expression: &Expression, values: &Values, on: Date) -> Option<bool> {
    match (Filing { package, values, on }).eval(expression)? {
        Known::Bool(yes) => Some(yes),
        _ => None,
    }
}

#[derive(Clone, Debug)]
enum Known {
    Number(Quotient),
    Text(String),
    Bool(bool),
    Date(Date),
}

struct Filing<'f> {
    package: &'f Package,
    values: &'f Values,
    on: Date,
}

impl Filing<'_> {
    fn eval(&self, expression: &Expression) -> Option<Known> {
        match expression {
            Expression::Number(number) => Some(Known::Number(plain(*number))),
            Expression::Text(text) => Some(Known::Text(text.clone())),
            Expression::Bool(yes) => Some(Known::Bool(*yes)),
            Expression::Date(day) => Some(Known::Date(*day)),
            Expression::Field { field, shift: 0, .. } => {
                let field = &self.package.fields[field.index()];
                self.value(self.values.get(&field.id)?, field.unit.as_deref())
            }
            Expression::Arithmetic { op, left, right } => {
                arithmetic(*op, self.number(left)?, self.number(right)?).map(Known::Number)
            }
            Expression::Negate(of) => {
                arithmetic(Arithmetic::Subtract, plain(Exact::ZERO), self.number(of)?).map(Known::Number)
            }
            Expression::Absolute(of) => {
                let number = self.number(of)?;
                let is_negative = compare(number, plain(Exact::ZERO))? == Ordering::Less;
                if is_negative {
                    arithmetic(Arithmetic::Subtract, plain(Exact::ZERO), number).map(Known::Number)
                } else {
                    Some(Known::Number(number))
                }
            }
            Expression::Compare { op, left, right } => self.compare(*op, left, right).map(Known::Bool),
            Expression::In { of, list, negated } => {
                let found = self.eval(of)?;
                let hit = list.iter().any(|item| {
                    self.eval(item).is_some_and(|item| order(&found, &item) == Some(Ordering::Equal))
                });
                Some(Known::Bool(hit != *negated))
            }
            Expression::And(left, right) => self.both(left, right, false),
            Expression::Or(left, right) => self.both(left, right, true),
            Expression::Not(of) => match self.eval(of)? {
                Known::Bool(yes) => Some(Known::Bool(!yes)),
                _ => None,
            },
            Expression::Least(list) => self.extreme(list, Ordering::Less),
            Expression::Greatest(list) => self.extreme(list, Ordering::Greater),
            Expression::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    match self.eval(condition)? {
                        Known::Bool(true) => return self.eval(value),
                        Known::Bool(false) => {}
                        _ => return None,
                    }
                }
                self.eval(otherwise.as_deref()?)
            }
            Expression::CoalesceWithReason { of, instead, .. } => {
                self.eval(of).or_else(|| self.eval(instead))
            }
            Expression::Parameter(parameter) => {
                let parameter = &self.package.parameters[parameter.index()];
                let value = parameter.values.iter().rev().find(|value| value.from <= self.on)?.value;
                Some(Known::Number(plain(value.checked_mul(self.factor(Some(&parameter.unit)))?)))
            }
            Expression::Field { .. }
            | Expression::Benchmark { .. }
            | Expression::Indicator { .. }
            | Expression::Wider { .. }
            | Expression::PeriodDay { .. }
            | Expression::Between { .. }
            | Expression::Aggregate { .. }
            | Expression::Round { .. } => None,
        }
    }

    fn value(&self, value: &Value, unit: Option<&str>) -> Option<Known> {
        Some(match value {
            Value::Number(number) => Known::Number(plain(number.checked_mul(self.factor(unit))?)),
            Value::Text(text) | Value::Code(text) => Known::Text(text.clone()),
            Value::Date(day) => Known::Date(*day),
            Value::Bool(yes) => Known::Bool(*yes),
            Value::Missing => return None,
        })
    }

    /// Factor of a unit to the base unit; the checker has put the parameters' and fields' units there.
    fn factor(&self, unit: Option<&str>) -> Exact {
        unit.and_then(|unit| self.package.units.get(unit)).map_or(Exact::ONE, |unit| unit.factor)
    }

    fn number(&self, expression: &Expression) -> Option<Quotient> {
        match self.eval(expression)? {
            Known::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Three-valued: `decisive` on one side settles it whatever the other is.
    fn both(&self, left: &Expression, right: &Expression, decisive: bool) -> Option<Known> {
        let side = |expression| match self.eval(expression) {
            Some(Known::Bool(yes)) => Some(yes),
            _ => None,
        };
        match (side(left), side(right)) {
            (Some(yes), _) | (_, Some(yes)) if yes == decisive => Some(Known::Bool(decisive)),
            (Some(_), Some(_)) => Some(Known::Bool(!decisive)),
            _ => None,
        }
    }

    fn compare(&self, op: Comparison, left: &Expression, right: &Expression) -> Option<bool> {
        let ordering = order(&self.eval(left)?, &self.eval(right)?)?;
        Some(match op {
            Comparison::Equal => ordering == Ordering::Equal,
            Comparison::NotEqual => ordering != Ordering::Equal,
            Comparison::Less => ordering == Ordering::Less,
            Comparison::LessOrEqual => ordering != Ordering::Greater,
            Comparison::Greater => ordering == Ordering::Greater,
            Comparison::GreaterOrEqual => ordering != Ordering::Less,
        })
    }

    fn extreme(&self, list: &[Expression], wanted: Ordering) -> Option<Known> {
        let mut best: Option<Quotient> = None;
        for item in list {
            let number = self.number(item)?;
            best = match best {
                Some(best) if compare(number, best)? != wanted => Some(best),
                _ => Some(number),
            };
        }
        best.map(Known::Number)
    }
}

fn plain(number: Exact) -> Quotient {
    Quotient { numerator: number, denominator: Exact::ONE }
}

fn order(left: &Known, right: &Known) -> Option<Ordering> {
    match (left, right) {
        (Known::Number(left), Known::Number(right)) => compare(*left, *right),
        (Known::Text(left), Known::Text(right)) => Some(left.cmp(right)),
        (Known::Bool(left), Known::Bool(right)) => Some(left.cmp(right)),
        (Known::Date(left), Known::Date(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// By cross-multiplication; unknown when the products do not fit.
fn compare(left: Quotient, right: Quotient) -> Option<Ordering> {
    let one = left.numerator.checked_mul(right.denominator)?;
    let two = right.numerator.checked_mul(left.denominator)?;
    let is_turned = (left.denominator.mantissa < 0) != (right.denominator.mantissa < 0);
    Some(if is_turned { two.cmp(&one) } else { one.cmp(&two) })
}

/// Exact on fractions; unknown on overflow and for a division by zero.
fn arithmetic(op: Arithmetic, left: Quotient, right: Quotient) -> Option<Quotient> {
    let (top, bottom) = match op {
        Arithmetic::Add | Arithmetic::Subtract => {
            let one = left.numerator.checked_mul(right.denominator)?;
            let two = right.numerator.checked_mul(left.denominator)?;
            let top = if op == Arithmetic::Add { one.checked_add(two)? } else { one.checked_sub(two)? };
            (top, left.denominator.checked_mul(right.denominator)?)
        }
        Arithmetic::Multiply => {
            (left.numerator.checked_mul(right.numerator)?, left.denominator.checked_mul(right.denominator)?)
        }
        Arithmetic::Divide => {
            (left.numerator.checked_mul(right.denominator)?, left.denominator.checked_mul(right.numerator)?)
        }
    };
    (bottom.mantissa != 0).then_some(Quotient { numerator: top, denominator: bottom })
}
