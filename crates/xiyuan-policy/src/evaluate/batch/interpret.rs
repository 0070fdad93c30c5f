//! Runs one formula over a chunk of rows.

use super::divide::Divider;
use super::pass::Local;
use super::stage::Stage;
use super::vector::{State, Vector, base};
use crate::evaluate::arithmetic::holds;
use crate::evaluate::scalar::{Scope, calendar};
use crate::evaluate::value::Scalar;
use crate::evaluate::{EvaluationError, Figures, Overrides};
use crate::frame::{Column, Frame, Period, SubjectIx, pack_day, unpack_day};
use crate::number::{Exact, MAX_SCALE, QUOTIENT_SCALE, Quotient};
use crate::package::{Package, Subject};
use crate::plan::{Arithmetic, Expression, FieldIx, GroupingIx, IndicatorIx, Members, Of, Rounding};

/// Enterprises by their positions.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'r> {
    /// Side by side.
    Range { first: u32, len: usize },
    /// Any, ascending.
    List(&'r [u32]),
}

impl Rows<'_> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Range { len, .. } => len,
            Self::List(list) => list.len(),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u32> {
        let (range, list) = match self {
            Self::Range { first, len } => {
                (first..first + u32::try_from(len).expect("fewer than four thousand million rows"), &[][..])
            }
            Self::List(list) => (0..0, list),
        };
        range.chain(list.iter().copied())
    }
}

/// See the module's head. The rows are enterprises: the subjects of the formula, or the members an aggregate visits.
#[derive(Clone, Copy)]
pub(crate) struct Machine<'a> {
    pub package: &'a Package,
    pub frame: &'a Frame,
    pub overrides: &'a Overrides,
    pub stage: &'a Stage<'a>,
    /// Figures that are the same for all rows.
    pub figures: &'a dyn Figures,
    pub period: Period,
    /// Whose values the rows are.
    pub row: Of,
    /// The subject of the aggregate, when the rows are its members.
    pub subject: Option<SubjectIx>,
    /// Indicator or criterion, for errors.
    pub place: &'a str,
    /// What was computed on the way for the same rows; `None` where only the stage is read.
    pub local: Option<&'a Local>,
}

