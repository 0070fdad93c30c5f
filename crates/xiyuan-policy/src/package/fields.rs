//! Fields and forms: what is filed or registered, of whom, in which shape.

use serde::Serialize;

use super::Place;
use crate::number::Exact;
use crate::plan::{Expression, FieldIx, GroupingIx, RecordIx};

/// Kinds of subject a field, form or indicator can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// An enterprise.
    Enterprise,
    /// A park.
    Park,
    /// The city as the subject of inputs (benchmarks).
    City,
    /// A group of enterprises or parks: a district, an industry of a district, the whole city …
    Group(GroupingIx),
    /// A record of a register.
    Record(RecordIx),
}

impl Subject {
    /// The kind in one word, as interfaces name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Park => "park",
            Self::City => "city",
            Self::Group(_) => "group",
            Self::Record(_) => "record",
        }
    }
}

/// Shape of a field's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "type")]
pub enum FieldType {
    /// Exact decimal with declared decimals.
    Decimal,
    /// Whole number.
    Integer,
    /// Free text.
    Text,
    /// Day.
    Date,
    /// Yes or no.
    Bool,
    /// One code of a catalogue.
    Choice {
        /// Catalogue id.
        catalog: String,
    },
}

/// Where a field's value comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase", tag = "from")]
pub enum Origin {
    /// Filed on a form (index into `forms`).
    Form {
        /// Form id.
        form: String,
    },
    /// Kept by the registry with dates; key known to the store (e.g. `leading_industry`).
    Registry {
        /// Key.
        key: String,
    },
    /// Computed from other fields of the same subject (and, in an aggregate, of the visited subject).
    Derived {
        /// Checked formula.
        expression: Expression,
        /// As written.
        formula: String,
    },
}

/// Flow adds over time and parts; stock is a point in time; ratio is never added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the type's line says it")]
pub enum Kind {
    Flow,
    Stock,
    Ratio,
}

/// Who may see a figure of one enterprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Sensitivity {
    /// 一般
    #[serde(rename = "一般")]
    General,
    /// 敏感
    #[serde(rename = "敏感")]
    Sensitive,
}

/// An inclusive range in the field's own unit; an open end is unbounded.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Range {
    /// Least value.
    pub min: Option<Exact>,
    /// Greatest value.
    pub max: Option<Exact>,
}

impl Range {
    /// Whether a value lies within.
    pub fn contains(self, value: Exact) -> bool {
        self.min.is_none_or(|min| min <= value) && self.max.is_none_or(|max| value <= max)
    }
}

/// A field of the dictionary.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// `enterprise.revenue`.
    pub id: String,
    /// `revenue`.
    pub key: String,
    /// Subject.
    pub subject: Subject,
    /// Shown name.
    pub name: String,
    /// Shape.
    #[serde(flatten)]
    pub ty: FieldType,
    /// Unit name, for numbers.
    pub unit: Option<String>,
    /// Declared decimals: more are refused, never rounded.
    pub decimals: u32,
    /// Flow, stock or ratio.
    pub kind: Kind,
    /// Checks entry: outside is refused.
    pub range: Range,
    /// Bounds a missing value.
    pub admissible: Range,
    /// Source of the admissible range, or 待核.
    pub admissible_basis: Option<String>,
    /// Sensitivity.
    pub sensitivity: Sensitivity,
    /// 企业填报, 统计, 税务 …; of several, the first that says anything counts.
    pub sources: Vec<String>,
    /// By how much sources may differ without being reported, in the field's own unit.
    pub tolerance: Option<Exact>,
    /// Where values come from.
    pub origin: Origin,
    /// Must be answered on the form.
    pub required: bool,
    /// Help text.
    pub help: Option<String>,
    /// Where declared.
    pub place: Place,
}

/// How often a form is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Frequency {
    Year,
    Month,
}

/// A form: what is filed, by whom, how often.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    /// Id, e.g. `enterprise-annual`.
    pub id: String,
    /// Title.
    pub name: String,
    /// Whose figures.
    pub subject: Subject,
    /// How often.
    pub frequency: Frequency,
    /// Day by which it is due, as a rule in words and months/days after the period's end.
    pub due_months_after: u32,
    /// Day of that month.
    pub due_day: u32,
    /// Who owes it (words for people).
    pub owed_by: String,
    /// Fields in form order; sections carry names.
    pub sections: Vec<Section>,
    /// Checks between fields.
    pub checks: Vec<Check>,
}

/// A part of a form.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Head.
    pub name: String,
    /// Fields.
    pub fields: Vec<FieldIx>,
}

/// A check between fields of one filing.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Stable id.
    pub id: String,
    /// Condition that should hold, checked.
    pub expression: Expression,
    /// As written.
    pub formula: String,
    /// Hard checks refuse, soft ones ask for a reason.
    pub is_hard: bool,
    /// Message for people.
    pub message: String,
}
