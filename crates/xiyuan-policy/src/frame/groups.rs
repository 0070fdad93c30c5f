//! Who belongs to which group in which period: read once from the fields that a grouping names.

use std::collections::BTreeMap;

use super::{Column, EnterpriseIx, Frame, GroupIx, ParkIx, SubjectInfo, SubjectIx};
use crate::package::{FieldType, Grouping, Package};
use crate::plan::{FieldIx, GroupingIx};

const NO_GROUP: u32 = u32::MAX;

/// All groups of a frame.
#[derive(Debug, Default)]
pub(super) struct Groups {
    list: Vec<(GroupingIx, SubjectInfo)>,
    /// First group of each grouping, and one past the last.
    ranges: Vec<std::ops::Range<u32>>,
    /// `[grouping][period]`.
    placed: Vec<Vec<Placed>>,
}

/// Members of the groups of one grouping in one period.
#[derive(Debug, Default)]
struct Placed {
    enterprises: Side,
    parks: Side,
}

/// One kind of member.
#[derive(Debug, Default)]
struct Side {
    /// By ordinal: group, or none.
    group_of: Vec<u32>,
    /// Ordinals, group by group.
    members: Vec<u32>,
    /// Where each group of the grouping begins in `members`, and the end.
    starts: Vec<u32>,
}

/// A member's values in the fields of a grouping; `None` when one is missing.
type Key = Vec<i128>;

/// Keys of all members of a kind.
type Keys = Vec<Option<Key>>;

impl Groups {
    pub(super) fn of(package: &Package, frame: &Frame) -> Self {
        let mut groups = Self::default();
        for (number, grouping) in (0..).map(GroupingIx).zip(&package.groupings) {
            groups.add(package, frame, number, grouping);
        }
        groups
    }

    fn add(&mut self, package: &Package, frame: &Frame, number: GroupingIx, grouping: &Grouping) {
        let periods = 0..frame.periods.len();
        let keys = |fields: &Option<Vec<FieldIx>>, count: usize, period: usize| match fields {
            None => vec![None; count],
            Some(fields) => keys_of(frame, fields, count, period),
        };
        let (enterprises, parks) = (frame.enterprises.len(), frame.parks.len());
        let all: Vec<[Keys; 2]> = periods
            .map(|at| [keys(&grouping.enterprises, enterprises, at), keys(&grouping.parks, parks, at)])
            .collect();
        let first = u32::try_from(self.list.len()).expect("fewer than four thousand million groups");
        let mut known: BTreeMap<(Vec<String>, &Key), u32> = BTreeMap::new();
        for key in all.iter().flatten().flatten().flatten() {
            // Ordered by the values as read, so that positions do not depend on who came first.
            known.entry((words(package, frame, grouping, key), key)).or_insert(NO_GROUP);
        }
        for ((words, _), slot) in &mut known {
            *slot = u32::try_from(self.list.len()).expect("fewer than four thousand million groups");
            let id = std::iter::once(grouping.id.as_str()).chain(words.iter().map(String::as_str));
            let id = id.collect::<Vec<_>>().join("/");
            let name = if words.is_empty() { grouping.name.clone() } else { names(package, grouping, words) };
            self.list.push((number, SubjectInfo { id, name }));
        }
        let by_key: BTreeMap<&Key, u32> = known.iter().map(|((_, key), group)| (*key, *group)).collect();
        let last = u32::try_from(self.list.len()).expect("fewer than four thousand million groups");
        self.ranges.push(first..last);
        let place = |keys: &[Option<Key>]| Side::new(keys, &by_key, first..last);
        let placed = all.iter().map(|[a, b]| Placed { enterprises: place(a), parks: place(b) }).collect();
        self.placed.push(placed);
    }

    pub(super) fn info(&self, group: GroupIx) -> &SubjectInfo {
        &self.list[group.0 as usize].1
    }

    pub(super) fn grouping(&self, group: GroupIx) -> GroupingIx {
        self.list[group.0 as usize].0
    }

    pub(super) fn of_grouping(&self, grouping: GroupingIx) -> impl Iterator<Item = GroupIx> {
        self.ranges.get(grouping.index()).cloned().unwrap_or(0..0).map(GroupIx)
    }

