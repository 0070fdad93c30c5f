//! Records of registers: each belongs to an enterprise or a park and is there between two days.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{EnterpriseIx, Period, RecordOrdinal, SubjectInfo, SubjectIx};
use crate::plan::RecordIx;

/// All records of a frame.
#[derive(Debug, Default)]
pub(super) struct Records {
    records: Vec<Record>,
    by_owner: HashMap<(RecordIx, SubjectIx), Vec<u32>>,
}

#[derive(Debug)]
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
        let ordinal = u32::try_from(self.records.len()).expect("fewer than four thousand million records");
        self.records.push(Record { kind, owner, info: SubjectInfo { name: id.clone(), id }, from, to });
        self.by_owner.entry((kind, owner)).or_default().push(ordinal);
        RecordOrdinal(ordinal)
    }

    /// Enterprises get new positions: `position[old] = new`.
    pub(super) fn renumber(&mut self, position: &[u32]) {
        for record in &mut self.records {
            if let SubjectIx::Enterprise(EnterpriseIx(old)) = record.owner {
                record.owner = SubjectIx::Enterprise(EnterpriseIx(position[old as usize]));
            }
        }
        self.by_owner.clear();
        for (ordinal, record) in (0..).zip(&self.records) {
            self.by_owner.entry((record.kind, record.owner)).or_default().push(ordinal);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn info(&self, record: RecordOrdinal) -> &SubjectInfo {
        &self.records[record.0 as usize].info
    }

    /// Records of one kind and owner that are there on the last day of a period, ascending.
    pub(super) fn of(&self, kind: RecordIx, owner: SubjectIx, period: Period) -> impl Iterator<Item = u32> {
        let day = period.last_day();
        let list = self.by_owner.get(&(kind, owner)).map_or(&[][..], Vec::as_slice);
        list.iter().copied().filter(move |ordinal| {
            let record = &self.records[*ordinal as usize];
            record.from <= day && record.to.is_none_or(|to| to >= day)
        })
    }
}
