//! Records of registers: each belongs to an enterprise or a park and is there between two days.

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::civil::Date;

use super::{EnterpriseIx, Period, RecordOrdinal, SubjectInfo, SubjectIx};
use crate::plan::RecordIx;

/// All records of a frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    list: Vec<Record>,
    by_owner: HashMap<(RecordIx, SubjectIx), Vec<u32>>,
    /// Made when the first one is looked for.
    by_id: OnceLock<HashMap<(RecordIx, String), u32>>,
}

#[derive(Clone, Debug)]
struct Record {
    kind: RecordIx,
    owner: SubjectIx,
    info: SubjectInfo,
    from: Date,
    to: Option<Date>,
}

impl Records {
    pub(super) fn add(
        &mut self,
        kind: RecordIx,
        owner: SubjectIx,
        id: String,
        from: Date,
        to: Option<Date>,
    ) -> RecordOrdinal {
        let ordinal = u32::try_from(self.list.len()).expect("fewer than four thousand million records");
        if let Some(by_id) = self.by_id.get_mut() {
            by_id.insert((kind, id.clone()), ordinal);
        }
        self.list.push(Record { kind, owner, info: SubjectInfo { name: id.clone(), id }, from, to });
        self.by_owner.entry((kind, owner)).or_default().push(ordinal);
        RecordOrdinal(ordinal)
    }

    /// Enterprises get new positions: `position[old] = new`.
    pub(super) fn renumber(&mut self, position: &[u32]) {
        for record in &mut self.list {
            if let SubjectIx::Enterprise(EnterpriseIx(old)) = record.owner {
                record.owner = SubjectIx::Enterprise(EnterpriseIx(position[old as usize]));
            }
        }
        self.by_owner.clear();
        for (ordinal, record) in (0..).zip(&self.list) {
            self.by_owner.entry((record.kind, record.owner)).or_default().push(ordinal);
        }
    }

    pub(super) fn find(&self, kind: RecordIx, id: &str) -> Option<RecordOrdinal> {
        let key = |(ordinal, record): (u32, &Record)| ((record.kind, record.info.id.clone()), ordinal);
        let by_id = self.by_id.get_or_init(|| (0..).zip(&self.list).map(key).collect());
        by_id.get(&(kind, id.to_owned())).copied().map(RecordOrdinal)
    }

    /// Adds a record, or says anew whose it is and when it is there.
    pub(super) fn put(
        &mut self,
        kind: RecordIx,
        owner: SubjectIx,
        id: &str,
        from: Date,
        to: Option<Date>,
    ) -> RecordOrdinal {
        let Some(RecordOrdinal(ordinal)) = self.find(kind, id) else {
            return self.add(kind, owner, id.to_owned(), from, to);
        };
        let record = &mut self.list[ordinal as usize];
        (record.from, record.to) = (from, to);
        let before = std::mem::replace(&mut record.owner, owner);
        if before != owner {
            if let Some(list) = self.by_owner.get_mut(&(kind, before)) {
                list.retain(|of| *of != ordinal);
            }
            let list = self.by_owner.entry((kind, owner)).or_default();
            let at = list.partition_point(|of| *of < ordinal);
            list.insert(at, ordinal);
        }
        RecordOrdinal(ordinal)
    }

    /// A record that is there on no day: it keeps its position, nobody visits it.
    pub(super) fn end(&mut self, record: RecordOrdinal) {
        let record = &mut self.list[record.0 as usize];
        (record.from, record.to) = (Date::MAX, Some(Date::MIN));
    }

    pub(super) fn owner(&self, record: RecordOrdinal) -> (RecordIx, SubjectIx) {
        let record = &self.list[record.0 as usize];
        (record.kind, record.owner)
    }

    pub(super) fn days(&self, record: RecordOrdinal) -> (Date, Option<Date>) {
        let record = &self.list[record.0 as usize];
        (record.from, record.to)
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn info(&self, record: RecordOrdinal) -> &SubjectInfo {
        &self.list[record.0 as usize].info
    }

    /// Records of one kind and owner that are there on the last day of a period, ascending.
    pub(super) fn of(&self, kind: RecordIx, owner: SubjectIx, period: Period) -> impl Iterator<Item = u32> {
        let day = period.last_day();
        let list = self.by_owner.get(&(kind, owner)).map_or(&[][..], Vec::as_slice);
        list.iter().copied().filter(move |ordinal| {
            let record = &self.list[*ordinal as usize];
            record.from <= day && record.to.is_none_or(|to| to >= day)
        })
    }
}
