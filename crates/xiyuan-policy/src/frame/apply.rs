//! A frame from an older one and what changed since, sharing every part that did not change.
//!
//! Law: what is made here answers every question as a frame built anew at the same known time. Subjects keep their
//! positions, new ones come last; where that cannot be had the caller is told to build anew.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    ChosenReading, EnterpriseIx, Frame, FrameError, Groups, ParkIx, Period, RecordOrdinal, SubjectInfo,
    SubjectIx, Term, Value, column_for, is_columned,
};
use crate::number::Exact;
use crate::package::{Package, Subject};
use crate::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx, RecordIx};

/// A subject by the store's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SubjectKey {
    /// An enterprise.
    Enterprise(String),
    /// A park.
    Park(String),
    /// A record of a register.
    Record(RecordIx, String),
}

/// How something stands now; saying what stood already changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// An enterprise is there under this name.
    Enterprise {
        /// Id as the store knows it.
        id: String,
        /// Name.
        name: String,
    },
    /// A park is there under this name.
    Park {
        /// Id as the store knows it.
        id: String,
        /// Name.
        name: String,
    },
    /// A record is there from a day on and, when it ended, up to a last day.
    Record {
        /// Which register.
        kind: RecordIx,
        /// Id as the store knows it.
        id: String,
        /// Whose.
        owner: SubjectKey,
        /// First day.
        from: Date,
        /// Last day.
        to: Option<Date>,
    },
    /// A subject is not there any more.
    Gone(SubjectKey),
    /// A cell in the field's own unit; `None` = missing.
    Cell {
        /// Whose.
        subject: SubjectKey,
        /// Which field.
        field: FieldIx,
        /// Of which period; one that the frame does not hold is passed over.
        period: Period,
        /// The value now.
        value: Option<Value>,
    },
    /// Whether an enterprise counts for a park in a period.
    Member {
        /// Period.
        period: Period,
        /// Park id.
        park: String,
        /// Enterprise id.
        enterprise: String,
        /// Whether it counts.
        is_member: bool,
    },
    /// A benchmark in its own unit; `None` = missing.
    Benchmark {
        /// Which.
        benchmark: BenchmarkIx,
        /// Of which period.
        period: Period,
        /// The value now.
        value: Option<Exact>,
    },
    /// What one source says of a cell whose field has several; the first of them that says anything counts.
    Told {
        /// Whose.
        subject: SubjectKey,
        /// Which field.
        field: FieldIx,
        /// Of which period; one that the frame does not hold is passed over.
        period: Period,
        /// Position in the field's sources.
        source: u32,
        /// The value now; `None` = the source says nothing.
        value: Option<Value>,
    },
    /// A judged fact; `None` = not judged.
    Fact {
        /// Park id.
        park: String,
        /// Which.
        fact: FactIx,
        /// The judgement now.
        value: Option<bool>,
    },
    /// Whether a file of a kind is there.
    Evidence {
        /// Park id.
        park: String,
        /// Which kind.
        evidence: EvidenceIx,
        /// Whether one is there.
        is_there: bool,
    },
    /// All readings chosen for a criterion that stand.
    Readings {
        /// Which.
        criterion: CriterionIx,
        /// In the order in which they were decided.
        chosen: Vec<ChosenReading>,
    },
    /// All exceptions approved for a park that stand.
    Exceptions {
        /// Park id.
        park: String,
        /// Of which soft norm.
        criterion: CriterionIx,
        /// From when until when.
        terms: Vec<Term>,
    },
}

/// Why changes were not applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The positions of the older frame cannot be kept: the frame has to be built anew.
    #[error("the frame has to be built anew: {0}")]
    NeedsRebuild(&'static str),
    /// A value does not fit its field: a fault of the caller.
    #[error(transparent)]
    Value(#[from] FrameError),
}

impl Frame {
    /// Position of a subject.
    pub fn locate(&self, key: &SubjectKey) -> Option<SubjectIx> {
        match key {
            SubjectKey::Enterprise(id) => self.find_enterprise(id).map(SubjectIx::Enterprise),
            SubjectKey::Park(id) => self.find_park(id).map(SubjectIx::Park),
            SubjectKey::Record(kind, id) => self.records.find(*kind, id).map(SubjectIx::Record),
        }
    }

    /// Whether a field takes a value; a fault of shape or decimals otherwise.
    pub fn check(package: &Package, field: FieldIx, value: &Value) -> Result<(), FrameError> {
        let declared = &package.fields[field.index()];
        let mut column = column_for(package, field);
        match value {
            Value::Number(number) => column.set_number(0, *number, declared),
            other => column.set_other(0, other, Some(0), declared),
        }
    }

    /// This frame with changes applied in their order, with everything known up to commit number `known`.
    ///
    /// Subjects keep their positions, so what was computed over this frame and hangs on nothing that changed holds
    /// for the new one as it is. Cells of subjects that are not in the frame are passed over, as a builder that was
    /// not told of them does.
    pub fn apply(&self, package: &Package, changes: &[Change], known: i64) -> Result<Self, ApplyError> {
        let mut frame = self.clone();
        frame.known = known;
        frame.amend(package, changes)?;
        Ok(frame)
    }

    /// Applies changes to this very frame. After a failure some of them are in it.
    pub(crate) fn amend(&mut self, package: &Package, changes: &[Change]) -> Result<(), ApplyError> {
        let mut applying = Applying { package, frame: self, moves_groups: false };
        changes.iter().try_for_each(|change| applying.change(change))?;
        if applying.moves_groups {
            self.groups = Arc::new(Groups::of(package, self));
        }
        Ok(())
    }
}

struct Applying<'a> {
    package: &'a Package,
    frame: &'a mut Frame,
    /// Who belongs to which group may have changed.
    moves_groups: bool,
}

