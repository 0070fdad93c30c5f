//! An indicator of every enterprise or every group, and the chunks of which columns are put together.

use rayon::prelude::*;

use super::divide::{Divider, divide};
use super::interpret::{Machine, Rows};
use super::vector::{State, Vector};
use crate::evaluate::naive::collect;
use crate::evaluate::{EvaluationError, index};
use crate::frame::{EnterpriseIx, GroupIx, SubjectIx};
use crate::number::{Exact, QUOTIENT_SCALE, Quotient};
use crate::outcome::{Coverage, Figure};
use crate::package::MissingRule;
use crate::plan::{Arithmetic, Expression, IndicatorIx, Members, Of};

/// An indicator of every enterprise.
#[derive(Debug)]
pub(crate) struct FigureColumn {
    /// As other formulas read it: a quotient is taken to 18 decimals.
    pub values: Vec<i128>,
    /// By row; empty when all are known.
    states: Vec<State>,
    pub scale: u32,
    /// Numerator and denominator where the formula's top is a division.
    sides: Option<[(Vec<i128>, u32); 2]>,
}

impl FigureColumn {
    /// As a vector over some rows.
    pub(crate) fn rows(&self, rows: Rows<'_>) -> Vector {
        match rows {
            Rows::Range { first, len } => {
                let range = first as usize..first as usize + len;
                let states = self.states.get(range.clone()).map_or_else(Vec::new, <[State]>::to_vec);
                Vector::of(self.values[range].to_vec(), states, self.scale)
            }
            Rows::List(list) => {
                let values = list.iter().map(|row| self.values[*row as usize]).collect();
                let states = if self.states.is_empty() { &[][..] } else { list };
                Vector::of(values, states.iter().map(|row| self.state(*row as usize)).collect(), self.scale)
            }
        }
    }

    /// What is known of a row.
    pub(crate) fn state(&self, row: usize) -> State {
        self.states.get(row).copied().unwrap_or(State::Known)
    }

    /// Whether every row is known.
    pub(crate) fn is_known(&self) -> bool {
        self.states.is_empty()
    }

    /// The numbers of all enterprises where they are no quotients; what is not known is worthless.
    pub(crate) fn plain(&self) -> Option<&[i128]> {
        self.sides.is_none().then_some(&self.values)
    }

    /// The figure of an enterprise where it is known.
    pub(crate) fn known(&self, row: usize) -> Option<Quotient> {
        if self.state(row) != State::Known {
            return None;
        }
        let exact = |(values, scale): &(Vec<i128>, u32)| Exact { mantissa: values[row], scale: *scale };
        Some(match &self.sides {
            Some([top, bottom]) => Quotient { numerator: exact(top), denominator: exact(bottom) },
            None => Quotient::of(Exact { mantissa: self.values[row], scale: self.scale }),
        })
    }
}

/// An indicator of every group.
#[derive(Debug)]
pub(crate) struct GroupFigures {
    pub(super) first: u32,
    pub(super) values: Vec<(i128, State)>,
    pub scale: u32,
    pub(super) figures: Vec<(Figure, Coverage)>,
}

impl GroupFigures {
    pub(crate) fn get(&self, group: u32) -> Option<(i128, State)> {
        self.values.get(group.checked_sub(self.first)? as usize).copied()
    }

    /// The figure of a group, with coverage.
    pub(crate) fn figure(&self, group: GroupIx) -> Option<&(Figure, Coverage)> {
        self.figures.get(group.0.checked_sub(self.first)? as usize)
    }
}

/// A chunk of a figure column.
pub(super) struct Chunk {
    value: Vector,
    sides: Option<[Vector; 2]>,
    rows: usize,
}

