//! The figures an evaluation reads: dense columns per field and period, registry facts, benchmarks, all as of one known time.
//!
//! Built by the store through [`FrameBuilder`]; read-only afterwards. Must not know formulas. A cell that was not
//! set is missing: there is no default value anywhere in here.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::number::Exact;
use crate::package::{FieldType, Frequency, Package, Subject};
use crate::plan::{BenchmarkIx, EvidenceIx, FactIx, FieldIx, GroupingIx, Members, RecordIx, Span};

mod apply;
mod builder;
mod column;
mod groups;
mod records;
mod rulings;
mod subjects;
mod texts;
mod told;

pub use apply::{ApplyError, Change, SubjectKey};
pub use builder::FrameBuilder;
pub(crate) use column::{Column, pack as pack_day, unpack as unpack_day};
use groups::Groups;
use records::Records;
use rulings::Rulings;
pub use rulings::{ChosenReading, Term};
use subjects::Subjects;
use texts::Texts;
use told::Told;
pub use told::{Difference, differences};

/// A period of filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// A calendar year.
    Year(i16),
    /// A month (year, 1–12).
    Month(i16, i8),
}

impl Period {
    /// The period of the same kind `shift` steps earlier.
    pub fn earlier(self, shift: u32) -> Self {
        let shift = i64::from(shift);
        match self {
            Self::Year(year) => Self::Year(narrow(i64::from(year) - shift)),
            Self::Month(year, month) => {
                let months = i64::from(year) * 12 + i64::from(month) - 1 - shift;
                Self::Month(
                    narrow(months.div_euclid(12)),
                    i8::try_from(months.rem_euclid(12) + 1).expect("1 to 12"),
                )
            }
        }
    }

    /// First day of the period.
    pub fn first_day(self) -> Date {
        match self {
            Self::Year(year) => Date::new(year, 1, 1).unwrap_or(Date::MIN),
            Self::Month(year, month) => Date::new(year, month, 1).unwrap_or(Date::MIN),
        }
    }

    /// The periods of a window that ends with this period (or its last month), oldest first; none when a month is
    /// asked for years.
    pub fn window(self, span: Span) -> Vec<Self> {
        let last = match (self, span.frequency) {
            (Self::Year(year), Frequency::Month) => Self::Month(year, 12),
            (Self::Month(..), Frequency::Year) => return Vec::new(),
            (period, _) => period,
        };
        let count = match (last, span.last) {
            (_, Some(count)) => count,
            (Self::Month(_, month), None) => month.unsigned_abs().into(),
            (Self::Year(_), None) => 1,
        };
        (0..count).rev().map(|shift| last.earlier(shift)).collect()
    }

    /// A number for the period, in order of time among periods of one kind.
    pub(crate) fn code(self) -> u32 {
        match self {
            Self::Year(year) => (i32::from(year) + 20_000).unsigned_abs(),
            Self::Month(year, month) => {
                ((i32::from(year) + 20_000) * 12 + i32::from(month) - 1).unsigned_abs()
            }
        }
    }

    /// The period of a number.
    pub(crate) fn of_code(code: u32, frequency: Frequency) -> Self {
        let code = i64::from(code);
        match frequency {
            Frequency::Year => Self::Year(narrow(code - 20_000)),
            Frequency::Month => Self::Month(
                narrow(code.div_euclid(12) - 20_000),
                i8::try_from(code.rem_euclid(12) + 1).expect("1 to 12"),
            ),
        }
    }

    /// Last day of the period; memberships and registry values are read on it.
    pub fn last_day(self) -> Date {
        match self {
            Self::Year(year) => Date::new(year, 12, 31).unwrap_or(Date::MAX),
            Self::Month(year, month) => Date::new(year, month, 1).map_or(Date::MAX, Date::last_of_month),
        }
    }
}

fn narrow(year: i64) -> i16 {
    i16::try_from(year.clamp(-9999, 9999)).expect("clamped to four digits")
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year}"),
            Self::Month(year, month) => write!(f, "{year}-{month:02}"),
        }
    }
}

