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
    /// By row; empty when all are known.
    states: Vec<State>,
    pub scale: u32,
}

impl Vector {
    /// The same for every row.
    pub(crate) fn uniform(state: State, value: i128, scale: u32) -> Self {
        let states = if state == State::Known { Vec::new() } else { vec![state] };
        Self { values: vec![value], states, scale }
    }

    /// Every row is left open.
    pub(crate) fn open() -> Self {
        Self::uniform(State::Open, 0, 0)
    }

    pub(crate) fn number(value: Exact) -> Self {
        Self::uniform(State::Known, value.mantissa, value.scale)
    }

    pub(crate) fn with_capacity(rows: usize, scale: u32) -> Self {
        Self { values: Vec::with_capacity(rows), states: Vec::new(), scale }
    }

    /// Values with their states; states may be left out when all are known.
    pub(crate) fn of(values: Vec<i128>, states: Vec<State>, scale: u32) -> Self {
        let states = if states.iter().all(|state| *state == State::Known) { Vec::new() } else { states };
        Self { values, states, scale }
    }

    pub(crate) fn push(&mut self, state: State, value: i128) {
        if state != State::Known && self.states.is_empty() {
            self.states = vec![State::Known; self.values.len()];
            self.states.reserve(self.values.capacity().saturating_sub(self.values.len()));
            self.states.push(state);
        } else if !self.states.is_empty() {
            self.states.push(state);
        }
        self.values.push(value);
    }

    pub(crate) fn is_uniform(&self) -> bool {
        self.values.len() == 1
    }

    /// State of a row.
    pub(crate) fn state(&self, row: usize) -> State {
        let row = if self.is_uniform() { 0 } else { row };
        self.states.get(row).copied().unwrap_or(State::Known)
    }

    pub(crate) fn set(&mut self, row: usize, state: State, value: i128) {
        self.values[row] = value;
        if state != State::Known && self.states.is_empty() {
            self.states = vec![State::Known; self.values.len()];
        }
        if let Some(slot) = self.states.get_mut(row) {
            *slot = state;
        }
    }

    /// All states, one a row.
    pub(crate) fn states(&self) -> Vec<State> {
        if self.states.is_empty() { vec![State::Known; self.values.len()] } else { self.states.clone() }
    }

    /// Whether every row is known.
    pub(crate) fn is_known(&self) -> bool {
        self.states.is_empty()
    }

    /// Value and state of a row.
    pub(crate) fn get(&self, row: usize) -> (i128, State) {
        let row = if self.is_uniform() { 0 } else { row };
        (self.values[row], self.states.get(row).copied().unwrap_or(State::Known))
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

    /// One value per row.
    pub(crate) fn spread(&mut self, rows: usize) {
        if self.is_uniform() && rows != 1 {
            self.values = vec![self.values[0]; rows];
            if let Some(state) = self.states.first() {
                self.states = vec![*state; rows];
            }
        }
    }

    /// Row by row; `None` from `f` leaves the row open.
    pub(crate) fn map(mut self, scale: u32, f: impl Fn(i128) -> Option<i128>) -> Self {
        self.scale = scale;
        for row in 0..self.values.len() {
            if self.states.get(row).is_none_or(|state| *state == State::Known) {
                match f(self.values[row]) {
                    Some(new) => self.values[row] = new,
                    None => self.set(row, State::Open, 0),
                }
            }
        }
        self
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
        let mut result = Self::with_capacity(rows, scale);
        if !(self.is_known() && other.is_known()) {
            let state = |of: &Self, row: usize| of.state(row);
            for row in 0..rows {
                let (value, state) = match state(self, row).max(state(other, row)) {
                    State::Known => f(self.get(row).0, other.get(row).0)
                        .map_or((0, State::Open), |value| (value, State::Known)),
                    State::Lacking => (0, lacking),
                    State::Open => (0, State::Open),
                };
                result.push(state, value);
            }
            return result;
        }
        // All known: only what does not fit is marked afterwards.
        let mut failed = Vec::new();
        let mut put = |row: usize, value: Option<i128>| {
            value.unwrap_or_else(|| {
                failed.push(row);
                0
            })
        };
        let (one, two) = (&self.values, &other.values);
        match (self.is_uniform() && rows != 1, other.is_uniform() && rows != 1) {
            (true, _) => {
                let a = one[0];
                result.values.extend(two.iter().enumerate().map(|(row, b)| put(row, f(a, *b))));
            }
            (false, true) => {
                let b = two[0];
                result.values.extend(one.iter().enumerate().map(|(row, a)| put(row, f(*a, b))));
            }
            (false, false) => {
                let pairs = one.iter().zip(two).enumerate();
                result.values.extend(pairs.map(|(row, (a, b))| put(row, f(*a, *b))));
            }
        }
        for row in failed {
            result.set(row, State::Open, 0);
        }
        result
    }

    /// A quotient row by row: what is divided by zero has no value, whatever else.
    pub(crate) fn over(
        &self,
        divisor: &Self,
        scale: u32,
        divide: impl Fn(i128, i128) -> Option<i128>,
    ) -> Self {
        let mut result = self.both(divisor, scale, State::Lacking, divide);
        if !result.is_known() {
            for row in 0..result.values.len() {
                if result.state(row) == State::Open && divisor.get(row) == (0, State::Known) {
                    result.set(row, State::Lacking, 0);
                }
            }
        }
        result
    }

    /// At another scale that is not smaller; rows that do not fit are left open.
    pub(crate) fn rescaled(self, scale: u32) -> Self {
        if self.scale == scale {
            return self;
        }
        let Some(factor) = 10_i128.checked_pow(scale - self.scale) else {
            let states = vec![State::Open; self.values.len()];
            return Self { states, scale, ..self };
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