impl Machine<'_> {
    /// An indicator of the rows under its rule for missing parts.
    pub(super) fn figure(&self, indicator: IndicatorIx, rows: Rows<'_>) -> Result<Chunk, EvaluationError> {
        let rule = &self.package.indicators[indicator.index()];
        let plain = |value: Vector| Chunk { value, sides: None, rows: rows.len() };
        if let MissingRule::Covered { min_coverage } = rule.missing {
            return self.covered(&rule.expression, min_coverage, rows).map(plain);
        }
        match &rule.expression {
            Expression::Arithmetic { op: Arithmetic::Divide, left, right } => {
                let (top, bottom) = (self.run(left, rows)?, self.run(right, rows)?);
                Ok(Chunk::quotient(top, bottom, rows.len()))
            }
            Expression::Indicator { indicator, of: Of::Subject, shift } => {
                // Another name for a figure: the figure itself, not rounded on the way.
                let period = self.period.earlier(*shift);
                let Some(same) = self.stage.enterprises(*indicator, period) else {
                    return Ok(plain(Vector::open()));
                };
                Ok(Chunk::copied(same, rows))
            }
            expression => self.run(expression, rows).map(plain),
        }
    }

    /// Only a window whose periods are left out alone is computed here.
    fn covered(
        &self,
        expression: &Expression,
        least: Exact,
        rows: Rows<'_>,
    ) -> Result<Vector, EvaluationError> {
        let mut found = Vec::new();
        collect(self.package, expression, &mut found);
        if found.is_empty() {
            return self.run(expression, rows);
        }
        match expression {
            Expression::Aggregate {
                over: Members::Periods(span),
                function,
                argument: Some(of),
                filter: None,
            } if found.len() == 1 && self.plain_field(of).is_some() => {
                self.window(*span, *function, of, rows, Some(least))
            }
            _ => Ok(Vector::open()),
        }
    }
}

impl Chunk {
    pub(super) fn plain(value: Vector, rows: usize) -> Self {
        Self { value, sides: None, rows }
    }

    fn quotient(top: Vector, bottom: Vector, rows: usize) -> Self {
        let up = i64::from(QUOTIENT_SCALE) + i64::from(bottom.scale) - i64::from(top.scale);
        let divider = u32::try_from(up).ok().and_then(Divider::new);
        let value = top.over(&bottom, QUOTIENT_SCALE, |a, b| divider?.divide(a, b));
        Self { value, sides: Some([top, bottom]), rows }
    }

    fn copied(of: &FigureColumn, rows: Rows<'_>) -> Self {
        let pick = |values: &[i128], scale: u32| {
            let mut result = Vector::with_capacity(rows.len(), scale);
            for row in rows.iter() {
                result.push(of.state(row as usize), values[row as usize]);
            }
            result
        };
        let sides =
            of.sides.as_ref().map(|sides| sides.each_ref().map(|(values, scale)| pick(values, *scale)));
        Self { value: pick(&of.values, of.scale), sides, rows: rows.len() }
    }

    /// Asks the oracle about each row that was left open, and takes every number to at most 18 decimals.
    pub(super) fn look_closely(
        &mut self,
        machine: &Machine<'_>,
        indicator: IndicatorIx,
        first: usize,
    ) -> Result<(), EvaluationError> {
        self.spread();
        if self.value.scale > QUOTIENT_SCALE {
            // Kept as it is beside what other formulas read.
            let fine = self.value.scale;
            let whole = self.value.clone();
            let one = Vector::of(vec![1; self.rows], whole.states(), 0);
            let drop = 10_i128.checked_pow(fine - QUOTIENT_SCALE);
            let value = std::mem::replace(&mut self.value, Vector::with_capacity(0, 0));
            self.value = value.map(QUOTIENT_SCALE, |mantissa| divide(mantissa, 0, drop?));
            self.sides = self.sides.take().or(Some([whole, one]));
        }
        if self.value.is_known() {
            return Ok(());
        }
        for row in 0..self.rows {
            if self.value.state(row) != State::Open {
                continue;
            }
            let subject = SubjectIx::Enterprise(EnterpriseIx(index(first + row)));
            let (figure, _) = machine.figures.figure(indicator, subject, machine.period)?;
            let Figure::Known { value } = figure else {
                self.value.set(row, State::Lacking, 0);
                continue;
            };
            let inner = value
                .to_inner()
                .ok_or_else(|| EvaluationError::Overflow { place: machine.place.to_owned() })?;
            self.settle(row, value, inner);
        }
        Ok(())
    }

    /// The numbers as other formulas read them.
    pub(super) fn into_value(self) -> Vector {
        self.value
    }

    /// One value per row.
    pub(super) fn spread(&mut self) {
        let rows = self.rows;
        self.value.spread(rows);
        self.sides.iter_mut().flatten().for_each(|side| side.spread(rows));
    }

