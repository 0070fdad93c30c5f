//! A column of one chunk: numbers with one scale, or yes/no, codes and days as numbers.

use crate::frame::Column;
use crate::number::Exact;

/// What is known of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// The value is there.
    Known,
    /// Surely no value: something is missing, or it has none for another reason.
    Lacking,
    /// Nobody has looked closely.
    Open,
}

/// Values of a chunk of rows; one value stands for all rows when there is only one.
#[derive(Clone, Debug)]
pub(crate) struct Vector {
    pub values: Vec<i128>,
    pub states: Vec<State>,
    pub scale: u32,
}

impl Vector {
    /// The same for every row.
    pub(crate) fn uniform(state: State, value: i128, scale: u32) -> Self {
        Self { values: vec![value], states: vec![state], scale }
    }

    pub(crate) fn number(value: Exact) -> Self {
        Self::uniform(State::Known, value.mantissa, value.scale)
    }

    pub(crate) fn with_capacity(rows: usize, scale: u32) -> Self {
        Self { values: Vec::with_capacity(rows), states: Vec::with_capacity(rows), scale }
    }

    pub(crate) fn push(&mut self, state: State, value: i128) {
        self.values.push(value);
        self.states.push(state);
    }

    pub(crate) fn is_uniform(&self) -> bool {
        self.values.len() == 1
    }

    /// Value and state of a row.
    pub(crate) fn get(&self, row: usize) -> (i128, State) {
        let row = if self.is_uniform() { 0 } else { row };
        (self.values[row], self.states[row])
    }

    /// The number of a row that is known.
    pub(crate) fn known(&self, row: usize) -> Option<Exact> {
        let (mantissa, state) = self.get(row);
        (state == State::Known).then_some(Exact { mantissa, scale: self.scale })
    }

    /// Yes, no, or not known.
    pub(crate) fn truth(&self, row: usize) -> Option<bool> {
        let (value, state) = self.get(row);
        (state == State::Known).then_some(value != 0)
    }

    /// Row by row; `None` from `f` leaves the row open.
    pub(crate) fn map(self, scale: u32, f: impl Fn(i128) -> Option<i128>) -> Self {
        let mut result = Self { scale, ..self };
        for (value, state) in result.values.iter_mut().zip(&mut result.states) {
            if *state == State::Known {
                match f(*value) {
                    Some(new) => *value = new,
                    None => *state = State::Open,
                }
            }
        }
        result
    }

    /// Two operands row by row where both are known; where one lacks something the result is `lacking`. `None` from `f`
    /// leaves the row open.
    pub(crate) fn both(
        &self,
        other: &Self,
        scale: u32,
        lacking: State,
        f: impl Fn(i128, i128) -> Option<i128>,
    ) -> Self {
        let rows = self.values.len().max(other.values.len());
        let (one, two) = (usize::from(!self.is_uniform()), usize::from(!other.is_uniform()));
        let mut result = Self::with_capacity(rows, scale);
        for row in 0..rows {
            let (a, b) = (row * one, row * two);
            let state = self.states[a].max(other.states[b]);
            let (value, state) = match state {
                State::Known => match f(self.values[a], other.values[b]) {
                    Some(value) => (value, State::Known),
                    None => (0, State::Open),
                },
                State::Lacking => (0, lacking),
                State::Open => (0, State::Open),
            };
            result.push(state, value);
        }
        result
    }

    /// At another scale that is not smaller; rows that do not fit are left open.
    pub(crate) fn rescaled(self, scale: u32) -> Self {
        if self.scale == scale {
            return self;
        }
        let Some(factor) = 10_i128.checked_pow(scale - self.scale) else {
            return Self { states: vec![State::Open; self.values.len()], scale, ..self };
        };
        self.map(scale, |value| value.checked_mul(factor))
    }
}

/// A column's numbers in base units: what each mantissa is multiplied by, and the scale of the result.
pub(crate) fn base(column: &Column, factor: Exact) -> (i128, u32) {
    let (mut multiplier, mut scale) = (factor.mantissa, column.scale() + factor.scale);
    while scale > 0 && multiplier % 10 == 0 && multiplier != 0 {
        multiplier /= 10;
        scale -= 1;
    }
    (multiplier, scale)
}