/// A text that is no period as [`Period`] writes one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是期间")]
pub struct NoPeriod(pub String);

impl std::str::FromStr for Period {
    type Err = NoPeriod;

    /// Reads what [`Period`] writes: `2025`, `2025-03`; nothing else.
    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let found = match text.rsplit_once('-') {
            Some((year, month)) if !year.is_empty() => {
                let month = month.parse().ok().filter(|month| (1..=12).contains(month));
                year.parse().ok().zip(month).map(|(year, month)| Self::Month(year, month))
            }
            _ => text.parse().ok().map(Self::Year),
        };
        found.filter(|period| period.to_string() == text).ok_or_else(|| NoPeriod(text.to_owned()))
    }
}

/// Position of an enterprise in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EnterpriseIx(pub u32);

/// Position of a park in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ParkIx(pub u32);

/// Position of a group in the frame, over all groupings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupIx(pub u32);

/// Position of a record in the frame, over all registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordOrdinal(pub u32);

/// A subject of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectIx {
    /// An enterprise.
    Enterprise(EnterpriseIx),
    /// A park.
    Park(ParkIx),
    /// A group.
    Group(GroupIx),
    /// A record.
    Record(RecordOrdinal),
}

impl SubjectIx {
    /// Position among subjects of its kind.
    pub(crate) fn ordinal(self) -> u32 {
        match self {
            Self::Enterprise(EnterpriseIx(ordinal))
            | Self::Park(ParkIx(ordinal))
            | Self::Group(GroupIx(ordinal))
            | Self::Record(RecordOrdinal(ordinal)) => ordinal,
        }
    }
}

/// Who a subject is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubjectInfo {
    /// Id as the store knows it.
    pub id: String,
    /// Name.
    pub name: String,
}

/// One value, in the field's own unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(Exact),
    /// A text or code.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(Date),
}

/// A value as read, borrowed from the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Not there.
    Missing,
    /// A number in the field's own unit.
    Number(Exact),
    /// A text or code.
    Text(&'a str),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(Date),
}

impl Cell<'_> {
    /// Whether this is what a value says; none says that the cell is missing.
    pub(crate) fn is(self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Missing, None) => true,
            (Self::Number(a), Some(Value::Number(b))) => a == *b,
            (Self::Text(a), Some(Value::Text(b))) => a == b,
            (Self::Bool(a), Some(Value::Bool(b))) => a == *b,
            (Self::Date(a), Some(Value::Date(b))) => a == *b,
            _ => false,
        }
    }
}

/// Why a value could not be put into a frame: a fault of the caller, not of the people who filed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The value is not of the field's shape.
    #[error("field {field} does not hold a value of this shape")]
    WrongShape {
        /// Field id.
        field: String,
    },
    /// The value has more decimals than the field declares.
    #[error("field {field} has {declared} decimals, the value needs more")]
    TooManyDecimals {
        /// Field id.
        field: String,
        /// Declared decimals.
        declared: u32,
    },
    /// The field has no such source.
    #[error("field {field} has no such source")]
    UnknownSource {
        /// Field id.
        field: String,
    },
    /// The period was not announced to the builder.
    #[error("period {0} is not part of this frame")]
    UnknownPeriod(Period),
}

/// Figures as of one known time. See the module's head.
///
/// Every part is shared: a frame made from another one by [`Frame::apply`] has its own copy of what changed alone.
#[derive(Clone, Debug)]
pub struct Frame {
    known: i64,
    periods: Vec<Period>,
    parks: Arc<Subjects>,
    enterprises: Arc<Subjects>,
    /// `[field][period]`; `None` where nothing was set.
    columns: Vec<Vec<Option<Arc<Column>>>>,
    texts: Arc<Texts>,
    /// `[period][park]`, ascending.
    members: Vec<Arc<Vec<Vec<u32>>>>,
    groups: Arc<Groups>,
    records: Arc<Records>,
    benchmarks: Arc<BTreeMap<(BenchmarkIx, Period), Exact>>,
    facts: Arc<BTreeMap<(ParkIx, FactIx), bool>>,
    evidence: Arc<BTreeSet<(ParkIx, EvidenceIx)>>,
    told: Arc<Told>,
    rulings: Arc<Rulings>,
}