    /// Writes a looked-up figure; all columns are brought to scales that hold it.
    fn settle(&mut self, row: usize, value: Quotient, inner: Exact) {
        write(&mut self.value, row, inner);
        match &mut self.sides {
            Some([top, bottom]) => {
                write(top, row, value.numerator);
                write(bottom, row, value.denominator);
            }
            None if value.denominator == Exact::ONE => {}
            None => {
                let mut top = self.value.clone();
                let mut bottom = Vector::of(vec![1; self.rows], self.value.states(), 0);
                write(&mut top, row, value.numerator);
                write(&mut bottom, row, value.denominator);
                self.sides = Some([top, bottom]);
            }
        }
    }
}

/// Puts a number into a vector, at a scale that holds all.
fn write(vector: &mut Vector, row: usize, value: Exact) {
    let scale = vector.scale.max(value.scale);
    if scale > vector.scale {
        let old = std::mem::replace(vector, Vector::with_capacity(0, 0));
        *vector = old.rescaled(scale);
    }
    if let Some(value) = value.rescale_exact(scale) {
        vector.set(row, State::Known, value.mantissa);
    }
}

/// What is left of a chunk when its values stand in the column.
struct Rest {
    scale: u32,
    is_known: bool,
    sides: Option<[Vector; 2]>,
}

impl FigureColumn {
    /// Puts a column together from chunks of `step` rows; each is computed and written where it belongs by one thread.
    pub(super) fn of_chunks(
        count: usize,
        step: usize,
        chunk: impl Fn(usize, usize) -> Result<Chunk, EvaluationError> + Sync,
    ) -> Result<Self, EvaluationError> {
        let (mut values, mut states) = (vec![0_i128; count], vec![State::Known; count]);
        let slots = values.par_chunks_mut(step).zip(states.par_chunks_mut(step)).enumerate();
        let rests = slots
            .map(|(number, (values, states))| {
                let Chunk { value, sides, .. } = chunk(number * step, values.len())?;
                values.copy_from_slice(&value.values);
                if !value.is_known() {
                    states.copy_from_slice(&value.states());
                }
                Ok(Rest { scale: value.scale, is_known: value.is_known(), sides })
            })
            .collect::<Result<Vec<Rest>, EvaluationError>>()?;
        let scale = rests.iter().map(|rest| rest.scale).max().unwrap_or(0);
        let mut column = Self { values, states, scale, sides: None };
        let mut is_known = rests.iter().all(|rest| rest.is_known);
        for (number, rest) in rests.iter().enumerate().filter(|(_, rest)| rest.scale < scale) {
            let rows = number * step..count.min((number + 1) * step);
            is_known &= column.rescale(rows, scale - rest.scale);
        }
        if rests.iter().any(|rest| rest.sides.is_some()) {
            column.sides = Some(column.joined_sides(rests, step));
        }
        if is_known {
            column.states = Vec::new();
        }
        Ok(column)
    }

    /// Brings some rows to a finer scale; what does not fit is left open. False when something did not fit.
    fn rescale(&mut self, rows: std::ops::Range<usize>, digits: u32) -> bool {
        let factor = 10_i128.checked_pow(digits);
        let mut fits_all = true;
        for row in rows {
            if let Some(value) = factor.and_then(|factor| self.values[row].checked_mul(factor)) {
                self.values[row] = value;
            } else {
                self.states[row] = State::Open;
                fits_all = false;
            }
        }
        fits_all
    }

    /// Numerators and denominators of all chunks; one without stands over one.
    fn joined_sides(&self, rests: Vec<Rest>, step: usize) -> [(Vec<i128>, u32); 2] {
        let finest = |at: usize| {
            let sides = rests.iter().filter_map(|rest| rest.sides.as_ref());
            sides.map(|sides| sides[at].scale).max().unwrap_or(0)
        };
        let scales = [finest(0).max(self.scale), finest(1)];
        let mut joined = scales.map(|scale| (Vec::with_capacity(self.values.len()), scale));
        for (number, rest) in rests.into_iter().enumerate() {
            let rows = number * step..self.values.len().min((number + 1) * step);
            let parts = rest.sides.unwrap_or_else(|| {
                let one = Vector::of(vec![1; rows.len()], Vec::new(), 0);
                let states = self.states.get(rows.clone()).map_or_else(Vec::new, <[State]>::to_vec);
                [Vector::of(self.values[rows].to_vec(), states, self.scale), one]
            });
            for ((values, scale), part) in joined.iter_mut().zip(parts) {
                values.extend(part.rescaled(*scale).values);
            }
        }
        joined
    }
}
