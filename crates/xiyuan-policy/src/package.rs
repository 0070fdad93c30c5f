//! The checked model of a policy package: what the rest of the product reads.
//!
//! Built only by the compiler (`compile`), so everything here is resolved, unit-checked and cite-checked.

use indexmap::IndexMap;
use jiff::civil::Date;
use serde::Serialize;

use crate::number::Exact;
use crate::plan::{
    BenchmarkIx, Comparison, CriterionIx, EvidenceIx, Expression, FactIx, FieldIx, GroupingIx, IndicatorIx,
    ParameterIx, RecordIx,
};

mod scorecard;

pub use scorecard::{Grade, GradeRule, Scorecard, Tie, Veto};

/// Place in a source file, for errors and for "show me the rule": 1-based line and column (characters).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Path inside the package folder, `/`-separated.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
}

/// A compiled policy package with everything it uses merged in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Package {
    /// Stable id, e.g. `wuxi-2023`.
    pub id: String,
    /// Title of the policy.
    pub title: String,
    /// Issuer.
    pub issuer: String,
    /// Document number, where known.
    pub document_number: Option<String>,
    /// Day of issue.
    pub issued: Date,
    /// First day in force.
    pub in_force_from: Date,
    /// Last day in force.
    pub in_force_to: Option<Date>,
    /// SM3 digest (hex) over the sorted (path, content) pairs of this package and those it uses.
    pub digest: String,
    /// Ids of the packages merged in.
    pub uses: Vec<String>,
    /// Clauses by id, in order of the text.
    pub clauses: IndexMap<String, Clause>,
    /// Units by name.
    pub units: IndexMap<String, Unit>,
    /// Code lists by id.
    pub catalogs: IndexMap<String, Catalog>,
    /// Field dictionary.
    pub fields: Vec<Field>,
    /// Forms.
    pub forms: Vec<Form>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Benchmarks.
    pub benchmarks: Vec<Benchmark>,
    /// Indicators, in an order in which each uses only earlier ones.
    pub indicators: Vec<Indicator>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Evidence kinds.
    pub evidence: Vec<EvidenceKind>,
    /// Criteria.
    pub criteria: Vec<Criterion>,
    /// Named sets of criteria (e.g. the recognition self-check).
    pub assessments: Vec<Assessment>,
    /// Ways to put subjects into groups.
    pub groupings: Vec<Grouping>,
    /// Kinds of records.
    pub records: Vec<RecordKind>,
    /// Scored comparisons.
    pub scorecards: Vec<Scorecard>,
}

/// A clause of the policy with its own words.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Clause {
    /// Id, e.g. `2.2.1`.
    pub id: String,
    /// Title.
    pub title: String,
    /// The clause's text from `text.md`, unchanged.
    pub text: String,
    /// Duty units as written.
    pub duty_units: Vec<String>,
    /// What is not computable (原则上, 一般, 鼓励 …) and who decides then.
    pub soft: Vec<SoftNorm>,
}

/// Words of a clause that leave room, and who decides.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SoftNorm {
    /// Exact quotation.
    pub quote: String,
    /// Who decides.
    pub decided_by: String,
}

/// Exponents over the base dimensions that the package's units declare, e.g. {"money": 1, "area": -1}.
pub type Dimension = std::collections::BTreeMap<String, i32>;

/// A unit with its exact factor to the base unit of its dimension.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// Name as shown, e.g. `万元`.
    pub name: String,
    /// Dimension; empty for ratios.
    pub dimension: Dimension,
    /// Exact factor: value in base unit = value × factor.
    pub factor: Exact,
    /// `%` and 百分点 have the same factor but must not be mixed: a point is a difference of two percentages.
    pub is_point: bool,
}

/// Dated code list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalog {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it comes from.
    pub source: String,
    /// Basis: `None` when firmly evidenced, else 待核.
    pub basis: Option<String>,
    /// Entries in order.
    pub entries: Vec<CatalogEntry>,
}

/// One code.
#[derive(Clone, Debug, Serialize)]
pub struct CatalogEntry {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Parent code.
    pub parent: Option<String>,
}

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

/// A dated value.
#[derive(Clone, Debug, Serialize)]
pub struct DatedValue {
    /// First day.
    pub from: Date,
    /// Value in the parameter's unit.
    pub value: Exact,
}

/// A parameter: every number of the policy.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit name.
    pub unit: String,
    /// Values, ascending by date.
    pub values: Vec<DatedValue>,
    /// Clause it comes from.
    pub clause: Option<String>,
    /// Source where it is not the policy's own number.
    pub source: Option<String>,
    /// `Some("待核")` when not firmly evidenced.
    pub basis: Option<String>,
}

/// A figure of a wider subject, e.g. the city's value-added rate: values come by version, each with its source.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Benchmark {
    /// `city.value_added_rate`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit name.
    pub unit: String,
    /// Decimals for display.
    pub decimals: u32,
    /// Who owes it.
    pub owed_by: String,
    /// Definition in words.
    pub definition: String,
    /// Known published values that come with the package: (year, value in unit, source).
    pub published: Vec<(i16, Exact, String)>,
    /// Bounds a missing value.
    pub admissible: Range,
}

