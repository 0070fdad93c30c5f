//! Filters of aggregates read straight from columns: yes/no fields, a code against another, and, or, not.

use super::EvaluationError;
use super::batch::{Machine, Rows};
use super::scalar::Scope;
use super::value::Scalar;
use crate::frame::{Cell, Column};
use crate::plan::{Comparison, Expression, Members, Of};

/// A filter prepared for one subject and period.
pub(crate) enum Mask<'a> {
    /// Known beforehand.
    Constant(Option<bool>),
    /// A yes/no field of the member; `None` = the field was never set.
    Flag(Option<&'a Column>),
    /// A code of the member equals a text; `None` as text = a text that no cell holds.
    Code { column: Option<&'a Column>, text: Option<u32>, is_equal: bool },
    /// Three-valued and.
    And(Box<Mask<'a>>, Box<Mask<'a>>),
    /// Three-valued or.
    Or(Box<Mask<'a>>, Box<Mask<'a>>),
    /// Three-valued not.
    Not(Box<Mask<'a>>),
    /// Anything else.
    General(&'a Expression),
}

impl<'a> Mask<'a> {
    pub(crate) fn new(scope: &Scope<'a>, filter: &'a Expression) -> Self {
        match filter {
            Expression::Bool(yes) => Self::Constant(Some(*yes)),
            Expression::Field { field, of: Of::Member, shift } => {
                match scope.frame.column(*field, scope.period.earlier(*shift)) {
                    Some(Column::Texts(_) | Column::Numbers { .. } | Column::Dates(_)) => {
                        Self::General(filter)
                    }
                    column => Self::Flag(column),
                }
            }
            Expression::Compare { op: op @ (Comparison::Equal | Comparison::NotEqual), left, right } => {
                Self::code(scope, *op == Comparison::Equal, left, right)
                    .or_else(|| Self::code(scope, *op == Comparison::Equal, right, left))
                    .unwrap_or(Self::General(filter))
            }
            Expression::And(a, b) => Self::And(Self::new(scope, a).into(), Self::new(scope, b).into()),
            Expression::Or(a, b) => Self::Or(Self::new(scope, a).into(), Self::new(scope, b).into()),
            Expression::Not(of) => Self::Not(Self::new(scope, of).into()),
            _ => Self::General(filter),
        }
    }

    /// The member's code against a text that is the same for all members.
    fn code(scope: &Scope<'a>, is_equal: bool, member: &Expression, other: &Expression) -> Option<Self> {
        let Expression::Field { field, of: Of::Member, shift } = member else { return None };
        let column = scope.frame.column(*field, scope.period.earlier(*shift));
        if !matches!(column, None | Some(Column::Texts(_))) {
            return None;
        }
        let text = match other {
            Expression::Text(text) => scope.frame.text_number(text),
            Expression::Field { field, of: Of::Subject, shift } => {
                match scope.frame.cell(*field, scope.period.earlier(*shift), scope.subject) {
                    Cell::Text(text) => scope.frame.text_number(text),
                    Cell::Missing => return Some(Self::Constant(None)),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Self::Code { column, text, is_equal })
    }

    /// Who of the members counts, in their order.
    pub(crate) fn fill(
        &self,
        scope: &Scope<'a>,
        machine: &Machine<'_>,
        members: &[u32],
    ) -> Result<Vec<Option<bool>>, EvaluationError> {
        let both = |a: &Self, b: &Self, decides: bool| {
            let (mut all, other) = (a.fill(scope, machine, members)?, b.fill(scope, machine, members)?);
            for (one, other) in all.iter_mut().zip(other) {
                *one = match (*one, other) {
                    (Some(yes), _) | (_, Some(yes)) if yes == decides => Some(decides),
                    (Some(_), Some(_)) => Some(!decides),
                    _ => None,
                };
            }
            Ok(all)
        };
        match self {
            Self::And(a, b) => both(a, b, false),
            Self::Or(a, b) => both(a, b, true),
            Self::Not(of) => {
                let mut all = of.fill(scope, machine, members)?;
                for one in &mut all {
                    *one = one.map(|yes| !yes);
                }
                Ok(all)
            }
            Self::General(filter) => {
                let known = machine.run(filter, Rows::List(members))?;
                let truth = |(row, member): (usize, &u32)| match known.truth(row) {
                    Some(yes) => Ok(Some(yes)),
                    None => self.of(scope, *member),
                };
                members.iter().enumerate().map(truth).collect()
            }
            Self::Flag(Some(column)) => Ok(members.iter().map(|member| column.bool(*member)).collect()),
            Self::Code { column: Some(column), text, is_equal } => {
                let truth = |number: u32| (Some(number) == *text) == *is_equal;
                Ok(members.iter().map(|member| column.text(*member).map(truth)).collect())
            }
            one => members.iter().map(|member| one.of(scope, *member)).collect(),
        }
    }

    /// Whether the member counts; `None` = unknown.
    pub(crate) fn of(&self, scope: &Scope<'a>, member: u32) -> Result<Option<bool>, EvaluationError> {
        Ok(match self {
            Self::Constant(known) => *known,
            Self::Flag(column) => column.and_then(|column| column.bool(member)),
            Self::Code { column, text, is_equal } => column
                .and_then(|column| column.text(member))
                .map(|number| (Some(number) == *text) == *is_equal),
            Self::And(a, b) => match a.of(scope, member)? {
                Some(false) => Some(false),
                known => match (known, b.of(scope, member)?) {
                    (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                },
            },
            Self::Or(a, b) => match a.of(scope, member)? {
                Some(true) => Some(true),
                known => match (known, b.of(scope, member)?) {
                    (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                },
            },
            Self::Not(of) => of.of(scope, member)?.map(|yes| !yes),
            Self::General(filter) => match scope.of_member(Members::Enterprises, member).eval(filter)? {
                Scalar::Bool(yes) => Some(yes),
                // Unknown, or undefined: whoever looks closely at this member finds out which.
                _ => None,
            },
        })
    }
}
