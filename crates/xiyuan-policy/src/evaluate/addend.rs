//! What each member adds to a sum: a plain column, a figure of all enterprises, or a formula run beforehand.

use ethnum::I256;
use rayon::prelude::*;

use super::EvaluationError;
use super::batch::{FigureColumn, Machine, Rows, State, Vector};
use super::scalar::Scope;
use super::value::Scalar;
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

/// Members that one thread sums: more are shared out.
const SHARE: usize = 1 << 13;

/// See [`Addend::quick`].
fn scan(
    members: &[u32],
    truths: Option<&[Option<bool>]>,
    plain: impl Fn(usize, u32) -> Option<i128> + Sync,
) -> Option<(i128, Vec<usize>)> {
    let share = |first: usize, members: &[u32]| {
        let (mut sum, mut fits, mut others) = (0_i128, true, Vec::new());
        let mut add = |value: i128| {
            let (next, is_over) = sum.overflowing_add(value);
            sum = next;
            fits &= !is_over;
        };
        match truths {
            None => {
                for (position, member) in (first..).zip(members) {
                    match plain(position, *member) {
                        Some(value) => add(value),
                        None => others.push(position),
                    }
                }
            }
            Some(truths) => {
                for ((position, member), counts) in (first..).zip(members).zip(&truths[first..]) {
                    match counts {
                        Some(false) => {}
                        Some(true) => match plain(position, *member) {
                            Some(value) => add(value),
                            None => others.push(position),
                        },
                        None => others.push(position),
                    }
                }
            }
        }
        fits.then_some((sum, others))
    };
    if members.len() <= SHARE {
        return share(0, members);
    }
    let shares = members.par_chunks(SHARE).enumerate().map(|(at, members)| share(at * SHARE, members));
    let shares = shares.collect::<Option<Vec<_>>>()?;
    let (mut sum, mut others) = (0_i128, Vec::new());
    for (part, more) in shares {
        sum = sum.checked_add(part)?;
        others.extend(more);
    }
    Some((sum, others))
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
        let (quick, positions) = match self.quick(members, truths) {
            Some((sum, positions)) => (sum, positions),
            None => (0, (0..members.len()).collect()),
        };
        let (mut plain, mut total) = (quick, Total::default());
        let mut add = |value: i128| {
            if let Some(sum) = plain.checked_add(value) {
                plain = sum;
            } else {
                total.add_wide(I256::from(plain), self.scale());
                plain = value;
            }
        };
        let mut other = Total::default();
        for position in positions {
            let counts = truths.map_or(Some(true), |truths| truths[position]);
            if counts == Some(false) {
                continue;
            }
            match (counts, self.of(scope, position, members[position])?) {
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

    /// The sum over those who surely count and whose value is there, and the positions of all others that may count.
    /// `None` when the sum does not fit.
    fn quick(&self, members: &[u32], truths: Option<&[Option<bool>]>) -> Option<(i128, Vec<usize>)> {
        match self {
            Self::One => scan(members, truths, |_, _| Some(1)),
            Self::Absent => scan(members, truths, |_, _| None),
            Self::Column { column, .. } => {
                scan(members, truths, |_, member| column.narrow(member).map(i128::from))
            }
            Self::Figures { figures, .. } if figures.is_known() => {
                scan(members, truths, |_, member| Some(figures.values[member as usize]))
            }
            Self::Figures { figures, .. } => scan(members, truths, |_, member| {
                (figures.state(member as usize) == State::Known).then(|| figures.values[member as usize])
            }),
            Self::General { values, .. } => {
                scan(members, truths, |position, _| values.known(position).map(|value| value.mantissa))
            }
        }
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
