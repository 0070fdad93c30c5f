//! From changed inputs through the formulas: of which subjects a figure may differ.
//!
//! Works on sets of subjects, one per indicator, kind of subject and period; computes no figure. What is found is never
//! too little; it may be too much.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::dirt::{Dirt, Set};
use crate::evaluate::index;
use crate::frame::{Change, EnterpriseIx, Frame, GroupIx, ParkIx, Period, RecordOrdinal, SubjectIx};
use crate::language::for_each_child;
use crate::package::{Package, Subject, Test, Threshold};
use crate::plan::{CriterionIx, Expression, GroupingIx, IndicatorIx, Members, Of, RecordIx};

/// What a formula is walked for.
#[derive(Clone, Copy)]
struct Place {
    subject: Subject,
    /// Kind of member that an enclosing aggregate visits.
    member: Option<Subject>,
    period: Period,
}

/// Whose value of a formula may differ: of these subjects for every member, of these members for every subject.
#[derive(Default)]
struct Found {
    subjects: Set,
    members: Set,
}

impl Found {
    fn of(&mut self, of: Of) -> &mut Set {
        match of {
            Of::Subject => &mut self.subjects,
            Of::Member => &mut self.members,
        }
    }
}

/// See the module's head. Groups are named by their positions in the new frame.
pub(super) struct Reach<'a> {
    pub package: &'a Package,
    pub old: &'a Frame,
    pub new: &'a Frame,
    dirt: Dirt,
    figures: HashMap<(IndicatorIx, Subject, Period), Rc<Set>>,
    /// Old group to new and new to old; `None` when both frames hold the same groups.
    groups: Option<[HashMap<GroupIx, GroupIx>; 2]>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(package: &'a Package, old: &'a Frame, new: &'a Frame, changes: &[Change]) -> Self {
        let dirt = Dirt::of(old, new, changes);
        let groups = (!old.shares_groups(new)).then(|| pairs(package, old, new));
        Self { package, old, new, dirt, figures: HashMap::new(), groups }
    }

    /// Which group of the old frame a group was.
    pub(super) fn was(&self, group: GroupIx) -> Option<GroupIx> {
        self.groups.as_ref().map_or(Some(group), |[_, was]| was.get(&group).copied())
    }

    /// Subjects of a kind of which an indicator may differ.
    pub(super) fn figures(&mut self, indicator: IndicatorIx, subject: Subject, period: Period) -> Rc<Set> {
        let key = (indicator, subject, period);
        if let Some(known) = self.figures.get(&key) {
            return Rc::clone(known);
        }
        let package = self.package;
        let mut found = Found::default();
        let place = Place { subject, member: None, period };
        self.walk(&package.indicators[indicator.index()].expression, place, &mut found);
        let set = Rc::new(found.subjects);
        self.figures.insert(key, Rc::clone(&set));
        set
    }

    /// Parks of which a criterion may differ because something else was decided about it.
    pub(super) fn rulings(&self, criterion: CriterionIx) -> Set {
        if self.dirt.readings.contains(&criterion) {
            return Set::everyone();
        }
        let mut set = Set::default();
        let parks = self.dirt.exceptions.iter().filter(|(_, of)| *of == criterion);
        set.some.extend(parks.map(|(park, _)| park.0));
        set
    }

    /// Parks of which a test may differ.
    pub(super) fn test(&mut self, test: &'a Test, period: Period) -> Set {
        let mut set = Set::default();
        match test {
            Test::Indicator { indicator, threshold, .. } => {
                set.add(&self.figures(*indicator, Subject::Park, period));
                if let Threshold::Expression { expression, .. } = threshold {
                    let mut found = Found::default();
                    self.walk(expression, Place { subject: Subject::Park, member: None, period }, &mut found);
                    set.add(&found.subjects);
                }
            }
            Test::Fact { fact } => {
                set.some.extend(self.dirt.facts.iter().filter(|(_, of)| of == fact).map(|(park, _)| park.0));
            }
            Test::Evidence { evidence } => {
                let files = self.dirt.evidence.iter().filter(|(_, of)| of == evidence);
                set.some.extend(files.map(|(park, _)| park.0));
            }
            Test::All { tests } | Test::Any { tests } => {
                for test in tests {
                    set.add(&self.test(test, period));
                }
            }
        }
        set
    }

    fn walk(&mut self, expression: &'a Expression, place: Place, found: &mut Found) {
        match expression {
            Expression::Field { field, of, shift } => {
                if let Some(set) = self.dirt.cells.get(&(*field, place.period.earlier(*shift))) {
                    found.of(*of).add(set);
                }
            }
            Expression::Benchmark { benchmark, shift } => {
                if self.dirt.benchmarks.contains(&(*benchmark, place.period.earlier(*shift))) {
                    found.subjects.add(&Set::everyone());
                }
            }
            Expression::Indicator { indicator, of, shift } => {
                if let Some(kind) = place.kind(*of) {
                    let set = self.figures(*indicator, kind, place.period.earlier(*shift));
                    found.of(*of).add(&set);
                }
            }
            Expression::Wider { grouping, indicator, of, shift } => {
                if let Some(kind) = place.kind(*of) {
                    let set = self.wider(*grouping, *indicator, kind, place.period.earlier(*shift));
                    found.of(*of).add(&set);
                }
            }
            Expression::Aggregate { over: Members::Periods(span), argument, filter, .. } => {
                for period in place.period.window(*span) {
                    for part in argument.iter().chain(filter) {
                        self.walk(part, Place { period, ..place }, found);
                    }
                }
            }
            Expression::Aggregate { over, argument, filter, .. } => {
                let mut inside = Found::default();
                let member = match over {
                    Members::Enterprises => Subject::Enterprise,
                    Members::Parks => Subject::Park,
                    Members::Records(kind) => Subject::Record(*kind),
                    Members::Periods(_) => return,
                };
                for part in argument.iter().chain(filter) {
                    self.walk(part, Place { member: Some(member), ..place }, &mut inside);
                }
                found.subjects.add(&inside.subjects);
                if let Members::Records(kind) = over {
                    self.records(*kind, &inside.members, place, found);
                } else {
                    self.members(member, &inside.members, place, &mut found.subjects);
                }
            }
            _ => {
                let mut children = Vec::new();
                for_each_child(expression, &mut |child| children.push(child));
                for child in children {
                    self.walk(child, place, found);
                }
            }
        }
    }

    /// Subjects that visit one of these members, or other members than before.
    fn members(&self, kind: Subject, members: &Set, place: Place, found: &mut Set) {
        if members.all {
            found.add(&Set::everyone());
            return;
        }
        match place.subject {
            Subject::Park if kind == Subject::Enterprise => {
                found.some.extend(self.dirt.members.get(&place.period).into_iter().flatten());
                if members.some.is_empty() {
                    return;
                }
                let parks = self.new.parks().map(|(park, _)| park);
                let visits = |frame: &Frame, park: ParkIx| {
                    let list = frame.members(place.period, park);
                    if members.some.len() > list.len() {
                        list.iter().any(|member| members.some.contains(member))
                    } else {
                        members.some.iter().any(|member| list.binary_search(member).is_ok())
                    }
                };
                let touched = parks.filter(|park| visits(self.old, *park) || visits(self.new, *park));
                found.some.extend(touched.map(|park| park.0));
            }
            Subject::Group(grouping) => {
                let movers = self.movers(grouping, kind, place.period);
                for member in members.some.iter().chain(&movers) {
                    self.groups_of(grouping, kind, place.period, *member, found);
                }
            }
            _ => {}
        }
    }

    /// Owners of these records, or of others than before: the member that is visited, else the subject.
    fn records(&self, kind: RecordIx, records: &Set, place: Place, found: &mut Found) {
        let to = if place.member.is_some() { &mut found.members } else { &mut found.subjects };
        if records.all {
            to.add(&Set::everyone());
            return;
        }
        let of_record = |frame: &Frame, record: u32| {
            ((record as usize) < frame.record_count()).then(|| frame.record_owner(RecordOrdinal(record)).1)
        };
        let frames = [self.old, self.new];
        let mut owners: BTreeSet<SubjectIx> = records
            .some
            .iter()
            .flat_map(|record| frames.map(|frame| of_record(frame, *record)))
            .flatten()
            .collect();
        owners.extend(self.dirt.records.get(&kind).into_iter().flatten());
        let wanted = place.member.unwrap_or(place.subject);
        if let Subject::Group(grouping) = wanted {
            for owner in owners {
                if let Some(kind) = kind_of(owner) {
                    self.groups_of(grouping, kind, place.period, owner.ordinal(), to);
                }
            }
            for kind in [Subject::Enterprise, Subject::Park] {
                for mover in self.movers(grouping, kind, place.period) {
                    self.groups_of(grouping, kind, place.period, mover, to);
                }
            }
            return;
        }
        let is_wanted = |owner: &SubjectIx| match (owner, wanted) {
            (SubjectIx::Enterprise(_), Subject::Enterprise) | (SubjectIx::Park(_), Subject::Park) => true,
            (SubjectIx::Record(record), Subject::Record(kind)) => self.new.record_owner(*record).0 == kind,
            _ => false,
        };
        to.some.extend(owners.into_iter().filter(is_wanted).map(SubjectIx::ordinal));
    }

    /// Subjects of a kind whose group's figure may differ, or who belong to another group than before.
    fn wider(&mut self, grouping: GroupingIx, indicator: IndicatorIx, kind: Subject, period: Period) -> Set {
        let groups = self.figures(indicator, Subject::Group(grouping), period);
        if groups.all {
            return Set::everyone();
        }
        let over = match kind {
            Subject::Enterprise => Members::Enterprises,
            Subject::Park => Members::Parks,
            _ => return Set::default(),
        };
        let mut found = Set::default();
        found.some.extend(self.movers(grouping, kind, period));
        for group in &groups.some {
            let members = self.new.visited(over, period, SubjectIx::Group(GroupIx(*group)));
            found.some.extend(members.iter());
        }
        found
    }

    /// Who belongs to another group than before.
    fn movers(&self, grouping: GroupingIx, kind: Subject, period: Period) -> BTreeSet<u32> {
        let rule = &self.package.groupings[grouping.index()];
        let (fields, before, after) = match kind {
            Subject::Enterprise => {
                (&rule.enterprises, self.old.enterprise_count(), self.new.enterprise_count())
            }
            Subject::Park => (&rule.parks, self.old.parks().len(), self.new.parks().len()),
            _ => return BTreeSet::new(),
        };
        let cells = fields.iter().flatten().filter_map(|field| self.dirt.cells.get(&(*field, period)));
        let changed = cells.flat_map(|set| set.some.iter().copied());
        let moved = |ordinal: &u32| {
            let [then, now] = self.groups_then_and_now(grouping, kind, period, *ordinal);
            // Who belongs to none now may have been the last one of a group that is gone.
            then != now || then.is_none()
        };
        changed.chain(index(before)..index(after)).filter(moved).collect()
    }

    fn groups_of(&self, grouping: GroupingIx, kind: Subject, period: Period, ordinal: u32, found: &mut Set) {
        let groups = self.groups_then_and_now(grouping, kind, period, ordinal);
        found.some.extend(groups.into_iter().flatten().map(|group| group.0));
    }

    /// The groups of the new frame to which someone belonged and belongs. A group that is gone is nobody's, and is no
    /// subject of the new frame.
    fn groups_then_and_now(
        &self,
        grouping: GroupingIx,
        kind: Subject,
        period: Period,
        ordinal: u32,
    ) -> [Option<GroupIx>; 2] {
        let subject = match kind {
            Subject::Enterprise => SubjectIx::Enterprise(EnterpriseIx(ordinal)),
            _ => SubjectIx::Park(ParkIx(ordinal)),
        };
        let then = self.old.group_of(grouping, period, subject);
        let then = match &self.groups {
            None => then,
            Some([now, _]) => then.and_then(|group| now.get(&group).copied()),
        };
        [then, self.new.group_of(grouping, period, subject)]
    }
}

