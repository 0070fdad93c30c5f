//! Formulas that are sums, or one sum over another: the form whose bounds are tight and which columns compute fast.

use crate::package::{MissingRule, Package};
use crate::plan::{AggregateFunction, Arithmetic, Expression, FieldIx, IndicatorIx, Members, Of};

/// `numerator / denominator`, or the numerator alone.
#[derive(Clone, Debug)]
pub(crate) struct Form<'p> {
    pub numerator: Vec<Term<'p>>,
    pub denominator: Option<Vec<Term<'p>>>,
}

/// One addend: ± product of constants × what.
#[derive(Clone, Debug)]
pub(crate) struct Term<'p> {
    pub is_negative: bool,
    /// Factors that depend neither on members nor on filed cells of the subject.
    pub factors: Vec<&'p Expression>,
    pub what: What<'p>,
}

/// What a term multiplies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What<'p> {
    /// Nothing: the factors alone.
    One,
    /// A filed cell of the subject.
    Cell(FieldIx, u32),
    /// A sum of an argument, or a count (`None`), over members for which the filter holds.
    Sum { argument: Option<&'p Expression>, filter: Option<&'p Expression> },
}

impl<'p> Form<'p> {
    /// The form of a strict indicator, if it has one. Other strict indicators it uses are put in their place.
    pub(crate) fn of(package: &'p Package, indicator: IndicatorIx) -> Option<Self> {
        is_strict(package, indicator)
            .then(|| Self::of_expression(package, &package.indicators[indicator.index()].expression))
            .flatten()
    }

    fn of_expression(package: &'p Package, expression: &'p Expression) -> Option<Self> {
        match expression {
            Expression::Arithmetic { op: Arithmetic::Divide, left, right } => {
                Some(Self { numerator: linear(package, left)?, denominator: Some(linear(package, right)?) })
            }
            Expression::Indicator { indicator, of: Of::Subject, shift: 0 } => Self::of(package, *indicator),
            other => Some(Self { numerator: linear(package, other)?, denominator: None }),
        }
    }

    /// All terms, those of the numerator first.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (Side, &Term<'p>)> {
        let denominator = self.denominator.iter().flatten().map(|term| (Side::Denominator, term));
        self.numerator.iter().map(|term| (Side::Numerator, term)).chain(denominator)
    }
}

/// Side of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Numerator,
    Denominator,
}

fn linear<'p>(package: &'p Package, expression: &'p Expression) -> Option<Vec<Term<'p>>> {
    if is_constant(expression) {
        return Some(vec![Term { is_negative: false, factors: vec![expression], what: What::One }]);
    }
    match expression {
        Expression::Arithmetic { op: op @ (Arithmetic::Add | Arithmetic::Subtract), left, right } => {
            let mut terms = linear(package, left)?;
            let right = linear(package, right)?;
            terms.extend(if *op == Arithmetic::Add { right } else { negated(right) });
            Some(terms)
        }
        Expression::Negate(of) => Some(negated(linear(package, of)?)),
        Expression::Arithmetic { op: Arithmetic::Multiply, left, right } => {
            let (constant, other) = if is_constant(left) {
                (left, right)
            } else {
                is_constant(right).then_some((right, left))?
            };
            let mut terms = linear(package, other)?;
            for term in &mut terms {
                term.factors.push(constant);
            }
            Some(terms)
        }
        Expression::Field { field, of: Of::Subject, shift } => Some(vec![plain(What::Cell(*field, *shift))]),
        Expression::Indicator { indicator, of: Of::Subject, shift: 0 } if is_strict(package, *indicator) => {
            linear(package, &package.indicators[indicator.index()].expression)
        }
        Expression::Aggregate {
            over: Members::Enterprises,
            function: AggregateFunction::Sum,
            argument: Some(argument),
            filter,
        } => Some(vec![plain(What::Sum { argument: Some(argument), filter: filter.as_deref() })]),
        Expression::Aggregate {
            over: Members::Enterprises,
            function: AggregateFunction::Count,
            argument: None,
            filter,
        } => Some(vec![plain(What::Sum { argument: None, filter: filter.as_deref() })]),
        _ => None,
    }
}

/// Nothing may be left out of the indicator.
pub(crate) fn is_strict(package: &Package, indicator: IndicatorIx) -> bool {
    matches!(package.indicators[indicator.index()].missing, MissingRule::Strict)
}

fn plain(what: What<'_>) -> Term<'_> {
    Term { is_negative: false, factors: Vec::new(), what }
}

fn negated(mut terms: Vec<Term<'_>>) -> Vec<Term<'_>> {
    for term in &mut terms {
        term.is_negative = !term.is_negative;
    }
    terms
}

/// Numbers and parameters: nobody files them. (A benchmark can be missing and is no constant.)
fn is_constant(expression: &Expression) -> bool {
    match expression {
        Expression::Number(_) | Expression::Parameter(_) => true,
        Expression::Negate(of) | Expression::Absolute(of) => is_constant(of),
        Expression::Arithmetic { op, left, right } => {
            *op != Arithmetic::Divide && is_constant(left) && is_constant(right)
        }
        _ => false,
    }
}
