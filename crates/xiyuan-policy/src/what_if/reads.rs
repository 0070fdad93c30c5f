//! Which cells, benchmarks, facts and files feed a test of a park: its own, its members' and their records'.
//!
//! What others file of a wider group feeds it too, but is no lever of this park and is left out. Computes no figure.

use std::collections::{BTreeSet, HashSet};

use super::lever::LeverOn;
use crate::frame::{EnterpriseIx, Frame, ParkIx, Period, RecordOrdinal, SubjectIx};
use crate::outcome::{Outcome, TestOutcome};
use crate::package::{FieldType, Package, Test, Threshold};
use crate::plan::{Expression, FieldIx, IndicatorIx, Members, Of, each_child};

/// What a formula is walked for.
#[derive(Clone, Copy)]
struct Place {
    subject: SubjectIx,
    member: Option<SubjectIx>,
    period: Period,
}

/// See the module's head.
struct Reads<'a> {
    package: &'a Package,
    frame: &'a Frame,
    park: ParkIx,
    members: HashSet<u32>,
    seen: HashSet<(IndicatorIx, SubjectIx, Period)>,
    found: BTreeSet<LeverOn>,
}

/// Everything that feeds those parts of a test that are not met.
pub(super) fn reads(
    package: &Package,
    frame: &Frame,
    (park, period): (ParkIx, Period),
    (test, outcome): (&Test, &TestOutcome),
) -> BTreeSet<LeverOn> {
    let periods = frame.periods().iter();
    let members = periods.flat_map(|period| frame.members(*period, park)).copied().collect();
    let (seen, found) = (HashSet::new(), BTreeSet::new());
    let mut reads = Reads { package, frame, park, members, seen, found };
    reads.test(test, outcome, period);
    reads.found
}

impl<'a> Reads<'a> {
    fn test(&mut self, test: &'a Test, outcome: &TestOutcome, period: Period) {
        if outcome.outcome == Outcome::Met {
            return;
        }
        match test {
            Test::Indicator { indicator, threshold, .. } => {
                let park = SubjectIx::Park(self.park);
                self.indicator(*indicator, park, period);
                if let Threshold::Expression { expression, .. } = threshold {
                    self.walk(expression, Place { subject: park, member: None, period });
                }
            }
            Test::Fact { fact } => {
                self.found.insert(LeverOn::Fact { fact: *fact });
            }
            Test::Evidence { evidence } => {
                self.found.insert(LeverOn::Evidence { evidence: *evidence });
            }
            Test::All { tests } | Test::Any { tests } => {
                for (test, part) in tests.iter().zip(&outcome.parts) {
                    self.test(test, part, period);
                }
            }
        }
    }

    fn indicator(&mut self, indicator: IndicatorIx, subject: SubjectIx, period: Period) {
        if self.seen.insert((indicator, subject, period)) {
            let package = self.package;
            let place = Place { subject, member: None, period };
            self.walk(&package.indicators[indicator.index()].expression, place);
        }
    }

    fn walk(&mut self, expression: &'a Expression, place: Place) {
        match expression {
            Expression::Field { field, of, shift } => {
                if let Some(subject) = place.of(*of) {
                    self.cell(*field, place.period.earlier(*shift), subject);
                }
            }
            Expression::Benchmark { benchmark, shift } => {
                let period = place.period.earlier(*shift);
                if self.frame.has_period(period) {
                    self.found.insert(LeverOn::Benchmark { benchmark: *benchmark, period });
                }
            }
            Expression::Indicator { indicator, of, shift } => {
                if let Some(subject) = place.of(*of) {
                    self.indicator(*indicator, subject, place.period.earlier(*shift));
                }
            }
            Expression::Wider { grouping, indicator, of, shift } => {
                let period = place.period.earlier(*shift);
                let group = place.of(*of).and_then(|subject| self.frame.group_of(*grouping, period, subject));
                if let Some(group) = group {
                    self.indicator(*indicator, SubjectIx::Group(group), period);
                }
            }
            Expression::Aggregate { over, argument, filter, .. } => {
                for place in self.inside(*over, place) {
                    for part in argument.iter().chain(filter) {
                        self.walk(part, place);
                    }
                }
            }
            _ => each_child(self.package, expression, &mut |child| self.walk(child, place)),
        }
    }

    /// The places of the members that an aggregate visits, as far as they are the park's.
    fn inside(&self, over: Members, place: Place) -> Vec<Place> {
        if let Members::Periods(span) = over {
            return place.period.window(span).into_iter().map(|period| Place { period, ..place }).collect();
        }
        let owner = match over {
            Members::Records(_) => place.member.unwrap_or(place.subject),
            _ => place.subject,
        };
        let visited = self.frame.visited(over, place.period, owner);
        let member = |ordinal: &u32| match over {
            Members::Enterprises => SubjectIx::Enterprise(EnterpriseIx(*ordinal)),
            Members::Parks => SubjectIx::Park(ParkIx(*ordinal)),
            Members::Records(_) | Members::Periods(_) => SubjectIx::Record(RecordOrdinal(*ordinal)),
        };
        let ours = visited.iter().map(member).filter(|member| self.is_ours(*member));
        ours.map(|member| Place { member: Some(member), ..place }).collect()
    }

    fn is_ours(&self, subject: SubjectIx) -> bool {
        match subject {
            SubjectIx::Park(park) => park == self.park,
            SubjectIx::Enterprise(EnterpriseIx(ordinal)) => self.members.contains(&ordinal),
            SubjectIx::Record(record) => self.is_ours(self.frame.record_owner(record).1),
            SubjectIx::Group(_) => false,
        }
    }

    fn cell(&mut self, field: FieldIx, period: Period, subject: SubjectIx) {
        let is_lever = matches!(
            self.package.fields[field.index()].ty,
            FieldType::Decimal | FieldType::Integer | FieldType::Bool
        );
        if is_lever && self.frame.has_period(period) {
            self.found.insert(LeverOn::Cell { field, period, subject });
        }
    }
}

impl Place {
    fn of(self, of: Of) -> Option<SubjectIx> {
        match of {
            Of::Subject => Some(self.subject),
            Of::Member => self.member,
        }
    }
}

/// Whether a formula, or one it rests on, is or has a part of some kind.
pub(super) fn mentions(package: &Package, expression: &Expression, is: &dyn Fn(&Expression) -> bool) -> bool {
    if is(expression) {
        return true;
    }
    let mut found = false;
    each_child(package, expression, &mut |child| found = found || mentions(package, child, is));
    found
}
