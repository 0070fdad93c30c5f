//! Policy packages as the API shows them: the text by clause, the rules in words.

mod duties;
mod examples;

pub use duties::{PolicyCited, PolicyClauseForm, PolicyTarget, PolicyTask};
pub use examples::{ExampleFailure, ExampleResult, PolicyTest, ThresholdCoverage};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    checks::types::Flip,
    http::types::{CodeName, Named},
};

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

/// A published version of a policy.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyVersion {
    /// Policy by id.
    pub policy: String,
    /// Digest of all its files; names the version everywhere.
    pub digest: String,
    /// Title.
    pub title: String,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
    /// Who; null for the system.
    pub published_by: Option<Named>,
    /// What was changed and why.
    pub note: Option<String>,
    /// Signature over digest, first day and note; null for packages from a folder.
    pub signature: Option<VersionSignature>,
    /// In force today.
    pub is_current: bool,
    /// Of the policy that is taken when none is named.
    pub is_default: bool,
}

/// Signature of a version.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionSignature {
    /// `SM2-SM3`.
    pub algorithm: String,
    /// Key.
    pub key: String,
    /// Hexadecimal.
    pub value: String,
    /// It fits what is stored, checked now.
    pub is_valid: bool,
}

/// Which versions are compared.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PolicyDifferenceQuery {
    /// Digest of the earlier version.
    pub from: String,
    /// Digest of the later one.
    pub to: String,
    /// Year for which the flips are listed; none without it.
    pub year: Option<i16>,
    /// Assessment; the package's first when absent.
    pub assessment: Option<String>,
}

/// What differs between two versions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyDifference {
    /// Clauses whose words differ.
    pub clauses: Vec<ClauseDifference>,
    /// Numbers that differ.
    pub parameters: Vec<ParameterDifference>,
    /// Rules that differ, in words.
    pub rules: Vec<RuleDifference>,
    /// Whom it touches; null without a year.
    pub parks: Option<ParksDifference>,
}

/// A clause whose words differ.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ClauseDifference {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Words before; null for a new clause.
    pub before: Option<String>,
    /// Words after; null for a clause that went.
    pub after: Option<String>,
    /// Both in one line.
    pub words: Vec<WordsPart>,
}

/// What became of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WordsKind {
    /// Stands in both.
    Same,
    /// Only before.
    Removed,
    /// Only after.
    Added,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WordsPart {
    /// What became of it.
    pub kind: WordsKind,
    /// The text.
    pub text: String,
}

/// A number that differs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ParameterDifference {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Before, several values with their first days; null for a new number.
    pub before: Option<String>,
    /// After; null for a number that went.
    pub after: Option<String>,
}

/// A rule that differs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleDifference {
    /// `criterion`, `indicator`, `form`, `field` …
    pub kind: String,
    /// The kind in words.
    pub kind_name: String,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// In words before; null for a new rule.
    pub before: Option<String>,
    /// In words after; null for a rule that went.
    pub after: Option<String>,
    /// Each property that differs, in words.
    pub details: Vec<RuleDetail>,
}

/// A property of a rule that differs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RuleDetail {
    /// Where inside the rule.
    pub path: String,
    /// Before; null where it was not there.
    pub before: Option<String>,
    /// After; null where it is not there.
    pub after: Option<String>,
}

/// Whom a difference touches.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ParksDifference {
    /// Year.
    pub year: i16,
    /// Parks of which the outcome, or the outcome of a condition, differs.
    pub flips: Vec<Flip>,
}
