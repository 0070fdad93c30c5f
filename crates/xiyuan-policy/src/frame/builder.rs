//! Fills a frame. Enterprises are renumbered at the end so that the members of a park lie side by side.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::{
    Column, EnterpriseIx, Frame, FrameError, Groups, ParkIx, Period, RecordOrdinal, Records, SubjectInfo,
    SubjectIx, Value, column_for, is_columned,
};
use crate::number::Exact;
use crate::package::Package;
use crate::plan::{BenchmarkIx, EvidenceIx, FactIx, FieldIx, RecordIx};

/// Takes subjects, memberships and values in any order and makes a [`Frame`] of them.
pub struct FrameBuilder<'p> {
    package: &'p Package,
    frame: Frame,
}

impl<'p> FrameBuilder<'p> {
    /// An empty frame for these periods, with everything known up to commit number `known`.
    pub fn new(package: &'p Package, periods: Vec<Period>, known: i64) -> Self {
        let columns = package.fields.iter().map(|_| periods.iter().map(|_| None).collect()).collect();
        let members = periods.iter().map(|_| Vec::new()).collect();
        Self {
            package,
            frame: Frame {
                known,
                periods,
                parks: Vec::new(),
                enterprises: Vec::new(),
                columns,
                texts: Vec::new(),
                text_numbers: HashMap::new(),
                members,
                groups: Groups::default(),
                records: Records::default(),
                benchmarks: BTreeMap::new(),
                facts: BTreeMap::new(),
                evidence: BTreeSet::new(),
            },
        }
    }