impl Frame {
    /// Commit number up to which everything is included.
    pub fn known(&self) -> i64 {
        self.known
    }

    /// Periods that were loaded.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// Parks, in the order of [`ParkIx`].
    pub fn parks(&self) -> impl ExactSizeIterator<Item = (ParkIx, &SubjectInfo)> {
        (0..).map(ParkIx).zip(self.parks.iter()).collect::<Vec<_>>().into_iter()
    }

    /// A park by the store's id.
    pub fn find_park(&self, id: &str) -> Option<ParkIx> {
        self.parks.find(id).map(ParkIx)
    }

    /// An enterprise by the store's id.
    pub fn find_enterprise(&self, id: &str) -> Option<EnterpriseIx> {
        self.enterprises.find(id).map(EnterpriseIx)
    }

    /// Who a park is.
    pub fn park(&self, park: ParkIx) -> &SubjectInfo {
        self.parks.info(park.0)
    }

    /// Who an enterprise is.
    pub fn enterprise(&self, enterprise: EnterpriseIx) -> &SubjectInfo {
        self.enterprises.info(enterprise.0)
    }

    /// Who a subject is.
    pub fn subject(&self, subject: SubjectIx) -> &SubjectInfo {
        match subject {
            SubjectIx::Enterprise(enterprise) => self.enterprise(enterprise),
            SubjectIx::Park(park) => self.park(park),
            SubjectIx::Group(group) => self.groups.info(group),
            SubjectIx::Record(record) => self.records.info(record),
        }
    }

    /// Groups of a grouping, in order of their values.
    pub fn groups(&self, grouping: GroupingIx) -> impl Iterator<Item = GroupIx> {
        self.groups.of_grouping(grouping)
    }

    /// The group of an enterprise or a park in a period; `None` when it has no value in one of the fields.
    pub fn group_of(&self, grouping: GroupingIx, period: Period, subject: SubjectIx) -> Option<GroupIx> {
        self.groups.of_subject(grouping, self.period_position(period)?, subject)
    }

    /// Group of each enterprise, by position; `u32::MAX` = none. `None` when the period was not loaded.
    pub(crate) fn groups_of_enterprises(&self, grouping: GroupingIx, period: Period) -> Option<&[u32]> {
        self.groups.of_enterprises(grouping, self.period_position(period)?)
    }

    /// Place of each enterprise, or of each park, in the order of ids, by position.
    pub(crate) fn places_by_id(&self, of: Subject) -> &[u32] {
        match of {
            Subject::Park => self.parks.places(),
            _ => self.enterprises.places(),
        }
    }

    /// Grouping of a group.
    pub fn grouping_of(&self, group: GroupIx) -> GroupingIx {
        self.groups.grouping(group)
    }

    /// Records of the frame.
    pub fn record_count(&self) -> usize {
        self.records.len()
    }

    /// A record's register, owner, first day and, when it ended, last day.
    pub fn record(&self, record: RecordOrdinal) -> (RecordIx, SubjectIx, Date, Option<Date>) {
        let ((kind, owner), (from, to)) = (self.records.owner(record), self.records.days(record));
        (kind, owner, from, to)
    }

    /// Benchmarks of all periods, each in its own unit.
    pub fn benchmarks(&self) -> impl Iterator<Item = (BenchmarkIx, Period, Exact)> {
        self.benchmarks.iter().map(|((benchmark, period), value)| (*benchmark, *period, *value))
    }

