//! Conditions as sets of figures: can all of them hold at once, does one follow from another.
//!
//! A condition is taken apart into comparisons of one quantity with one number. Two quantities are the same when their
//! formulas are; a threshold that is not a number of the policy (a benchmark) makes its own quantity, "figure minus
//! threshold". Facts and files are either there or not. Answers are `None` when a condition has too many cases.

use std::cell::RefCell;

use super::extent::{Extent, Extents};
use crate::number::Exact;
use crate::package::{FieldType, Package, Test, Threshold};
use crate::plan::{Arithmetic, Comparison, Expression};

/// More combinations than this are not looked through.
const MOST_CASES: usize = 512;

/// A condition in which `not` occurs nowhere.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// A quantity compared with a number.
    Number {
        quantity: usize,
        op: Comparison,
        value: Exact,
    },
    /// Something that is true or not.
    Mark {
        mark: usize,
        holds: bool,
    },
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// What is compared with a number.
#[derive(PartialEq)]
struct Quantity {
    figure: Expression,
    /// Subtracted from it: a threshold that is not one number.
    less: Option<Expression>,
}

#[derive(PartialEq)]
enum Mark {
    Fact(usize),
    Evidence(usize),
}

/// Gives the same thing the same number, as of one day.
pub(super) struct Regions<'a> {
    package: &'a Package,
    extents: &'a Extents<'a>,
    quantities: RefCell<Vec<Quantity>>,
    marks: RefCell<Vec<Mark>>,
}

/// Comparisons that must hold together.
type Case = Vec<Condition>;

impl<'a> Regions<'a> {
    pub(super) fn new(package: &'a Package, extents: &'a Extents<'a>) -> Self {
        Self { package, extents, quantities: RefCell::default(), marks: RefCell::default() }
    }

    /// A test as a condition; `None` when a parameter has no value on the day.
    pub(super) fn condition(&self, test: &Test) -> Option<Condition> {
        match test {
            Test::Indicator { indicator, op, threshold } => {
                let figure = &self.package.indicators[indicator.index()].expression;
                match threshold {
                    Threshold::Parameter(parameter) => {
                        self.compared(figure, *op, None, self.extents.parameter(*parameter)?)
                    }
                    Threshold::Expression { expression, .. } => match self.constant(expression) {
                        Some(value) => self.compared(figure, *op, None, value),
                        None => self.compared(figure, *op, Some(expression), Exact::ZERO),
                    },
                }
            }
            Test::Fact { fact } => Some(self.mark(Mark::Fact(fact.index()))),
            Test::Evidence { evidence } => Some(self.mark(Mark::Evidence(evidence.index()))),
            Test::All { tests } => self.conditions(tests).map(Condition::All),
            Test::Any { tests } => self.conditions(tests).map(Condition::Any),
        }
    }

    fn conditions(&self, tests: &[Test]) -> Option<Vec<Condition>> {
        tests.iter().map(|test| self.condition(test)).collect()
    }

    fn mark(&self, mark: Mark) -> Condition {
        let mut marks = self.marks.borrow_mut();
        let known = marks.iter().position(|known| *known == mark);
        let mark = known.unwrap_or_else(|| {
            marks.push(mark);
            marks.len() - 1
        });
        Condition::Mark { mark, holds: true }
    }

    /// The least of several figures is above a line when all of them are, below when one of them is.
    fn compared(
        &self,
        figure: &Expression,
        op: Comparison,
        less: Option<&Expression>,
        value: Exact,
    ) -> Option<Condition> {
        use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
        let each = |list: &[Expression]| {
            list.iter().map(|part| self.compared(part, op, less, value)).collect::<Option<Vec<_>>>()
        };
        match (figure, op) {
            (Expression::Indicator { indicator, shift: 0, .. }, _) => {
                self.compared(&self.package.indicators[indicator.index()].expression, op, less, value)
            }
            (Expression::Least(list), Greater | GreaterOrEqual)
            | (Expression::Greatest(list), Less | LessOrEqual) => each(list).map(Condition::All),
            (Expression::Least(list), Less | LessOrEqual)
            | (Expression::Greatest(list), Greater | GreaterOrEqual) => each(list).map(Condition::Any),
            _ => {
                let quantity = Quantity { figure: figure.clone(), less: less.cloned() };
                let mut quantities = self.quantities.borrow_mut();
                let known = quantities.iter().position(|known| *known == quantity);
                let quantity = known.unwrap_or_else(|| {
                    quantities.push(quantity);
                    quantities.len() - 1
                });
                Some(Condition::Number { quantity, op, value })
            }
        }
    }

    /// The one number a threshold stands for on the day, if it does.
    fn constant(&self, expression: &Expression) -> Option<Exact> {
        let Extent { low, high } = self.extents.of(expression);
        low.filter(|low| Some(*low) == high)
    }

    /// Whether all of these can hold at once.
    pub(super) fn can_hold(&self, conditions: &[&Condition]) -> Option<bool> {
        let mut cases: Vec<Case> = vec![Vec::new()];
        for condition in conditions {
            cases = both(&cases, &cases_of(condition)?)?;
        }
        Some(cases.iter().any(|case| self.is_possible(case)))
    }

    /// Whether the second follows from the first.
    pub(super) fn implies(&self, first: &Condition, second: &Condition) -> Option<bool> {
        self.can_hold(&[first, &opposite(second)]).map(|can| !can)
    }

    fn is_possible(&self, case: &Case) -> bool {
        case.iter().enumerate().all(|(position, part)| match part {
            Condition::Mark { mark, holds } => !case
                .iter()
                .any(|other| matches!(other, Condition::Mark { mark: same, holds: other } if same == mark && other != holds)),
            Condition::Number { quantity, .. } => {
                let is_first = !case[..position]
                    .iter()
                    .any(|other| matches!(other, Condition::Number { quantity: same, .. } if same == quantity));
                !is_first || self.has_number(*quantity, case)
            }
            Condition::All(_) | Condition::Any(_) => true,
        })
    }

