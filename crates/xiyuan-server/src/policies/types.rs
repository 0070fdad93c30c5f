//! Policy packages as the API shows them: the text by clause, the rules in words.

mod duties;
mod examples;
mod versions;

pub use duties::{PolicyCited, PolicyClauseForm, PolicyTarget, PolicyTask};
pub use examples::{ExampleFailure, ExampleResult, PolicyTest, ThresholdCoverage};
pub(crate) use versions::PolicyDifferenceQuery;
pub use versions::{
    ClauseDifference, ParameterDifference, ParksDifference, PolicyDifference, PolicyVersion, RuleDetail,
    RuleDifference, VersionSignature, WordsKind, WordsPart,
};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::types::CodeName;

/// A published policy package.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyItem {
    /// Id, e.g. `wuxi-2023`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Issuer.
    pub issuer: String,
    /// 文号
    pub document_number: Option<String>,
    /// Day of issue.
    #[schema(value_type = String, format = Date)]
    pub issued: Date,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    pub in_force_from: Date,
    /// Last day in force.
    #[schema(value_type = Option<String>, format = Date)]
    pub in_force_to: Option<Date>,
    /// SM3 digest of its content.
    pub digest: String,
    /// The one that pages take when none is named.
    pub is_default: bool,
}

/// A policy package with everything the pages show.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDetail {
    /// Id, e.g. `wuxi-2023`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Issuer.
    pub issuer: String,
    /// 文号
    pub document_number: Option<String>,
    /// Day of issue.
    #[schema(value_type = String, format = Date)]
    pub issued: Date,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    pub in_force_from: Date,
    /// Last day in force.
    #[schema(value_type = Option<String>, format = Date)]
    pub in_force_to: Option<Date>,
    /// SM3 digest of its content.
    pub digest: String,
    /// The one that pages take when none is named.
    pub is_default: bool,
    /// Clauses in order of the text.
    pub clauses: Vec<PolicyClause>,
    /// Conditions.
    pub criteria: Vec<PolicyCriterion>,
    /// Named formulas.
    pub indicators: Vec<PolicyIndicator>,
    /// The policy's numbers.
    pub parameters: Vec<PolicyParameter>,
    /// What is filed.
    pub forms: Vec<PolicyForm>,
    /// Matters that a named role judges.
    pub facts: Vec<PolicyFact>,
    /// Kinds of evidence.
    pub evidence: Vec<PolicyEvidence>,
    /// Named sets of conditions.
    pub assessments: Vec<PolicyAssessment>,
    /// What the policy wants to reach by when.
    pub targets: Vec<PolicyTarget>,
    /// Who does what for it.
    pub tasks: Vec<PolicyTask>,
    /// Figures of the city that conditions are compared with.
    pub benchmarks: Vec<PolicyBenchmark>,
    /// Scored comparisons.
    pub scorecards: Vec<PolicyScorecard>,
}

/// A figure of the city.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyBenchmark {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Who owes it.
    pub owed_by: String,
}

/// A scored comparison.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyScorecard {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `enterprise` or `park`.
    pub subject: String,
    /// Ids of the parameters that its score reads: weights, and the numbers that scores are counted by.
    pub parameters: Vec<String>,
}

/// A clause with its own words and what hangs on it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyClause {
    /// Id, e.g. `2.2.1`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Text, unchanged.
    pub text: String,
    /// 责任单位
    pub duty_units: Vec<String>,
    /// Words that leave room.
    pub soft: Vec<PolicySoftNorm>,
    /// Ids of conditions that cite it.
    pub criteria: Vec<String>,
    /// Ids of indicators that cite it.
    pub indicators: Vec<String>,
    /// Ids of parameters that come from it.
    pub parameters: Vec<String>,
    /// Ids of targets that cite it.
    pub targets: Vec<String>,
    /// Ids of its tasks.
    pub tasks: Vec<String>,
    /// Forms whose fields its rules read.
    pub forms: Vec<PolicyClauseForm>,
}

/// Words of a clause that leave room, and who decides.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicySoftNorm {
    /// Quotation.
    pub quote: String,
    /// Role that decides.
    pub decided_by: CodeName,
}

/// A condition in words, with its readings.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyCriterion {
    /// Id.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Clause of the default reading.
    pub clause: String,
    /// Its quotation.
    pub quote: String,
    /// The rule in words, default reading.
    pub words: String,
    /// Readings; the first is the default.
    pub readings: Vec<PolicyReading>,
    /// Role that judges what no formula decides.
    pub judged_by: Option<CodeName>,
    /// 一般: an approved exception can stand.
    pub is_soft: bool,
    /// 待核, where not firmly evidenced.
    pub basis: Option<String>,
    /// Source outside the policy.
    pub source: Option<String>,
}

/// A reading of the text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyReading {
    /// Id.
    pub id: String,
    /// In words.
    pub text: String,
    /// Clause it rests on.
    pub clause: String,
    /// Its quotation.
    pub quote: String,
    /// The rule in words under this reading.
    pub words: String,
}

/// A named formula in words.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyIndicator {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `park`, `enterprise` or `city`.
    pub subject: String,
    /// Unit.
    pub unit: String,
    /// Decimals shown; comparisons use the unrounded value.
    pub decimals: u32,
    /// Clauses.
    pub clauses: Vec<String>,
    /// As written.
    pub formula: String,
    /// In words.
    pub words: String,
    /// Definition and its source.
    pub note: Option<String>,
}

/// A number of the policy.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyParameter {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Value in force today.
    pub value: Option<String>,
    /// All values with their first day.
    pub values: Vec<PolicyDatedValue>,
    /// Clause.
    pub clause: Option<String>,
    /// Source outside the policy.
    pub source: Option<String>,
    /// 待核, where not firmly evidenced.
    pub basis: Option<String>,
}

/// A value from a day on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyDatedValue {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Value in the parameter's unit.
    pub value: String,
}

/// A form.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyForm {
    /// Id.
    pub id: String,
    /// Title.
    pub name: String,
    /// `enterprise` or `park`.
    pub subject: String,
    /// `year` or `month`.
    pub frequency: String,
    /// Parts.
    pub sections: Vec<PolicySection>,
}

/// A part of a form.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicySection {
    /// Head.
    pub name: String,
    /// Fields in order.
    pub fields: Vec<PolicyField>,
}

/// A field of a form.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyField {
    /// `enterprise.revenue`.
    pub id: String,
    /// `revenue`.
    pub key: String,
    /// Name.
    pub name: String,
    /// `decimal`, `integer`, `text`, `date`, `bool`, `choice`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Unit.
    pub unit: Option<String>,
    /// Declared decimals; more are refused.
    pub decimals: u32,
    /// Must be answered.
    pub required: bool,
    /// 一般 or 敏感.
    pub sensitivity: String,
    /// Help.
    pub help: Option<String>,
    /// Where its values come from; of several sources the first that says anything counts.
    pub sources: Vec<String>,
    /// Codes of a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub options: Option<Vec<CodeName>>,
}

/// A matter that a named role judges.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyFact {
    /// Id.
    pub id: String,
    /// What is asserted.
    pub name: String,
    /// Role.
    pub judged_by: CodeName,
    /// Clause.
    pub clause: String,
}

/// A kind of evidence.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyEvidence {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Clause.
    pub clause: String,
}

/// A named set of conditions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyAssessment {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `park` or `enterprise`.
    pub subject: String,
    /// Ids of its conditions in order.
    pub criteria: Vec<String>,
    /// Its first one is taken when none is named.
    pub is_default: bool,
}
