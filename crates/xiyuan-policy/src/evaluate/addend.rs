//! What each member adds to a sum: a plain column, a figure of all enterprises, or a formula run beforehand.

use ethnum::I256;

use super::EvaluationError;
use super::batch::{FigureColumn, Machine, Rows, State, Vector};
use super::scalar::{Scalar, Scope};
use crate::frame::Column;
use crate::number::{Exact, Total};
use crate::plan::{Expression, Members, Of};

/// A member's part of a sum.
pub(super) enum Part {
    /// Mantissa at the addend's scale, before its factor.
    Plain(i128),
    /// The value, before the addend's factor.
    Exact(Exact),
    Missing,
    /// Not a number after all.
    Other,
}

/// The argument of a sum: a plain column, or a formula run over the members beforehand.
pub(super) enum Addend<'s> {
    One,
    Column {
        column: &'s Column,
        factor: Exact,
    },
    Absent,
    /// Another indicator of the members, computed for all enterprises.
    Figures {
        expression: &'s Expression,
        figures: &'s FigureColumn,
    },
    General {
        expression: &'s Expression,
        values: Vector,
    },
}

impl<'s> Addend<'s> {
    pub(super) fn new(
        scope: &Scope<'s>,
        machine: &Machine<'s>,
        argument: Option<&'s Expression>,
        members: &[u32],
    ) -> Result<Self, EvaluationError> {
        let Some(expression) = argument else { return Ok(Self::One) };
        let general = || {
            let values = machine.run(expression, Rows::List(members))?;
            Ok(Self::General { expression, values })
        };
        if let Expression::Indicator { indicator, of: Of::Member, shift } = expression
            && let Some(figures) = machine.stage.enterprises(*indicator, scope.period.earlier(*shift))
        {
            return Ok(Self::Figures { expression, figures });
        }
        let Expression::Field { field, of: Of::Member, shift } = expression else { return general() };
        let unit = scope.package.fields[field.index()].unit.as_deref();
        match scope.frame.column(*field, scope.period.earlier(*shift)) {
            Some(column @ Column::Numbers { .. }) => {
                Ok(Self::Column { column, factor: scope.package.unit_factor(unit) })
            }
            Some(_) => general(),
            None => Ok(Self::Absent),
        }
    }

    fn scale(&self) -> u32 {
        match self {
            Self::Column { column, .. } => column.scale(),
            Self::General { values, .. } => values.scale,
            Self::Figures { figures, .. } => figures.scale,
            Self::One | Self::Absent => 0,
        }
    }

    /// The sum over those who count, without those reported to `open`; `None` when a part is no number after all.
    pub(super) fn sum(
        &self,
        scope: &Scope<'s>,
        members: &[u32],
        truths: Option<&[Option<bool>]>,
        mut open: impl FnMut(usize),
    ) -> Result<Option<Exact>, EvaluationError> {
        if let Some(sum) = self.whole(members, truths) {
            return Ok(Exact::new(sum, self.scale()));
        }
        let (mut plain, mut total) = (0_i128, Total::default());
        let mut add = |value: i128| {
            if let Some(sum) = plain.checked_add(value) {
                plain = sum;
            } else {
                total.add_wide(I256::from(plain), self.scale());
                plain = value;
            }
        };
        let mut other = Total::default();
        for (position, member) in members.iter().enumerate() {
            let counts = truths.map_or(Some(true), |truths| truths[position]);
            if counts == Some(false) {
                continue;
            }
            match (counts, self.of(scope, position, *member)?) {
                (Some(_), Part::Plain(value)) => add(value),
                (Some(_), Part::Exact(value)) => other.add(value),
                (_, Part::Other) => return Ok(None),
                _ => open(position),
            }
        }
        total.add_wide(I256::from(plain), self.scale());
        total
            .finish()
            .and_then(|sum| sum.checked_mul(self.factor()))
            .and_then(|sum| sum.checked_add(other.finish()?.checked_mul(self.factor())?))
            .map(Some)
            .ok_or_else(|| scope.overflow())
    }

    fn factor(&self) -> Exact {
        if let Self::Column { factor, .. } = self { *factor } else { Exact::ONE }
    }

    fn closely(scope: &Scope<'s>, member: u32, expression: &'s Expression) -> Result<Part, EvaluationError> {
        Ok(match scope.of_member(Members::Enterprises, member).eval(expression)? {
            Scalar::Number(value) => Part::Exact(value),
            Scalar::Unknown(_) => Part::Missing,
            _ => Part::Other,
        })
    }

    /// The quick way: everyone counts and everything is known.
    fn whole(&self, members: &[u32], truths: Option<&[Option<bool>]>) -> Option<i128> {
        let Self::Figures { figures, .. } = self else { return None };
        if truths.is_some() || !figures.is_known() {
            return None;
        }
        members.iter().try_fold(0_i128, |sum, member| sum.checked_add(figures.values[*member as usize]))
    }

    /// `position` among the members for which the addend was made.
    pub(super) fn of(
        &self,
        scope: &Scope<'s>,
        position: usize,
        member: u32,
    ) -> Result<Part, EvaluationError> {
        Ok(match self {
            Self::One => Part::Plain(1),
            Self::Absent => Part::Missing,
            Self::Column { column, .. } => match column.narrow(member) {
                Some(value) => Part::Plain(value.into()),
                None => column
                    .mantissa(member)
                    .map_or(Part::Missing, |mantissa| Part::Exact(Exact { mantissa, scale: column.scale() })),
            },
            Self::Figures { expression, figures } => {
                if figures.state(member as usize) == State::Known {
                    Part::Plain(figures.values[member as usize])
                } else {
                    Self::closely(scope, member, expression)?
                }
            }
            Self::General { expression, values } => match values.known(position) {
                Some(value) => Part::Plain(value.mantissa),
                None => Self::closely(scope, member, expression)?,
            },
        })
    }
}
