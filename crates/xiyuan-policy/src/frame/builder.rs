//! Fills a frame. Enterprises are renumbered at the end so that the members of a park lie side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::{
    ChosenReading, Column, EnterpriseIx, Frame, FrameError, Groups, ParkIx, Period, RecordOrdinal, Records,
    Rulings, SubjectInfo, SubjectIx, Subjects, Term, Texts, Told, Value, column_for, is_columned,
};
use crate::number::Exact;
use crate::package::Package;
use crate::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx, RecordIx};

/// Takes subjects, memberships and values in any order and makes a [`Frame`] of them.
pub struct FrameBuilder<'p> {
    package: &'p Package,
    frame: Frame,
    /// Shared only once they are full: each value would else ask who else holds its column.
    columns: Vec<Vec<Option<Column>>>,
    members: Vec<Vec<Vec<u32>>>,
    texts: Texts,
}

impl<'p> FrameBuilder<'p> {
    /// An empty frame for these periods, with everything known up to commit number `known`.
    pub fn new(package: &'p Package, periods: Vec<Period>, known: i64) -> Self {
        let columns = package.fields.iter().map(|_| periods.iter().map(|_| None).collect()).collect();
        let members = periods.iter().map(|_| Vec::new()).collect();
        Self {
            package,
            columns,
            members,
            texts: Texts::default(),
            frame: Frame {
                known,
                periods,
                parks: Arc::new(Subjects::default()),
                enterprises: Arc::new(Subjects::default()),
                columns: Vec::new(),
                texts: Arc::new(Texts::default()),
                members: Vec::new(),
                groups: Arc::new(Groups::default()),
                records: Arc::new(Records::default()),
                benchmarks: Arc::new(BTreeMap::new()),
                facts: Arc::new(BTreeMap::new()),
                evidence: Arc::new(BTreeSet::new()),
                told: Arc::new(Told::default()),
                rulings: Arc::new(Rulings::default()),
            },
        }
    }