/// What to do with missing parts.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MissingRule {
    /// Any missing part makes the figure missing, with bounds.
    Strict,
    /// Computed from what is there, coverage printed, refused below `min_coverage` (a share, 0 to 1).
    Covered {
        /// Share.
        min_coverage: Exact,
    },
}

/// A way to put subjects into groups: those with the same values in the fields form one. Who has no value in one of
/// the fields belongs to no group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Grouping {
    /// Id, e.g. `district`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Fields of enterprises; `None` = enterprises are not grouped.
    pub enterprises: Option<Vec<FieldIx>>,
    /// Fields of parks; `None` = parks are not grouped.
    pub parks: Option<Vec<FieldIx>>,
    /// Where declared.
    pub place: Place,
}

/// A register: records that belong to an enterprise or a park.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordKind {
    /// Id, e.g. `carrier`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whose records.
    pub subject: Subject,
    /// Its fields.
    pub fields: Vec<FieldIx>,
    /// Where declared.
    pub place: Place,
}

/// A named formula.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Indicator {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whose figure.
    pub subject: Subject,
    /// Period kind.
    pub frequency: Frequency,
    /// Unit name for display.
    pub unit: String,
    /// Factor of that unit to base.
    pub unit_factor: Exact,
    /// Decimals for display.
    pub decimals: u32,
    /// A yes or no, kept as 1 or 0.
    pub is_truth: bool,
    /// Clauses.
    pub clauses: Vec<String>,
    /// As written.
    pub formula: String,
    /// Checked.
    pub expression: Expression,
    /// Missing rule.
    pub missing: MissingRule,
    /// Definition in words, source of the definition, 待核 …
    pub note: Option<String>,
    /// Where declared.
    pub place: Place,
}

/// A yes/no matter that no formula decides: judged by a named role with a reason.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// Id, e.g. `operator.registered_in_wuxi`.
    pub id: String,
    /// What is asserted.
    pub name: String,
    /// Role id that judges it (roles of the product).
    pub judged_by: String,
    /// Clause.
    pub clause: String,
}

/// A kind of evidence file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceKind {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Clause.
    pub clause: String,
}

/// Where a threshold comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Threshold {
    /// A parameter (so that it can be dated and moved in what-if).
    Parameter(ParameterIx),
    /// A checked expression over parameters and benchmarks (e.g. city rate + 1 point).
    Expression {
        /// Checked.
        expression: Expression,
        /// As written.
        formula: String,
    },
}

/// One test of a criterion.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Test {
    /// Indicator against a threshold.
    Indicator {
        /// Left.
        indicator: IndicatorIx,
        /// Comparison.
        op: Comparison,
        /// Right, in base units; shown in the indicator's unit.
        threshold: Threshold,
    },
    /// A judged fact.
    Fact {
        /// Which.
        fact: FactIx,
    },
    /// A file of this kind must be there.
    Evidence {
        /// Which.
        evidence: EvidenceIx,
    },
    /// All hold.
    All {
        /// Parts.
        tests: Vec<Test>,
    },
    /// One holds.
    Any {
        /// Parts.
        tests: Vec<Test>,
    },
}

/// A reading of the text where it leaves one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// `default` or the alternative's id.
    pub id: String,
    /// In words.
    pub text: String,
    /// Clause the reading rests on.
    pub clause: String,
    /// Its exact quotation.
    pub quote: String,
    /// The test under this reading.
    pub test: Test,
}

/// A condition.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Criterion {
    /// Id.
    pub id: String,
    /// Short name for lists.
    pub name: String,
    /// Readings; the first is the default and carries clause and quotation of the criterion.
    pub readings: Vec<Reading>,
    /// Role that judges what no formula decides.
    pub judged_by: Option<String>,
    /// Soft norm (一般): below it an approved exception can stand.
    pub is_soft: bool,
    /// `Some("待核")` with source where the rule is not firmly evidenced.
    pub basis: Option<String>,
    /// Source outside the policy.
    pub source: Option<String>,
    /// Where declared.
    pub place: Place,
}

/// A named set of criteria over one kind of subject.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// Id, e.g. `recognition`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Subject.
    pub subject: Subject,
    /// Criteria in order; all must be met.
    pub criteria: Vec<CriterionIx>,
    /// Benchmarks it reads (derived, for the pages).
    pub benchmarks: Vec<BenchmarkIx>,
}

impl Package {
    /// Position of something by its id.
    pub fn grouping(&self, id: &str) -> Option<GroupingIx> {
        let position = self.groupings.iter().position(|grouping| grouping.id == id)?;
        u32::try_from(position).ok().map(GroupingIx)
    }

    /// Factor of a unit to its base unit; 1 for no unit.
    pub fn unit_factor(&self, unit: Option<&str>) -> Exact {
        unit.and_then(|name| self.units.get(name)).map_or(Exact { mantissa: 1, scale: 0 }, |unit| unit.factor)
    }
}
