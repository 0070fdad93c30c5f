//! Rules: indicators over groups and registers, facts, evidence, criteria with their readings, assessments.

use serde::Serialize;

use super::{Frequency, Place, Subject};
use crate::number::Exact;
use crate::plan::{
    BenchmarkIx, Comparison, CriterionIx, EvidenceIx, Expression, FactIx, FieldIx, IndicatorIx, ParameterIx,
};

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