    /// The package the frame is for.
    pub fn package(&self) -> &'p Package {
        self.package
    }

    /// Adds a park.
    pub fn park(&mut self, id: impl Into<String>, name: impl Into<String>) -> ParkIx {
        for members in &mut self.members {
            members.push(Vec::new());
        }
        let info = SubjectInfo { id: id.into(), name: name.into() };
        ParkIx(Arc::make_mut(&mut self.frame.parks).push(info))
    }

    /// Adds an enterprise. The position is good until [`Self::finish`], which renumbers.
    pub fn enterprise(&mut self, id: impl Into<String>, name: impl Into<String>) -> EnterpriseIx {
        let info = SubjectInfo { id: id.into(), name: name.into() };
        EnterpriseIx(Arc::make_mut(&mut self.frame.enterprises).push(info))
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
        Arc::make_mut(&mut self.frame.records).add(kind, owner, id.into(), from, to)
    }

    /// The enterprise counts for the park in this period (the caller resolved the dated membership).
    pub fn member(
        &mut self,
        period: Period,
        park: ParkIx,
        enterprise: EnterpriseIx,
    ) -> Result<(), FrameError> {
        let position = self.position(period)?;
        self.members[position][park.0 as usize].push(enterprise.0);
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
        if let Value::Number(number) = value {
            return self.set_number(subject, field, period, *number);
        }
        let text = if let Value::Text(text) = value { Some(self.texts.intern(text)) } else { None };
        let declared = &self.package.fields[field.index()];
        self.column(field, period)?.set_other(subject.ordinal(), value, text, declared)
    }

    /// Sets a number in the field's own unit: the fast door for many values.
    pub fn set_number(
        &mut self,
        subject: SubjectIx,
        field: FieldIx,
        period: Period,
        number: Exact,
    ) -> Result<(), FrameError> {
        let declared = &self.package.fields[field.index()];
        self.column(field, period)?.set_number(subject.ordinal(), number, declared)
    }

    /// Sets what one source says, by its position in the field's sources; the first that says anything counts.
    pub fn set_told(
        &mut self,
        subject: SubjectIx,
        field: FieldIx,
        period: Period,
        (source, value): (u32, &Value),
    ) -> Result<(), FrameError> {
        if source as usize >= self.package.fields[field.index()].sources.len() {
            return Err(FrameError::UnknownSource { field: self.field_id(field) });
        }
        let told = Arc::make_mut(&mut self.frame.told);
        let counts = told.put((field, period, subject), source, Some(value)).cloned();
        counts.map_or(Ok(()), |counts| self.set(subject, field, period, &counts))
    }

    /// Sets a benchmark in its own unit.
    pub fn benchmark(&mut self, benchmark: BenchmarkIx, period: Period, value: Exact) {
        Arc::make_mut(&mut self.frame.benchmarks).insert((benchmark, period), value);
    }

    /// Sets a judged fact.
    pub fn fact(&mut self, park: ParkIx, fact: FactIx, value: bool) {
        Arc::make_mut(&mut self.frame.facts).insert((park, fact), value);
    }

    /// A file of this kind is there.
    pub fn evidence(&mut self, park: ParkIx, evidence: EvidenceIx) {
        Arc::make_mut(&mut self.frame.evidence).insert((park, evidence));
    }

    /// A reading chosen for a criterion, in the order in which they were decided: the last one that holds counts.
    pub fn reading(&mut self, criterion: CriterionIx, chosen: ChosenReading) {
        Arc::make_mut(&mut self.frame.rulings).add_reading(criterion, chosen);
    }

    /// An approved exception: for these days the park may stand below a soft norm.
    pub fn exception(&mut self, park: ParkIx, criterion: CriterionIx, term: Term) {
        Arc::make_mut(&mut self.frame.rulings).add_exception(park, criterion, term);
    }

    /// Puts the members of each park side by side (by the last period) and closes the frame.
    pub fn finish(mut self) -> Frame {
        let order = self.order();
        let mut position = vec![0_u32; order.len()];
        for (new, old) in (0..).zip(&order) {
            position[*old as usize] = new;
        }
        for members in self.members.iter_mut().flatten() {
            for member in members.iter_mut() {
                *member = position[*member as usize];
            }
            members.sort_unstable();
            members.dedup();
        }
        for (field, columns) in self.package.fields.iter().zip(&mut self.columns) {
            if field.subject == crate::package::Subject::Enterprise {
                for column in columns.iter_mut().flatten() {
                    *column = column.renumbered(&order);
                }
            }
        }
        let mut frame = self.frame;
        let old = Arc::unwrap_or_clone(std::mem::take(&mut frame.enterprises)).into_list();
        let mut slots: Vec<Option<SubjectInfo>> = old.into_iter().map(Some).collect();
        let enterprises = order.iter().filter_map(|from| slots[*from as usize].take()).collect();
        frame.enterprises = Arc::new(Subjects::of(enterprises));
        frame.members = self.members.into_iter().map(Arc::new).collect();
        let shared = |columns: Vec<Option<Column>>| columns.into_iter().map(|column| column.map(Arc::new));
        frame.columns = self.columns.into_iter().map(|columns| shared(columns).collect()).collect();
        frame.texts = Arc::new(self.texts);
        Arc::make_mut(&mut frame.records).renumber(&position);
        Arc::make_mut(&mut frame.told).renumber(&position);
        frame.groups = Arc::new(Groups::of(self.package, &frame));
        frame
    }

    /// `order[new] = old`: by first park of the latest period, then as they came.
    fn order(&self) -> Vec<u32> {
        let count = self.frame.enterprises.len();
        let mut home = vec![u32::MAX; count];
        for parks in &self.members {
            for (park, members) in (0_u32..).zip(parks) {
                for member in members {
                    home[*member as usize] = park;
                }
            }
        }
        let mut order: Vec<u32> = (0..).take(count).collect();
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
        Ok(self.columns[field.index()][position].get_or_insert_with(|| column_for(package, field)))
    }

    fn field_id(&self, field: FieldIx) -> String {
        self.package.fields[field.index()].id.clone()
    }
}