    /// Whose figures or records an aggregate of a subject visits in a period, ascending; periods are not subjects.
    pub fn visited(&self, over: Members, period: Period, subject: SubjectIx) -> Cow<'_, [u32]> {
        let Some(position) = self.period_position(period) else { return Cow::Borrowed(&[]) };
        match (over, subject) {
            (Members::Enterprises, SubjectIx::Park(park)) => Cow::Borrowed(self.members(period, park)),
            (Members::Enterprises, SubjectIx::Group(group)) => {
                Cow::Borrowed(self.groups.enterprises(group, position))
            }
            (Members::Parks, SubjectIx::Group(group)) => Cow::Borrowed(self.groups.parks(group, position)),
            (Members::Records(kind), SubjectIx::Group(group)) => {
                let owners = self.groups.enterprises(group, position);
                let enterprises = owners.iter().map(|owner| SubjectIx::Enterprise(EnterpriseIx(*owner)));
                let parks = self.groups.parks(group, position).iter();
                let parks = parks.map(|owner| SubjectIx::Park(ParkIx(*owner)));
                let all = enterprises.chain(parks);
                let mut found: Vec<u32> =
                    all.flat_map(|owner| self.records.of(kind, owner, period)).collect();
                found.sort_unstable();
                Cow::Owned(found)
            }
            (Members::Records(kind), owner) => Cow::Owned(self.records.of(kind, owner, period).collect()),
            _ => Cow::Borrowed(&[]),
        }
    }

    /// Number of enterprises.
    pub fn enterprise_count(&self) -> usize {
        self.enterprises.len()
    }

    /// Members of a park on the last day of a period, ascending; empty when the period was not loaded.
    pub fn members(&self, period: Period, park: ParkIx) -> &[u32] {
        self.period_position(period)
            .and_then(|position| self.members[position].get(park.0 as usize))
            .map_or(&[], Vec::as_slice)
    }

    /// A cell in the field's own unit.
    pub fn cell(&self, field: FieldIx, period: Period, subject: SubjectIx) -> Cell<'_> {
        self.column(field, period)
            .map_or(Cell::Missing, |column| column.get(subject.ordinal(), self.texts.list()))
    }

    /// A benchmark in its own unit.
    pub fn benchmark(&self, benchmark: BenchmarkIx, period: Period) -> Option<Exact> {
        self.benchmarks.get(&(benchmark, period)).copied()
    }

    /// A judged fact.
    pub fn fact(&self, park: ParkIx, fact: FactIx) -> Option<bool> {
        self.facts.get(&(park, fact)).copied()
    }

    /// Whether a file of this kind is there.
    pub fn has_evidence(&self, park: ParkIx, evidence: EvidenceIx) -> bool {
        self.evidence.contains(&(park, evidence))
    }

    pub(crate) fn column(&self, field: FieldIx, period: Period) -> Option<&Column> {
        self.columns.get(field.index())?.get(self.period_position(period)?)?.as_deref()
    }

    pub(crate) fn text_number(&self, text: &str) -> Option<u32> {
        self.texts.number(text)
    }

    /// Whether memberships of the period were loaded.
    pub fn has_period(&self, period: Period) -> bool {
        self.period_position(period).is_some()
    }

    fn period_position(&self, period: Period) -> Option<usize> {
        self.periods.iter().position(|p| *p == period)
    }
}

/// Kind of column a field needs; derived fields have none, the compiler puts their formula in their place.
pub(crate) fn column_for(package: &Package, field: FieldIx) -> Column {
    let field = &package.fields[field.index()];
    match field.ty {
        FieldType::Decimal | FieldType::Integer => Column::numbers(field.decimals),
        FieldType::Text | FieldType::Choice { .. } => Column::texts(),
        FieldType::Bool => Column::bools(),
        FieldType::Date => Column::dates(),
    }
}

/// Whether fields of this kind of subject have columns.
pub(crate) fn is_columned(subject: Subject) -> bool {
    matches!(subject, Subject::Enterprise | Subject::Park | Subject::Record(_))
}