    /// Whether some number meets every comparison of the quantity in the case.
    fn has_number(&self, quantity: usize, case: &Case) -> bool {
        let known = &self.quantities.borrow()[quantity];
        let extent = if known.less.is_none() { self.extents.of(&known.figure) } else { Extent::default() };
        let is_whole = known.less.is_none() && self.is_whole(&known.figure);
        let (mut low, mut high) = (extent.low.map(|low| (low, false)), extent.high.map(|high| (high, false)));
        let mut not = Vec::new();
        for part in case {
            let Condition::Number { quantity: same, op, value } = part else { continue };
            if *same != quantity {
                continue;
            }
            match op {
                Comparison::Greater => low = Some(higher(low, (*value, true))),
                Comparison::GreaterOrEqual => low = Some(higher(low, (*value, false))),
                Comparison::Less => high = Some(lower(high, (*value, true))),
                Comparison::LessOrEqual => high = Some(lower(high, (*value, false))),
                Comparison::Equal => {
                    low = Some(higher(low, (*value, false)));
                    high = Some(lower(high, (*value, false)));
                }
                Comparison::NotEqual => not.push(*value),
            }
        }
        let (Some((low, low_open)), Some((high, high_open))) = (low, high) else { return true };
        if is_whole {
            return whole_between((low, low_open), (high, high_open), &not);
        }
        low < high || (low == high && !low_open && !high_open && !not.contains(&low))
    }

    /// Only whole numbers come out: counts, whole fields, and their sums and products.
    fn is_whole(&self, expression: &Expression) -> bool {
        use crate::plan::AggregateFunction as Function;
        match expression {
            Expression::Number(value) => value.normalized().scale == 0,
            Expression::Field { field, .. } => {
                let field = &self.package.fields[field.index()];
                field.ty == FieldType::Integer
                    && self.package.unit_factor(field.unit.as_deref()).normalized().scale == 0
            }
            Expression::Aggregate { function, argument, .. } => match function {
                Function::Count | Function::CountDistinct | Function::Reported => true,
                Function::Sum | Function::Min | Function::Max => {
                    argument.as_deref().is_some_and(|argument| self.is_whole(argument))
                }
                Function::Avg => false,
            },
            Expression::Arithmetic { op, left, right } => {
                *op != Arithmetic::Divide && self.is_whole(left) && self.is_whole(right)
            }
            Expression::Negate(of) | Expression::Absolute(of) => self.is_whole(of),
            _ => false,
        }
    }
}

fn higher(a: Option<(Exact, bool)>, b: (Exact, bool)) -> (Exact, bool) {
    a.filter(|a| a.0 > b.0 || (a.0 == b.0 && a.1)).unwrap_or(b)
}

fn lower(a: Option<(Exact, bool)>, b: (Exact, bool)) -> (Exact, bool) {
    a.filter(|a| a.0 < b.0 || (a.0 == b.0 && a.1)).unwrap_or(b)
}

/// A whole number between two ends that is none of the excluded; long stretches surely hold one.
fn whole_between((low, low_open): (Exact, bool), (high, high_open): (Exact, bool), not: &[Exact]) -> bool {
    use crate::number::Quotient;
    use crate::plan::Rounding;
    let Some(mut next) = Quotient::of(low).rounded(0, Rounding::Ceiling) else { return true };
    for _ in 0..=not.len() + 1 {
        let is_inside = (next > low || (next == low && !low_open))
            && (next < high || (next == high && !high_open))
            && !not.contains(&next);
        if is_inside {
            return true;
        }
        let Some(more) = next.checked_add(Exact::ONE) else { return true };
        next = more;
    }
    false
}

/// The condition that holds exactly when this one does not.
pub(super) fn opposite(condition: &Condition) -> Condition {
    match condition {
        Condition::Number { quantity, op, value } => {
            let op = match op {
                Comparison::Equal => Comparison::NotEqual,
                Comparison::NotEqual => Comparison::Equal,
                Comparison::Less => Comparison::GreaterOrEqual,
                Comparison::LessOrEqual => Comparison::Greater,
                Comparison::Greater => Comparison::LessOrEqual,
                Comparison::GreaterOrEqual => Comparison::Less,
            };
            Condition::Number { quantity: *quantity, op, value: *value }
        }
        Condition::Mark { mark, holds } => Condition::Mark { mark: *mark, holds: !holds },
        Condition::All(parts) => Condition::Any(parts.iter().map(opposite).collect()),
        Condition::Any(parts) => Condition::All(parts.iter().map(opposite).collect()),
    }
}

/// The combinations under which a condition holds.
fn cases_of(condition: &Condition) -> Option<Vec<Case>> {
    match condition {
        Condition::Number { .. } | Condition::Mark { .. } => Some(vec![vec![condition.clone()]]),
        Condition::All(parts) => {
            let mut cases = vec![Vec::new()];
            for part in parts {
                cases = both(&cases, &cases_of(part)?)?;
            }
            Some(cases)
        }
        Condition::Any(parts) => {
            let mut cases = Vec::new();
            for part in parts {
                cases.extend(cases_of(part)?);
            }
            (cases.len() <= MOST_CASES).then_some(cases)
        }
    }
}

fn both(one: &[Case], two: &[Case]) -> Option<Vec<Case>> {
    if one.len() * two.len() > MOST_CASES {
        return None;
    }
    Some(one.iter().flat_map(|a| two.iter().map(move |b| a.iter().chain(b).cloned().collect())).collect())
}