impl Applying<'_> {
    fn change(&mut self, change: &Change) -> Result<(), ApplyError> {
        match change {
            Change::Enterprise { id, name } => {
                self.enterprise(id, name);
                Ok(())
            }
            Change::Park { id, name } => self.park(id, name),
            Change::Record { kind, id, owner, from, to } => {
                if let Some(owner) = self.frame.locate(owner) {
                    let records = Arc::make_mut(&mut self.frame.records);
                    records.put(*kind, owner, id, *from, *to);
                }
                Ok(())
            }
            Change::Gone(subject) => self.gone(subject),
            Change::Cell { subject, field, period, value } => {
                self.cell(subject, *field, *period, value.as_ref())
            }
            Change::Member { period, park, enterprise, is_member } => {
                self.member(*period, park, enterprise, *is_member);
                Ok(())
            }
            Change::Benchmark { benchmark, period, value } => {
                self.benchmark(*benchmark, *period, *value);
                Ok(())
            }
            Change::Told { subject, field, period, source, value } => {
                self.told(subject, *field, *period, (*source, value.as_ref()))
            }
            Change::Fact { park, fact, value } => {
                self.fact(park, *fact, *value);
                Ok(())
            }
            Change::Evidence { park, evidence, is_there } => {
                self.evidence(park, *evidence, *is_there);
                Ok(())
            }
            Change::Readings { criterion, chosen } => {
                if self.frame.readings(*criterion) != chosen {
                    Arc::make_mut(&mut self.frame.rulings).set_readings(*criterion, chosen);
                }
                Ok(())
            }
            Change::Exceptions { park, criterion, terms } => {
                if let Some(park) = self.frame.find_park(park) {
                    Arc::make_mut(&mut self.frame.rulings).set_exceptions(park, *criterion, terms);
                }
                Ok(())
            }
        }
    }

    fn enterprise(&mut self, id: &str, name: &str) {
        let enterprises = &mut self.frame.enterprises;
        match enterprises.find(id) {
            Some(position) if enterprises.info(position).name == name => {}
            Some(position) => Arc::make_mut(enterprises).rename(position, name.to_owned()),
            None => {
                let info = SubjectInfo { id: id.to_owned(), name: name.to_owned() };
                Arc::make_mut(enterprises).push(info);
                self.moves_groups |= !self.package.groupings.is_empty();
            }
        }
    }

    /// Parks are listed in the store's order, in which a new one need not be the last.
    fn park(&mut self, id: &str, name: &str) -> Result<(), ApplyError> {
        let parks = &mut self.frame.parks;
        match parks.find(id) {
            Some(position) if parks.info(position).name == name => {}
            Some(position) => Arc::make_mut(parks).rename(position, name.to_owned()),
            None => return Err(ApplyError::NeedsRebuild("a new park")),
        }
        Ok(())
    }

    fn gone(&mut self, subject: &SubjectKey) -> Result<(), ApplyError> {
        match (subject, self.frame.locate(subject)) {
            (_, None) => Ok(()),
            (SubjectKey::Record(..), Some(SubjectIx::Record(record))) => {
                Arc::make_mut(&mut self.frame.records).end(record);
                Ok(())
            }
            _ => Err(ApplyError::NeedsRebuild("a park or an enterprise is not there any more")),
        }
    }

    fn cell(
        &mut self,
        subject: &SubjectKey,
        field: FieldIx,
        period: Period,
        value: Option<&Value>,
    ) -> Result<(), ApplyError> {
        let declared = &self.package.fields[field.index()];
        if !is_columned(declared.subject) || !subject.has_fields_of(declared.subject) {
            return Err(FrameError::WrongShape { field: declared.id.clone() }.into());
        }
        let frame = &mut *self.frame;
        let (Some(subject), Some(position)) = (frame.locate(subject), frame.period_position(period)) else {
            return Ok(());
        };
        if frame.cell(field, period, subject).is(value) {
            return Ok(());
        }
        let slot = &mut frame.columns[field.index()][position];
        let column = Arc::make_mut(slot.get_or_insert_with(|| Arc::new(column_for(self.package, field))));
        match value {
            None => column.clear(subject.ordinal()),
            Some(Value::Number(number)) => column.set_number(subject.ordinal(), *number, declared)?,
            Some(value) => {
                let text = if let Value::Text(text) = value {
                    let known = frame.texts.number(text);
                    Some(known.unwrap_or_else(|| Arc::make_mut(&mut frame.texts).intern(text)))
                } else {
                    None
                };
                column.set_other(subject.ordinal(), value, text, declared)?;
            }
        }
        self.moves_groups |= self.package.groupings.iter().any(|grouping| {
            let keys = [&grouping.enterprises, &grouping.parks];
            keys.into_iter().flatten().any(|fields| fields.contains(&field))
        });
        Ok(())
    }

    /// What a source says, and with it what counts.
    fn told(
        &mut self,
        subject: &SubjectKey,
        field: FieldIx,
        period: Period,
        (source, value): (u32, Option<&Value>),
    ) -> Result<(), ApplyError> {
        let declared = &self.package.fields[field.index()];
        if source as usize >= declared.sources.len() {
            return Err(FrameError::UnknownSource { field: declared.id.clone() }.into());
        }
        let (Some(ix), true) = (self.frame.locate(subject), self.frame.has_period(period)) else {
            return Ok(());
        };
        let counts = Arc::make_mut(&mut self.frame.told).put((field, period, ix), source, value).cloned();
        self.cell(subject, field, period, counts.as_ref())
    }

    fn member(&mut self, period: Period, park: &str, enterprise: &str, is_member: bool) {
        let frame = &mut *self.frame;
        let ends = (frame.find_park(park), frame.find_enterprise(enterprise));
        let (Some(ParkIx(park)), Some(EnterpriseIx(enterprise))) = ends else { return };
        let Some(position) = frame.period_position(period) else { return };
        let place = frame.members[position][park as usize].binary_search(&enterprise);
        match (place, is_member) {
            (Ok(at), false) => {
                Arc::make_mut(&mut frame.members[position])[park as usize].remove(at);
            }
            (Err(at), true) => {
                Arc::make_mut(&mut frame.members[position])[park as usize].insert(at, enterprise);
            }
            _ => {}
        }
    }

    fn benchmark(&mut self, benchmark: BenchmarkIx, period: Period, value: Option<Exact>) {
        let key = (benchmark, period);
        // Digits count: 23 and 23.0 are shown as they were entered.
        let digits = |value: Exact| (value.mantissa, value.scale);
        if self.frame.benchmarks.get(&key).copied().map(digits) == value.map(digits) {
            return;
        }
        let benchmarks = Arc::make_mut(&mut self.frame.benchmarks);
        match value {
            Some(value) => benchmarks.insert(key, value),
            None => benchmarks.remove(&key),
        };
    }

    fn fact(&mut self, park: &str, fact: FactIx, value: Option<bool>) {
        let Some(park) = self.frame.find_park(park) else { return };
        if self.frame.fact(park, fact) == value {
            return;
        }
        let facts = Arc::make_mut(&mut self.frame.facts);
        match value {
            Some(value) => facts.insert((park, fact), value),
            None => facts.remove(&(park, fact)),
        };
    }

    fn evidence(&mut self, park: &str, evidence: EvidenceIx, is_there: bool) {
        let Some(park) = self.frame.find_park(park) else { return };
        if self.frame.has_evidence(park, evidence) == is_there {
            return;
        }
        let files = Arc::make_mut(&mut self.frame.evidence);
        if is_there {
            files.insert((park, evidence));
        } else {
            files.remove(&(park, evidence));
        }
    }
}

impl SubjectKey {
    /// Whether fields of this kind of subject belong to it.
    pub fn has_fields_of(&self, subject: Subject) -> bool {
        match (self, subject) {
            (Self::Enterprise(_), Subject::Enterprise) | (Self::Park(_), Subject::Park) => true,
            (Self::Record(kind, _), Subject::Record(of)) => *kind == of,
            _ => false,
        }
    }
}

impl Frame {
    /// Register and owner of a record.
    pub(crate) fn record_owner(&self, record: RecordOrdinal) -> (RecordIx, SubjectIx) {
        self.records.owner(record)
    }

    /// Days between which a record is there.
    pub(crate) fn record_days(&self, record: RecordOrdinal) -> (Date, Option<Date>) {
        self.records.days(record)
    }

    /// Whether both frames hold the very same groups.
    pub(crate) fn shares_groups(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.groups, &other.groups)
    }
}
