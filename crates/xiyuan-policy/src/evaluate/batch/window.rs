//! Windows over periods: sums, means and counts of one column per period, row by row.

use super::divide::Divider;
use super::interpret::{Machine, Rows};
use super::vector::{State, Vector, base};
use crate::evaluate::EvaluationError;
use crate::frame::{Column, Period};
use crate::number::{Exact, QUOTIENT_SCALE};
use crate::plan::{AggregateFunction, Expression, Span};

/// Sums and counts of a chunk.
struct Sums {
    totals: Vec<i128>,
    counts: Vec<u32>,
    /// Rows nobody can say without a closer look.
    open: Vec<bool>,
    scale: u32,
}

impl Sums {
    /// What is known of each row when at least so many periods must be there.
    fn states(&self, least: u32) -> Vec<State> {
        let state = |(count, is_open): (&u32, &bool)| match (*is_open, *count >= least) {
            (true, _) => State::Open,
            (false, true) => State::Known,
            (false, false) => State::Lacking,
        };
        self.counts.iter().zip(&self.open).map(state).collect()
    }
}

impl Machine<'_> {
    /// `covered`: the least share of periods that must be there when the rest may be left out.
    pub(super) fn window(
        &self,
        span: Span,
        function: AggregateFunction,
        argument: &Expression,
        rows: Rows<'_>,
        covered: Option<Exact>,
    ) -> Result<Vector, EvaluationError> {
        let periods = self.period.window(span);
        let sums = match self.plain_field(argument) {
            Some((field, shift)) => self.sum_field(field, shift, &periods, rows),
            None => self.sum_formula(argument, &periods, rows, covered.is_some())?,
        };
        let expected = u32::try_from(periods.len()).expect("at most a few hundred periods");
        let is_mean = function == AggregateFunction::Avg;
        let scale = match function {
            AggregateFunction::Reported => 0,
            AggregateFunction::Avg if sums.scale > QUOTIENT_SCALE => return Ok(Vector::open()),
            AggregateFunction::Avg => QUOTIENT_SCALE,
            _ => sums.scale,
        };
        let divider = if is_mean { Divider::new(QUOTIENT_SCALE - sums.scale) } else { None };
        // How many periods must be there.
        let least = match covered {
            None => expected,
            Some(share) => (1..=expected).find(|count| is_share(*count, expected, share)).unwrap_or(u32::MAX),
        };
        let least = if is_mean { least.max(1) } else { least };
        if function == AggregateFunction::Reported {
            let counts = sums.counts.iter().map(|count| i128::from(*count)).collect();
            return Ok(Vector::of(counts, sums.states(0), scale));
        }
        let states = sums.states(least);
        if !is_mean {
            return Ok(Vector::of(sums.totals, states, scale));
        }
        let mut result = Vector::with_capacity(rows.len(), scale);
        for ((total, count), state) in sums.totals.iter().zip(&sums.counts).zip(states) {
            let mean = || divider.and_then(|divider| divider.divide(*total, i128::from(*count)));
            match state {
                State::Known => match mean() {
                    Some(mean) => result.push(State::Known, mean),
                    None => result.push(State::Open, 0),
                },
                state => result.push(state, 0),
            }
        }
        Ok(result)
    }

    /// The fast way: a plain column per period.
    fn sum_field(&self, field: crate::plan::FieldIx, shift: u32, periods: &[Period], rows: Rows<'_>) -> Sums {
        let declared = &self.package.fields[field.index()];
        let factor = self.package.unit_factor(declared.unit.as_deref());
        let mut sums = Sums {
            totals: vec![0; rows.len()],
            counts: vec![0; rows.len()],
            open: vec![false; rows.len()],
            scale: 0,
        };
        let mut narrow = vec![0_i64; rows.len()];
        // Sums of at most 1,024 numbers below 2^52 stay below 2^62.
        let mut is_narrow = periods.len() <= 1024;
        let columns: Vec<&Column> =
            periods.iter().filter_map(|period| self.frame.column(field, period.earlier(shift))).collect();
        let Some(first) = columns.first() else { return sums };
        let (multiplier, scale) = base(first, factor);
        sums.scale = scale;
        is_narrow = is_narrow && Column::add_all_narrow(&columns, rows, &mut narrow, &mut sums.counts);
        if is_narrow {
            for (total, narrow) in sums.totals.iter_mut().zip(&narrow) {
                *total = i128::from(*narrow) * multiplier;
            }
            return sums;
        }
        sums.counts.fill(0);
        for (at, row) in rows.iter().enumerate() {
            for column in &columns {
                let Some(value) = column.mantissa(row) else { continue };
                sums.counts[at] += 1;
                match value.checked_mul(multiplier).and_then(|value| sums.totals[at].checked_add(value)) {
                    Some(total) => sums.totals[at] = total,
                    None => sums.open[at] = true,
                }
            }
        }
        sums
    }

    /// Any formula, period by period. What lacks a value is not there; where it matters why, the row is left open.
    fn sum_formula(
        &self,
        argument: &Expression,
        periods: &[Period],
        rows: Rows<'_>,
        why_matters: bool,
    ) -> Result<Sums, EvaluationError> {
        let mut sums = Sums {
            totals: vec![0; rows.len()],
            counts: vec![0; rows.len()],
            open: vec![false; rows.len()],
            scale: 0,
        };
        for period in periods {
            let part = Machine { period: *period, ..*self }.run(argument, rows)?;
            let scale = part.scale.max(sums.scale);
            let part = part.rescaled(scale);
            let factor = 10_i128.checked_pow(scale - sums.scale);
            for at in 0..rows.len() {
                let stretched = factor.and_then(|factor| sums.totals[at].checked_mul(factor));
                let (value, state) = part.get(at);
                let added = match state {
                    State::Known => stretched.and_then(|total| total.checked_add(value)),
                    _ => stretched,
                };
                sums.counts[at] += u32::from(state == State::Known);
                sums.open[at] |= state == State::Open || (state == State::Lacking && why_matters);
                match added {
                    Some(total) => sums.totals[at] = total,
                    None => sums.open[at] = true,
                }
            }
            sums.scale = scale;
        }
        Ok(sums)
    }
}

/// `count ÷ expected ≥ share`.
fn is_share(count: u32, expected: u32, share: Exact) -> bool {
    let Some(scale) = 10_i128.checked_pow(share.scale) else { return false };
    let (left, right) =
        (i128::from(count).checked_mul(scale), share.mantissa.checked_mul(i128::from(expected)));
    left.zip(right).is_some_and(|(left, right)| left >= right)
}