impl Place {
    /// Kind of the subject or the member.
    fn kind(self, of: Of) -> Option<Subject> {
        match of {
            Of::Subject => Some(self.subject),
            Of::Member => self.member,
        }
    }
}

fn kind_of(subject: SubjectIx) -> Option<Subject> {
    match subject {
        SubjectIx::Enterprise(_) => Some(Subject::Enterprise),
        SubjectIx::Park(_) => Some(Subject::Park),
        SubjectIx::Group(_) | SubjectIx::Record(_) => None,
    }
}

/// Groups of both frames by their ids.
fn pairs(package: &Package, old: &Frame, new: &Frame) -> [HashMap<GroupIx, GroupIx>; 2] {
    let mut pairs = [HashMap::new(), HashMap::new()];
    for grouping in (0..index(package.groupings.len())).map(GroupingIx) {
        let id = |frame: &'_ Frame, group: GroupIx| frame.subject(SubjectIx::Group(group)).id.clone();
        let known: HashMap<String, GroupIx> =
            new.groups(grouping).map(|group| (id(new, group), group)).collect();
        for then in old.groups(grouping) {
            if let Some(now) = known.get(&id(old, then)) {
                pairs[0].insert(then, *now);
                pairs[1].insert(*now, then);
            }
        }
    }
    pairs
}
