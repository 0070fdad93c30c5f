//! What a member adds to a sum, as a constant plus coefficients times what is missing; and its unknown conditions.

use super::EvaluationError;
use super::scalar::Scope;
use super::value::{Interval, Scalar};
use crate::number::Exact;
use crate::outcome::Missing;
use crate::plan::{Arithmetic, Expression};

/// `constant + Σ coefficient · variable`. A variable is a missing cell, or a part of the formula that hangs on missing
/// cells in another way; it is named by its expression and known to lie within an interval.
pub(super) struct Affine<'a> {
    pub constant: Exact,
    pub variables: Vec<(&'a Expression, Exact, Interval)>,
    /// Some part was bounded by interval arithmetic that may be wider than need be.
    pub is_wide: bool,
}

impl<'a> Affine<'a> {
    pub(super) fn constant(constant: Exact) -> Self {
        Self { constant, variables: Vec::new(), is_wide: false }
    }

    /// The argument of a sum, and what it lacks; `None` when it has no value or is no number.
    pub(super) fn of(
        scope: &Scope<'a>,
        expression: &'a Expression,
        missing: &mut Vec<Missing>,
    ) -> Result<Option<Self>, EvaluationError> {
        let value = scope.eval(expression)?;
        missing.extend_from_slice(value.missing());
        Self::of_value(scope, expression, value)
    }

    fn of_part(scope: &Scope<'a>, expression: &'a Expression) -> Result<Option<Self>, EvaluationError> {
        Self::of_value(scope, expression, scope.eval(expression)?)
    }

    fn of_value(
        scope: &Scope<'a>,
        expression: &'a Expression,
        value: Scalar<'a>,
    ) -> Result<Option<Self>, EvaluationError> {
        let unknown = match value {
            Scalar::Number(number) => return Ok(Some(Self::constant(number))),
            Scalar::Unknown(unknown) if !unknown.may_be_undefined => unknown,
            _ => return Ok(None),
        };
        match expression {
            Expression::Negate(of) => {
                let minus_one = Exact::ONE.negated();
                Self::of_part(scope, of)?.map(|inner| inner.times(minus_one, scope)).transpose()
            }
            Expression::Arithmetic { op: op @ (Arithmetic::Add | Arithmetic::Subtract), left, right } => {
                let (Some(a), Some(b)) = (Self::of_part(scope, left)?, Self::of_part(scope, right)?) else {
                    return Ok(None);
                };
                let sign = if *op == Arithmetic::Add { Exact::ONE } else { Exact::ONE.negated() };
                a.plus(b.times(sign, scope)?, scope).map(Some)
            }
            Expression::Arithmetic { op: Arithmetic::Multiply, left, right } => {
                let (Some(a), Some(b)) = (Self::of_part(scope, left)?, Self::of_part(scope, right)?) else {
                    return Ok(None);
                };
                match (a.variables.is_empty(), b.variables.is_empty()) {
                    (true, _) => b.times(a.constant, scope).map(Some),
                    (_, true) => a.times(b.constant, scope).map(Some),
                    _ => Ok(Some(Self::opaque(expression, unknown.within, unknown.is_wide))),
                }
            }
            _ => Ok(Some(Self::opaque(expression, unknown.within, unknown.is_wide))),
        }
    }

    fn opaque(expression: &'a Expression, within: Interval, is_wide: bool) -> Self {
        Self { constant: Exact::ZERO, variables: vec![(expression, Exact::ONE, within)], is_wide }
    }

    fn times(mut self, factor: Exact, scope: &Scope<'a>) -> Result<Self, EvaluationError> {
        let multiplied = |value: Exact| value.checked_mul(factor).ok_or_else(|| scope.overflow());
        self.constant = multiplied(self.constant)?;
        for (_, coefficient, _) in &mut self.variables {
            *coefficient = multiplied(*coefficient)?;
        }
        Ok(self)
    }

    fn plus(mut self, other: Self, scope: &Scope<'a>) -> Result<Self, EvaluationError> {
        let added = |a: Exact, b: Exact| a.checked_add(b).ok_or_else(|| scope.overflow());
        self.constant = added(self.constant, other.constant)?;
        self.is_wide |= other.is_wide;
        for (name, coefficient, within) in other.variables {
            match self.variables.iter_mut().find(|(known, ..)| *known == name) {
                Some(found) => found.1 = added(found.1, coefficient)?,
                None => self.variables.push((name, coefficient, within)),
            }
        }
        Ok(self)
    }
}

/// Adds the unknown conditions of a filter, taken apart at and, or, not; each once.
pub(super) fn unknown_atoms<'a>(
    scope: &Scope<'a>,
    filter: &'a Expression,
    atoms: &mut Vec<&'a Expression>,
) -> Result<(), EvaluationError> {
    match filter {
        Expression::And(left, right) | Expression::Or(left, right) => {
            unknown_atoms(scope, left, atoms)?;
            unknown_atoms(scope, right, atoms)
        }
        Expression::Not(of) => unknown_atoms(scope, of, atoms),
        atom => {
            if scope.eval(atom)?.is_unknown() && !atoms.contains(&atom) {
                atoms.push(atom);
            }
            Ok(())
        }
    }
}

/// Whether a filter holds when the unknown atoms turn out as `choice` says (one bit each); `None` when it has no value.
pub(super) fn holds_under<'a>(
    scope: &Scope<'a>,
    filter: &'a Expression,
    atoms: &[&'a Expression],
    choice: u32,
) -> Result<Option<bool>, EvaluationError> {
    let part = |of: &'a Expression| holds_under(scope, of, atoms, choice);
    Ok(match filter {
        Expression::And(left, right) => match (part(left)?, part(right)?) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (left, right) => left.zip(right).map(|_| true),
        },
        Expression::Or(left, right) => match (part(left)?, part(right)?) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (left, right) => left.zip(right).map(|_| false),
        },
        Expression::Not(of) => part(of)?.map(|yes| !yes),
        atom => match atoms.iter().position(|known| *known == atom) {
            Some(position) => Some(choice >> position & 1 == 1),
            None => match scope.eval(atom)? {
                Scalar::Bool(yes) => Some(yes),
                _ => None,
            },
        },
    })
}

/// Every occurrence of a missing cell or benchmark below an expression, repeats included.
pub(super) fn occurrences<'a>(
    scope: &Scope<'a>,
    expression: &'a Expression,
    found: &mut Vec<Missing>,
) -> Result<(), EvaluationError> {
    if let Expression::Field { .. } | Expression::Benchmark { .. } = expression {
        found.extend_from_slice(scope.eval(expression)?.missing());
        return Ok(());
    }
    if let Expression::Indicator { .. } | Expression::Wider { .. } | Expression::Aggregate { .. } = expression
    {
        // Of another subject or period; inside, cells may come more than once where the figure is marked wide.
        let value = scope.eval(expression)?;
        found.extend_from_slice(value.missing());
        if value.is_wide() {
            found.extend_from_slice(value.missing());
        }
        return Ok(());
    }
    let mut failed = None;
    crate::plan::each_child(scope.package, expression, &mut |child| {
        if failed.is_none() {
            failed = occurrences(scope, child, found).err();
        }
    });
    failed.map_or(Ok(()), Err)
}