    pub(super) fn of_subject(
        &self,
        grouping: GroupingIx,
        period: usize,
        subject: SubjectIx,
    ) -> Option<GroupIx> {
        let placed = self.placed.get(grouping.index())?.get(period)?;
        let (side, ordinal) = match subject {
            SubjectIx::Enterprise(EnterpriseIx(ordinal)) => (&placed.enterprises, ordinal),
            SubjectIx::Park(ParkIx(ordinal)) => (&placed.parks, ordinal),
            SubjectIx::Group(_) | SubjectIx::Record(_) => return None,
        };
        side.group_of.get(ordinal as usize).copied().filter(|group| *group != NO_GROUP).map(GroupIx)
    }

    pub(super) fn of_enterprises(&self, grouping: GroupingIx, period: usize) -> Option<&[u32]> {
        Some(&self.placed.get(grouping.index())?.get(period)?.enterprises.group_of)
    }

    pub(super) fn enterprises(&self, group: GroupIx, period: usize) -> &[u32] {
        self.placed(group, period).map_or(&[], |(placed, at)| placed.enterprises.members_of(at))
    }

    pub(super) fn parks(&self, group: GroupIx, period: usize) -> &[u32] {
        self.placed(group, period).map_or(&[], |(placed, at)| placed.parks.members_of(at))
    }

    fn placed(&self, group: GroupIx, period: usize) -> Option<(&Placed, usize)> {
        let grouping = self.grouping(group).index();
        let placed = self.placed.get(grouping)?.get(period)?;
        Some((placed, (group.0 - self.ranges[grouping].start) as usize))
    }
}

impl Side {
    fn new(keys: &[Option<Key>], by_key: &BTreeMap<&Key, u32>, range: std::ops::Range<u32>) -> Self {
        let group_of: Vec<u32> = keys
            .iter()
            .map(|key| key.as_ref().and_then(|key| by_key.get(key).copied()).unwrap_or(NO_GROUP))
            .collect();
        let mut starts = vec![0_u32; range.len() + 1];
        for group in group_of.iter().filter(|group| **group != NO_GROUP) {
            starts[(group - range.start) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut members = vec![0; starts.last().copied().unwrap_or(0) as usize];
        for (ordinal, group) in (0..).zip(&group_of) {
            if *group != NO_GROUP {
                let slot = &mut next[(group - range.start) as usize];
                members[*slot as usize] = ordinal;
                *slot += 1;
            }
        }
        Self { group_of, members, starts }
    }

    fn members_of(&self, at: usize) -> &[u32] {
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(to)) => &self.members[*from as usize..*to as usize],
            _ => &[],
        }
    }
}

fn keys_of(frame: &Frame, fields: &[FieldIx], count: usize, period: usize) -> Vec<Option<Key>> {
    let columns: Vec<Option<&Column>> =
        fields.iter().map(|field| frame.columns[field.index()][period].as_deref()).collect();
    let ordinals = 0..u32::try_from(count).expect("fewer than four thousand million subjects");
    ordinals
        .map(|ordinal| columns.iter().map(|column| column.and_then(|column| column.key(ordinal))).collect())
        .collect()
}

/// The values as text: codes, whole numbers, true and false.
fn words(package: &Package, frame: &Frame, grouping: &Grouping, key: &Key) -> Vec<String> {
    let fields = grouping.enterprises.as_ref().or(grouping.parks.as_ref());
    let fields = fields.map_or(&[][..], Vec::as_slice);
    let word = |(value, field): (&i128, &FieldIx)| match package.fields[field.index()].ty {
        FieldType::Text | FieldType::Choice { .. } => {
            let number = usize::try_from(*value).unwrap_or(usize::MAX);
            frame.texts.list().get(number).cloned().unwrap_or_default()
        }
        FieldType::Bool => (*value != 0).to_string(),
        FieldType::Decimal | FieldType::Integer | FieldType::Date => value.to_string(),
    };
    key.iter().zip(fields).map(word).collect()
}

/// The values with their names from the catalogues.
fn names(package: &Package, grouping: &Grouping, words: &[String]) -> String {
    let fields = grouping.enterprises.as_ref().or(grouping.parks.as_ref());
    let fields = fields.map_or(&[][..], Vec::as_slice);
    let name = |(word, field): (&String, &FieldIx)| {
        let FieldType::Choice { catalog } = &package.fields[field.index()].ty else { return word.clone() };
        let entries = package.catalogs.get(catalog).map_or(&[][..], |catalog| &catalog.entries);
        entries
            .iter()
            .find(|entry| entry.code == *word)
            .map_or_else(|| word.clone(), |entry| entry.name.clone())
    };
    words.iter().zip(fields).map(name).collect::<Vec<_>>().join(" · ")
}