    /// The package the frame is for.
    pub fn package(&self) -> &'p Package {
        self.package
    }

    /// Adds a park.
    pub fn park(&mut self, id: impl Into<String>, name: impl Into<String>) -> ParkIx {
        self.frame.parks.push(SubjectInfo { id: id.into(), name: name.into() });
        for members in &mut self.frame.members {
            members.push(Vec::new());
        }
        ParkIx(last(self.frame.parks.len()))
    }

    /// Adds an enterprise. The position is good until [`Self::finish`], which renumbers.
    pub fn enterprise(&mut self, id: impl Into<String>, name: impl Into<String>) -> EnterpriseIx {
        self.frame.enterprises.push(SubjectInfo { id: id.into(), name: name.into() });
        EnterpriseIx(last(self.frame.enterprises.len()))
    }

    /// Adds a record of an enterprise or a park, there from a day on and, when it ended, up to a last day.
    pub fn record(
        &mut self,
        kind: RecordIx,
        owner: SubjectIx,
        id: impl Into<String>,
        from: Date,
        to: Option<Date>,
    ) -> RecordOrdinal {
        self.frame.records.add(kind, owner, id.into(), from, to)
    }

    /// The enterprise counts for the park in this period (the caller resolved the dated membership).
    pub fn member(
        &mut self,
        period: Period,
        park: ParkIx,
        enterprise: EnterpriseIx,
    ) -> Result<(), FrameError> {
        let position = self.position(period)?;
        self.frame.members[position][park.0 as usize].push(enterprise.0);
        Ok(())
    }

    /// Sets a value in the field's own unit.
    pub fn set(
        &mut self,
        subject: SubjectIx,
        field: FieldIx,
        period: Period,
        value: &Value,
    ) -> Result<(), FrameError> {
        let ordinal = subject.ordinal();
        if let Value::Number(number) = value {
            return self.set_number(subject, field, period, *number);
        }
        let text = if let Value::Text(text) = value { Some(self.intern(text)) } else { None };
        let is_set = self.column(field, period)?.set_other(ordinal, value, text);
        self.shape(is_set, field)
    }

    /// Sets a number in the field's own unit: the fast door for many values.
    pub fn set_number(
        &mut self,
        subject: SubjectIx,
        field: FieldIx,
        period: Period,
        number: Exact,
    ) -> Result<(), FrameError> {
        let ordinal = subject.ordinal();
        let column = self.column(field, period)?;
        let scale = column.scale();
        let mantissa = if number.scale == scale {
            Some(number.mantissa)
        } else {
            number.rescale_exact(scale).map(|n| n.mantissa)
        };
        let Some(mantissa) = mantissa else {
            return Err(FrameError::TooManyDecimals { field: self.field_id(field), declared: scale });
        };
        let is_set = column.set_mantissa(ordinal, mantissa);
        self.shape(is_set, field)
    }

    /// Sets a benchmark in its own unit.
    pub fn benchmark(&mut self, benchmark: BenchmarkIx, period: Period, value: Exact) {
        self.frame.benchmarks.insert((benchmark, period), value);
    }

    /// Sets a judged fact.
    pub fn fact(&mut self, park: ParkIx, fact: FactIx, value: bool) {
        self.frame.facts.insert((park, fact), value);
    }

    /// A file of this kind is there.
    pub fn evidence(&mut self, park: ParkIx, evidence: EvidenceIx) {
        self.frame.evidence.insert((park, evidence));
    }

    /// Puts the members of each park side by side (by the last period) and closes the frame.
    pub fn finish(mut self) -> Frame {
        let order = self.order();
        let mut position = vec![0_u32; order.len()];
        for (new, old) in (0..).zip(&order) {
            position[*old as usize] = new;
        }
        let frame = &mut self.frame;
        let old = std::mem::take(&mut frame.enterprises);
        let mut slots: Vec<Option<SubjectInfo>> = old.into_iter().map(Some).collect();
        frame.enterprises = order.iter().filter_map(|from| slots[*from as usize].take()).collect();
        for parks in &mut frame.members {
            for members in parks {
                for member in members.iter_mut() {
                    *member = position[*member as usize];
                }
                members.sort_unstable();
                members.dedup();
            }
        }
        for (field, columns) in self.package.fields.iter().zip(&mut frame.columns) {
            if field.subject == crate::package::Subject::Enterprise {
                for column in columns.iter_mut().flatten() {
                    *column = column.renumbered(&order);
                }
            }
        }
        frame.records.renumber(&position);
        let groups = Groups::of(self.package, frame);
        self.frame.groups = groups;
        self.frame
    }

    /// `order[new] = old`: by first park of the latest period, then as they came.
    fn order(&self) -> Vec<u32> {
        let count = self.frame.enterprises.len();
        let mut home = vec![u32::MAX; count];
        for parks in &self.frame.members {
            for (park, members) in (0_u32..).zip(parks) {
                for member in members {
                    home[*member as usize] = park;
                }
            }
        }
        let mut order: Vec<u32> = (0..last(count + 1)).collect();
        order.sort_by_key(|old| home[*old as usize]);
        order
    }

    fn position(&self, period: Period) -> Result<usize, FrameError> {
        self.frame.period_position(period).ok_or(FrameError::UnknownPeriod(period))
    }

    fn column(&mut self, field: FieldIx, period: Period) -> Result<&mut Column, FrameError> {
        let position = self.position(period)?;
        let package = self.package;
        if !is_columned(package.fields[field.index()].subject) {
            return Err(FrameError::WrongShape { field: self.field_id(field) });
        }
        Ok(self.frame.columns[field.index()][position].get_or_insert_with(|| column_for(package, field)))
    }

    fn intern(&mut self, text: &str) -> u32 {
        if let Some(number) = self.frame.text_numbers.get(text) {
            return *number;
        }
        let number = last(self.frame.texts.len() + 1);
        self.frame.texts.push(text.to_owned());
        self.frame.text_numbers.insert(text.to_owned(), number);
        number
    }

    fn field_id(&self, field: FieldIx) -> String {
        self.package.fields[field.index()].id.clone()
    }

    fn shape(&self, is_set: bool, field: FieldIx) -> Result<(), FrameError> {
        if is_set { Ok(()) } else { Err(FrameError::WrongShape { field: self.field_id(field) }) }
    }
}

fn last(count: usize) -> u32 {
    u32::try_from(count.saturating_sub(1)).expect("fewer than four thousand million subjects")
}
