//! What several sources say of one cell. What counts stands in the columns; here is who said what, so that the order of
//! the sources can be changed and differences between them found. Must not decide which source is right.

use std::collections::BTreeMap;

use super::{ApplyError, Change, EnterpriseIx, Frame, FrameError, Period, SubjectIx, SubjectKey, Value};
use crate::number::Exact;
use crate::package::{Package, Subject};
use crate::plan::FieldIx;

/// A cell of the frame.
type CellKey = (FieldIx, Period, SubjectIx);

/// By cell, what each source says, by position of the source.
#[derive(Clone, Debug, Default)]
pub(super) struct Told(BTreeMap<CellKey, BTreeMap<u32, Value>>);

impl Told {
    /// Keeps what a source says; answers with what counts.
    pub(super) fn put(&mut self, cell: CellKey, source: u32, value: Option<&Value>) -> Option<&Value> {
        let said = self.0.entry(cell).or_default();
        match value {
            Some(value) => said.insert(source, value.clone()),
            None => said.remove(&source),
        };
        said.values().next()
    }

    /// Enterprises get new positions: `position[old] = new`.
    pub(super) fn renumber(&mut self, position: &[u32]) {
        let moved = |((field, period, subject), said)| {
            let subject = match subject {
                SubjectIx::Enterprise(EnterpriseIx(old)) => {
                    SubjectIx::Enterprise(EnterpriseIx(position[old as usize]))
                }
                other => other,
            };
            ((field, period, subject), said)
        };
        self.0 = std::mem::take(&mut self.0).into_iter().map(moved).collect();
    }
}

/// Sources that say different things of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose.
    pub subject: SubjectIx,
    /// Which field.
    pub field: FieldIx,
    /// Of which period.
    pub period: Period,
    /// What each source says, by its position in the field's sources, in their order.
    pub said: Vec<(u32, Value)>,
    /// Greatest less least, in the field's own unit; `None` for what is no number.
    pub gap: Option<Exact>,
}

/// Cells of which sources differ by more than the field's tolerance (by anything at all where none is declared), in
/// order of fields, periods and subjects.
pub fn differences(package: &Package, frame: &Frame) -> Vec<Difference> {
    let find = |((field, period, subject), said): (&CellKey, &BTreeMap<u32, Value>)| {
        let first = said.values().next()?;
        if said.values().all(|value| value == first) {
            return None;
        }
        let numbers: Option<Vec<Exact>> = said
            .values()
            .map(|value| if let Value::Number(number) = value { Some(*number) } else { None })
            .collect();
        let ends = numbers.and_then(|numbers| numbers.iter().copied().max().zip(numbers.into_iter().min()));
        let gap = ends.and_then(|(most, least)| most.checked_sub(least));
        if gap.zip(package.fields[field.index()].tolerance).is_some_and(|(gap, tolerance)| gap <= tolerance) {
            return None;
        }
        let said = said.iter().map(|(source, value)| (*source, value.clone())).collect();
        Some(Difference { subject: *subject, field: *field, period: *period, said, gap })
    };
    frame.told.0.iter().filter_map(find).collect()
}

impl Frame {
    /// What a source says of a cell, by its position in the field's sources.
    pub fn told(&self, field: FieldIx, period: Period, subject: SubjectIx, source: u32) -> Option<&Value> {
        self.told.0.get(&(field, period, subject))?.get(&source)
    }

    /// This frame with the sources of a field counting in another order: positions of its sources, first first.
    pub fn with_order(&self, package: &Package, field: FieldIx, order: &[u32]) -> Result<Self, FrameError> {
        let changes = self.reordered(package, field, order);
        match self.apply(package, &changes, self.known) {
            Ok(frame) => Ok(frame),
            Err(ApplyError::Value(error)) => Err(error),
            Err(ApplyError::NeedsRebuild(_)) => unreachable!("cells alone change"),
        }
    }

    /// Changes of cells by which sources count in another order: positions of the field's sources, first first. A
    /// source that is not named does not count at all.
    pub(crate) fn reordered(&self, package: &Package, field: FieldIx, order: &[u32]) -> Vec<Change> {
        let cells = self.told.0.iter().filter(|((of, ..), _)| *of == field);
        let change = |((_, period, subject), said): (&CellKey, &BTreeMap<u32, Value>)| Change::Cell {
            subject: self.key(package, *subject, field),
            field,
            period: *period,
            value: order.iter().find_map(|source| said.get(source)).cloned(),
        };
        cells.map(change).collect()
    }

    /// The store's id of a subject to which a field belongs.
    pub(crate) fn key(&self, package: &Package, subject: SubjectIx, field: FieldIx) -> SubjectKey {
        let id = self.subject(subject).id.clone();
        match package.fields[field.index()].subject {
            Subject::Park => SubjectKey::Park(id),
            Subject::Record(kind) => SubjectKey::Record(kind, id),
            _ => SubjectKey::Enterprise(id),
        }
    }
}