impl Machine<'_> {
    pub(crate) fn run(&self, expression: &Expression, rows: Rows<'_>) -> Result<Vector, EvaluationError> {
        if rows.len() == 0 {
            return Ok(Vector::open());
        }
        if let Some(part) = self.stage.part(expression, self.period, self.row) {
            return Ok(part.rows(rows));
        }
        if !self.is_of_row(expression) {
            return self.constant(expression);
        }
        match expression {
            Expression::Field { field, shift, .. } => Ok(self.field(*field, *shift, rows)),
            Expression::Indicator { indicator, shift, .. } => {
                self.indicator(*indicator, self.period.earlier(*shift), rows)
            }
            Expression::Wider { grouping, indicator, shift, .. } => {
                Ok(self.wider(*grouping, *indicator, self.period.earlier(*shift), rows))
            }
            Expression::Aggregate {
                over: Members::Periods(span),
                function,
                argument: Some(of),
                filter: None,
            } => self.window(*span, *function, of, rows, None),
            Expression::Arithmetic { op, left, right } => {
                let (left, right) = (self.run(left, rows)?, self.run(right, rows)?);
                Ok(arithmetic(*op, left, right))
            }
            Expression::Negate(of) => {
                let value = self.run(of, rows)?;
                let scale = value.scale;
                Ok(value.map(scale, i128::checked_neg))
            }
            Expression::Absolute(of) => {
                let value = self.run(of, rows)?;
                let scale = value.scale;
                Ok(value.map(scale, i128::checked_abs))
            }
            Expression::Compare { op, left, right } => {
                let (left, right) = aligned(self.run(left, rows)?, self.run(right, rows)?);
                // Bounds may decide what lacks something: that is for a closer look.
                Ok(left.both(&right, 0, State::Open, |a, b| Some(i128::from(holds(*op, a.cmp(&b))))))
            }
            Expression::And(left, right) => {
                let (left, right) = (self.run(left, rows)?, self.run(right, rows)?);
                Ok(decided_by(&left, &right, rows, false))
            }
            Expression::Or(left, right) => {
                let (left, right) = (self.run(left, rows)?, self.run(right, rows)?);
                Ok(decided_by(&left, &right, rows, true))
            }
            Expression::Not(of) => Ok(self.run(of, rows)?.map(0, |yes| Some(1 - yes))),
            Expression::In { of, list, negated } => self.is_in(of, list, *negated, rows),
            Expression::Case { branches, otherwise } => self.case(branches, otherwise.as_deref(), rows),
            Expression::Round { of, digits, mode, unit_factor } => {
                let value = self.run(of, rows)?;
                Ok(rounded(value, *digits, *mode, *unit_factor))
            }
            Expression::Least(list) => self.extreme(list, rows, i128::min),
            Expression::Greatest(list) => self.extreme(list, rows, i128::max),
            Expression::CoalesceWithReason { of, instead, .. } => {
                let (of, instead) = aligned(self.run(of, rows)?, self.run(instead, rows)?);
                if of.is_known() {
                    return Ok(of);
                }
                let mut result = Vector::with_capacity(rows.len(), of.scale);
                for row in 0..rows.len() {
                    let (value, state) = of.get(row);
                    let (value, state) =
                        if state == State::Lacking { instead.get(row) } else { (value, state) };
                    result.push(state, value);
                }
                Ok(result)
            }
            Expression::Between { count, from, to } => {
                let (from, to) = (self.run(from, rows)?, self.run(to, rows)?);
                Ok(from.both(&to, 0, State::Lacking, |from, to| {
                    let day = |packed| unpack_day(i32::try_from(packed).ok()?);
                    Some(i128::from(calendar(*count, day(from)?, day(to)?)))
                }))
            }
            // Records of a row, other aggregates: a closer look.
            _ => Ok(Vector::open()),
        }
    }

    /// A plain number field of the rows.
    pub(super) fn plain_field(&self, expression: &Expression) -> Option<(FieldIx, u32)> {
        let Expression::Field { field, of, shift } = expression else { return None };
        (*of == self.row).then_some((*field, *shift))
    }

    /// Whether the value differs from row to row.
    pub(super) fn is_of_row(&self, expression: &Expression) -> bool {
        match expression {
            Expression::Field { of, .. }
            | Expression::Indicator { of, .. }
            | Expression::Wider { of, .. } => *of == self.row,
            Expression::Aggregate { over: Members::Periods(_), argument, filter, .. } => {
                argument.iter().chain(filter).any(|part| self.is_of_row(part))
            }
            // Members and records of the rows themselves; an aggregate inside a member's part is of the member.
            Expression::Aggregate { .. } => true,
            _ => {
                let mut found = false;
                crate::language::for_each_child(expression, &mut |child| {
                    found = found || self.is_of_row(child);
                });
                found
            }
        }
    }

    fn constant(&self, expression: &Expression) -> Result<Vector, EvaluationError> {
        // Without a subject there is nothing that could ask for one: the rows are the subjects.
        let nobody = SubjectIx::Group(crate::frame::GroupIx(u32::MAX));
        let scope = Scope {
            package: self.package,
            frame: self.frame,
            overrides: self.overrides,
            figures: self.figures,
            period: self.period,
            subject: self.subject.unwrap_or(nobody),
            member: None,
            without: &[],
            covered: None,
            place: self.place,
        };
        Ok(match scope.eval(expression)? {
            Scalar::Number(value) => Vector::number(value),
            Scalar::Text(text) => {
                // A text that no cell holds is equal to none of them.
                let number = self.frame.text_number(text).map_or(-1, i128::from);
                Vector::uniform(State::Known, number, 0)
            }
            Scalar::Bool(yes) => Vector::uniform(State::Known, i128::from(yes), 0),
            Scalar::Date(day) => Vector::uniform(State::Known, i128::from(pack_day(day)), 0),
            Scalar::Unknown(_) | Scalar::Undefined(..) => Vector::uniform(State::Lacking, 0, 0),
        })
    }

    fn field(&self, field: FieldIx, shift: u32, rows: Rows<'_>) -> Vector {
        let Some(column) = self.frame.column(field, self.period.earlier(shift)) else {
            return Vector::uniform(State::Lacking, 0, 0);
        };
        let declared = &self.package.fields[field.index()];
        let (multiplier, scale) = match column {
            Column::Numbers { .. } => base(column, self.package.unit_factor(declared.unit.as_deref())),
            _ => (1, 0),
        };
        let value = |row: u32| match column.key(row).map(|value| value.checked_mul(multiplier)) {
            None => (0, State::Lacking),
            Some(Some(value)) => (value, State::Known),
            Some(None) => (0, State::Open),
        };
        let (values, states) = rows.iter().map(value).unzip();
        Vector::of(values, states, scale)
    }

    fn indicator(
        &self,
        indicator: IndicatorIx,
        period: Period,
        rows: Rows<'_>,
    ) -> Result<Vector, EvaluationError> {
        if self.package.indicators[indicator.index()].subject != Subject::Enterprise {
            return Ok(Vector::open());
        }
        match (self.stage.enterprises(indicator, period), self.local) {
            (Some(figures), _) => Ok(figures.rows(rows)),
            (None, Some(local)) => local.value(self, indicator, period, rows),
            (None, None) => Ok(Vector::open()),
        }
    }

    fn wider(&self, grouping: GroupingIx, indicator: IndicatorIx, period: Period, rows: Rows<'_>) -> Vector {
        let Some(figures) = self.stage.groups(indicator, period) else { return Vector::open() };
        let Some(group_of) = self.frame.groups_of_enterprises(grouping, period) else {
            return Vector::uniform(State::Lacking, 0, 0);
        };
        let figure = |row: u32| {
            let found = group_of.get(row as usize).and_then(|group| figures.get(*group));
            // Who belongs to no group has no figure of one.
            found.unwrap_or((0, State::Lacking))
        };
        let (values, states) = rows.iter().map(figure).unzip();
        Vector::of(values, states, figures.scale)
    }

    fn is_in(
        &self,
        of: &Expression,
        list: &[Expression],
        negated: bool,
        rows: Rows<'_>,
    ) -> Result<Vector, EvaluationError> {
        let value = self.run(of, rows)?;
        let mut found: Option<Vector> = None;
        for item in list {
            let (value, item) = aligned(value.clone(), self.constant(item)?);
            let is_equal = value.both(&item, 0, State::Open, |a, b| Some(i128::from(a == b)));
            found = Some(match found {
                None => is_equal,
                Some(so_far) => decided_by(&so_far, &is_equal, rows, true),
            });
        }
        let found = found.unwrap_or_else(|| Vector::uniform(State::Known, 0, 0));
        Ok(if negated { found.map(0, |yes| Some(1 - yes)) } else { found })
    }

    fn case(
        &self,
        branches: &[(Expression, Expression)],
        otherwise: Option<&Expression>,
        rows: Rows<'_>,
    ) -> Result<Vector, EvaluationError> {
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        for (condition, value) in branches {
            conditions.push(self.run(condition, rows)?);
            values.push(self.run(value, rows)?);
        }
        values.push(match otherwise {
            Some(value) => self.run(value, rows)?,
            None => Vector::uniform(State::Lacking, 0, 0),
        });
        let scale = values.iter().map(|value| value.scale).max().unwrap_or(0);
        let values: Vec<Vector> = values.into_iter().map(|value| value.rescaled(scale)).collect();
        let mut result = Vector::with_capacity(rows.len(), scale);
        if let ([condition], true, true) = (
            conditions.as_slice(),
            conditions.iter().all(Vector::is_known),
            values.iter().all(Vector::is_known),
        ) {
            for row in 0..rows.len() {
                let chosen = usize::from(condition.get(row).0 == 0);
                result.values.push(values[chosen].get(row).0);
            }
            return Ok(result);
        }
        for row in 0..rows.len() {
            let mut chosen = branches.len();
            let mut is_open = false;
            for (at, condition) in conditions.iter().enumerate() {
                match condition.truth(row) {
                    Some(true) => {
                        chosen = at;
                        break;
                    }
                    Some(false) => {}
                    None => {
                        is_open = true;
                        break;
                    }
                }
            }
            let (value, state) = values[chosen].get(row);
            result.push(if is_open { State::Open } else { state }, value);
        }
        Ok(result)
    }

    fn extreme(
        &self,
        list: &[Expression],
        rows: Rows<'_>,
        pick: fn(i128, i128) -> i128,
    ) -> Result<Vector, EvaluationError> {
        let mut result: Option<Vector> = None;
        for item in list {
            let item = self.run(item, rows)?;
            result = Some(match result {
                None => item,
                Some(so_far) => {
                    let (one, two) = aligned(so_far, item);
                    one.both(&two, one.scale, State::Lacking, |a, b| Some(pick(a, b)))
                }
            });
        }
        Ok(result.unwrap_or_else(Vector::open))
    }
}

