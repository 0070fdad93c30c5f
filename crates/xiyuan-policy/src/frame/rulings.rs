//! What officers decided where the text leaves room: which reading of a criterion counts from when, and which park may stand
//! below a soft norm until when. Each with its days; who decided it and why is the store's matter.
//!
//! They are part of the frame, so that an outcome as of a known time rests on what was decided by then.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{Frame, ParkIx, Period};
use crate::plan::CriterionIx;

/// Days on which something holds, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Term {
    /// First day.
    pub from: Date,
    /// Last day; `None` = until something else is decided.
    pub until: Option<Date>,
}

impl Term {
    /// Whether a day lies within.
    pub fn holds_on(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A reading that somebody with the right to do so chose for a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenReading {
    /// Position in the criterion's readings.
    pub reading: usize,
    /// From when until when.
    pub term: Term,
}

/// By what they are about; nothing is kept of what nothing was decided about.
#[derive(Clone, Debug, Default)]
pub(super) struct Rulings {
    /// In the order in which they were decided: the last one that holds counts.
    readings: BTreeMap<CriterionIx, Vec<ChosenReading>>,
    /// Ascending, without repeats.
    exceptions: BTreeMap<(ParkIx, CriterionIx), Vec<Term>>,
}

impl Rulings {
    pub(super) fn add_reading(&mut self, criterion: CriterionIx, chosen: ChosenReading) {
        self.readings.entry(criterion).or_default().push(chosen);
    }

    pub(super) fn add_exception(&mut self, park: ParkIx, criterion: CriterionIx, term: Term) {
        let terms = self.exceptions.entry((park, criterion)).or_default();
        terms.push(term);
        terms.sort_unstable();
        terms.dedup();
    }

    pub(super) fn set_readings(&mut self, criterion: CriterionIx, chosen: &[ChosenReading]) {
        self.readings.remove(&criterion);
        for chosen in chosen {
            self.add_reading(criterion, *chosen);
        }
    }

    pub(super) fn set_exceptions(&mut self, park: ParkIx, criterion: CriterionIx, terms: &[Term]) {
        self.exceptions.remove(&(park, criterion));
        for term in terms {
            self.add_exception(park, criterion, *term);
        }
    }
}

impl Frame {
    /// Readings chosen for a criterion, in the order in which they were decided.
    pub fn readings(&self, criterion: CriterionIx) -> &[ChosenReading] {
        self.rulings.readings.get(&criterion).map_or(&[], Vec::as_slice)
    }

    /// Position of the reading that counts for a period: the one decided last of those that hold on the period's last
    /// day; the criterion's first, its default, where nothing was decided.
    pub fn reading(&self, criterion: CriterionIx, period: Period) -> usize {
        let day = period.last_day();
        let mut latest_first = self.readings(criterion).iter().rev();
        latest_first.find(|chosen| chosen.term.holds_on(day)).map_or(0, |chosen| chosen.reading)
    }

    /// Terms of the exceptions approved for a park, ascending.
    pub fn exceptions(&self, park: ParkIx, criterion: CriterionIx) -> &[Term] {
        self.rulings.exceptions.get(&(park, criterion)).map_or(&[], Vec::as_slice)
    }

    /// Whether a park may stand below a soft norm on the last day of a period.
    pub fn has_exception(&self, park: ParkIx, criterion: CriterionIx, period: Period) -> bool {
        let day = period.last_day();
        self.exceptions(park, criterion).iter().any(|term| term.holds_on(day))
    }
}
