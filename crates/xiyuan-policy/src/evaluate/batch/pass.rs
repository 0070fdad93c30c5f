//! Computes an indicator, or a part of a formula, for all enterprises: chunk by chunk, on all processors.
//!
//! What is only needed on the way lives as long as its chunk and stays in the nearest caches; what was asked for becomes
//! a column.

use std::cell::RefCell;
use std::collections::HashMap;

use super::figures::{Chunk, FigureColumn};
use super::interpret::{Machine, Rows};
use super::stage::Stage;
use super::vector::Vector;
use crate::evaluate::{EvaluationError, index};
use crate::frame::Period;
use crate::plan::{Expression, IndicatorIx, Of};

/// Rows of a chunk: small enough to stay in the nearest caches.
const CHUNK: usize = 1024;

/// Figures of one chunk of rows that other formulas of the same rows read.
#[derive(Default)]
pub(crate) struct Local(RefCell<HashMap<(IndicatorIx, Period), Vector>>);

impl Local {
    pub(super) fn value(
        &self,
        machine: &Machine<'_>,
        indicator: IndicatorIx,
        period: Period,
        rows: Rows<'_>,
    ) -> Result<Vector, EvaluationError> {
        if let Some(known) = self.0.borrow().get(&(indicator, period)) {
            return Ok(known.clone());
        }
        let place = &machine.package.indicators[indicator.index()].id;
        let machine = Machine { period, place, ..*machine };
        let value = machine.complete(indicator, rows)?.into_value();
        self.0.borrow_mut().insert((indicator, period), value.clone());
        Ok(value)
    }
}

impl Machine<'_> {
    /// An indicator of rows that stand side by side, with nothing left open.
    fn complete(&self, indicator: IndicatorIx, rows: Rows<'_>) -> Result<Chunk, EvaluationError> {
        let mut chunk = self.figure(indicator, rows)?;
        let first = rows.iter().next().map_or(0, |first| first as usize);
        chunk.look_closely(self, indicator, first)?;
        Ok(chunk)
    }
}

impl Stage<'_> {
    pub(super) fn enterprise_column(
        &self,
        indicator: IndicatorIx,
        period: Period,
    ) -> Result<FigureColumn, EvaluationError> {
        let place = &self.package().indicators[indicator.index()].id;
        self.pass(place, period, |machine, rows| machine.complete(indicator, rows))
    }

    /// A part of a formula of enterprises; rows may be left open.
    pub(super) fn part_column(
        &self,
        place: &str,
        expression: &Expression,
        period: Period,
    ) -> Result<FigureColumn, EvaluationError> {
        self.pass(place, period, |machine, rows| {
            let mut chunk = Chunk::plain(machine.run(expression, rows)?, rows.len());
            chunk.spread();
            Ok(chunk)
        })
    }

    fn pass(
        &self,
        place: &str,
        period: Period,
        run: impl Fn(&Machine<'_>, Rows<'_>) -> Result<Chunk, EvaluationError> + Sync,
    ) -> Result<FigureColumn, EvaluationError> {
        FigureColumn::of_chunks(self.frame().enterprise_count(), CHUNK, |first, len| {
            let (columns, local) = (self.columns(), Local::default());
            let machine = Machine {
                package: self.package(),
                frame: self.frame(),
                overrides: self.overrides(),
                stage: self,
                figures: &columns,
                period,
                row: Of::Subject,
                subject: None,
                place,
                local: Some(&local),
            };
            run(&machine, Rows::Range { first: index(first), len })
        })
    }
}
