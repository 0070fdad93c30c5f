//! Inputs that really differ between two frames, out of the changes that were told.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::frame::{Change, Frame, ParkIx, Period, SubjectIx};
use crate::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx, RecordIx};

/// Subjects of one kind, by position.
#[derive(Clone, Debug, Default)]
pub(super) struct Set {
    pub all: bool,
    pub some: BTreeSet<u32>,
}

impl Set {
    pub(super) fn everyone() -> Self {
        Self { all: true, some: BTreeSet::new() }
    }

    pub(super) fn has(&self, ordinal: u32) -> bool {
        self.all || self.some.contains(&ordinal)
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.all |= other.all;
        if self.all {
            self.some.clear();
        } else {
            self.some.extend(&other.some);
        }
    }

    /// Positions below a count, ascending.
    pub(super) fn within(&self, count: u32) -> Vec<u32> {
        if self.all { (0..count).collect() } else { self.some.range(..count).copied().collect() }
    }
}

/// See the module's head.
#[derive(Debug, Default)]
pub(super) struct Dirt {
    pub cells: HashMap<(FieldIx, Period), Set>,
    pub benchmarks: HashSet<(BenchmarkIx, Period)>,
    /// Parks whose members differ.
    pub members: HashMap<Period, BTreeSet<u32>>,
    /// Owners, old and new, of records that are there on other days or are someone else's.
    pub records: HashMap<RecordIx, BTreeSet<SubjectIx>>,
    pub facts: HashSet<(ParkIx, FactIx)>,
    pub evidence: HashSet<(ParkIx, EvidenceIx)>,
    /// Criteria of which another reading may count.
    pub readings: HashSet<CriterionIx>,
    pub exceptions: HashSet<(ParkIx, CriterionIx)>,
}

impl Dirt {
    pub(super) fn of(old: &Frame, new: &Frame, changes: &[Change]) -> Self {
        let mut dirt = Self::default();
        for change in changes {
            dirt.add(old, new, change);
        }
        dirt
    }

    fn add(&mut self, old: &Frame, new: &Frame, change: &Change) {
        match change {
            Change::Cell { subject, field, period, .. } | Change::Told { subject, field, period, .. } => {
                let Some(subject) = new.locate(subject) else { return };
                if old.cell(*field, *period, subject) != new.cell(*field, *period, subject) {
                    let set = self.cells.entry((*field, *period)).or_default();
                    set.some.insert(subject.ordinal());
                }
            }
            Change::Member { period, park, enterprise, .. } => {
                let (Some(park), Some(enterprise)) = (new.find_park(park), new.find_enterprise(enterprise))
                else {
                    return;
                };
                let counts =
                    |frame: &Frame| frame.members(*period, park).binary_search(&enterprise.0).is_ok();
                if counts(old) != counts(new) {
                    self.members.entry(*period).or_default().insert(park.0);
                }
            }
            Change::Benchmark { benchmark, period, .. } => {
                let value = |frame: &Frame| {
                    frame.benchmark(*benchmark, *period).map(|value| (value.mantissa, value.scale))
                };
                if value(old) != value(new) {
                    self.benchmarks.insert((*benchmark, *period));
                }
            }
            Change::Fact { park, fact, .. } => {
                let Some(park) = new.find_park(park) else { return };
                if old.fact(park, *fact) != new.fact(park, *fact) {
                    self.facts.insert((park, *fact));
                }
            }
            Change::Evidence { park, evidence, .. } => {
                let Some(park) = new.find_park(park) else { return };
                if old.has_evidence(park, *evidence) != new.has_evidence(park, *evidence) {
                    self.evidence.insert((park, *evidence));
                }
            }
            Change::Readings { criterion, .. } => {
                if old.readings(*criterion) != new.readings(*criterion) {
                    self.readings.insert(*criterion);
                }
            }
            Change::Exceptions { park, criterion, .. } => {
                let Some(park) = new.find_park(park) else { return };
                if old.exceptions(park, *criterion) != new.exceptions(park, *criterion) {
                    self.exceptions.insert((park, *criterion));
                }
            }
            Change::Record { kind, id, .. } => {
                self.record(old, new, &crate::frame::SubjectKey::Record(*kind, id.clone()));
            }
            Change::Gone(subject) => self.record(old, new, subject),
            Change::Enterprise { .. } | Change::Park { .. } => {}
        }
    }

    fn record(&mut self, old: &Frame, new: &Frame, key: &crate::frame::SubjectKey) {
        let Some(SubjectIx::Record(record)) = new.locate(key) else { return };
        let (kind, owner) = new.record_owner(record);
        let before = ((record.0 as usize) < old.record_count())
            .then(|| (old.record_owner(record).1, old.record_days(record)));
        if before != Some((owner, new.record_days(record))) {
            let owners = self.records.entry(kind).or_default();
            owners.insert(owner);
            owners.extend(before.map(|(owner, _)| owner));
        }
    }
}