/// Both at the larger scale.
fn aligned(one: Vector, two: Vector) -> (Vector, Vector) {
    let scale = one.scale.max(two.scale);
    (one.rescaled(scale), two.rescaled(scale))
}

/// Three-valued and (`decides` = no) or or (`decides` = yes).
fn decided_by(one: &Vector, two: &Vector, rows: Rows<'_>, decides: bool) -> Vector {
    let count = if one.is_uniform() && two.is_uniform() { 1 } else { rows.len() };
    let mut result = Vector::with_capacity(count, 0);
    for row in 0..count {
        match (one.truth(row), two.truth(row)) {
            (Some(yes), _) | (_, Some(yes)) if yes == decides => {
                result.push(State::Known, i128::from(decides));
            }
            (Some(_), Some(_)) => result.push(State::Known, i128::from(!decides)),
            _ => result.push(State::Open, 0),
        }
    }
    result
}

fn arithmetic(op: Arithmetic, left: Vector, right: Vector) -> Vector {
    match op {
        Arithmetic::Add | Arithmetic::Subtract => {
            let (left, right) = aligned(left, right);
            let add = |a: i128, b: i128| {
                if op == Arithmetic::Add { a.checked_add(b) } else { a.checked_sub(b) }
            };
            left.both(&right, left.scale, State::Lacking, add)
        }
        Arithmetic::Multiply => {
            let scale = left.scale + right.scale;
            if scale > MAX_SCALE {
                // Too fine for one scale: each number finds its own.
                return left.both(&right, MAX_SCALE, State::Lacking, |_, _| None);
            }
            left.both(&right, scale, State::Lacking, i128::checked_mul)
        }
        Arithmetic::Divide => {
            let up = i64::from(QUOTIENT_SCALE) + i64::from(right.scale) - i64::from(left.scale);
            let Ok(up) = u32::try_from(up) else {
                return left.both(&right, QUOTIENT_SCALE, State::Lacking, |_, _| None);
            };
            let divider = Divider::new(up);
            left.over(&right, QUOTIENT_SCALE, |a, b| divider?.divide(a, b))
        }
    }
}

fn rounded(value: Vector, digits: u32, mode: Rounding, unit_factor: Exact) -> Vector {
    let scale = digits + unit_factor.scale;
    let from = value.scale;
    if unit_factor == Exact::ONE {
        return value.map(digits.min(from), |mantissa| {
            Some(Exact { mantissa, scale: from }.round(digits, mode).mantissa)
        });
    }
    value.map(scale.min(MAX_SCALE), |mantissa| {
        let quotient = Quotient { numerator: Exact { mantissa, scale: from }, denominator: unit_factor };
        quotient.rounded(digits, mode)?.checked_mul(unit_factor)?.rescale_exact(scale).map(|n| n.mantissa)
    })
}
