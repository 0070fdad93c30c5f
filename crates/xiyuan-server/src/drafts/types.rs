//! Drafts of policy versions as the API shows them.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    checks::types::Flip,
    http::types::{Named, OutcomeCounts},
};

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DraftStatus {
    /// 草稿
    Draft,
    /// 已发布
    Published,
    /// 已作废
    Discarded,
}

/// Which drafts are listed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListPolicyDraftsQuery {
    /// Only those of this status.
    pub status: Option<DraftStatus>,
}

/// Open a draft.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreatePolicyDraftRequest {
    /// Policy by id.
    pub policy: String,
    /// Version it is made from; the one in force when absent.
    #[serde(default)]
    pub digest: Option<String>,
    /// What the draft is called.
    pub name: String,
}

/// A version of a policy in the making.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDraft {
    /// Id.
    pub id: Uuid,
    /// Policy by id.
    pub policy: String,
    /// Version it was made from.
    pub base_digest: String,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub status: DraftStatus,
    /// Counts every change; `If-Match` names it.
    pub revision: i64,
    /// Who opened it.
    pub created_by: Option<Named>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: Option<Named>,
    /// Every file, those of the base too; only of a single draft, empty in lists.
    pub files: Vec<DraftFile>,
    /// The version that it became.
    pub published_digest: Option<String>,
}

/// A file of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftFile {
    /// Path inside the package.
    pub path: String,
    /// Differs from the base.
    pub is_changed: bool,
    /// Not in the base.
    pub is_new: bool,
    /// In the base and taken out of the draft: it can be brought back.
    pub is_removed: bool,
    /// Bytes.
    pub size: u64,
}

/// One file with its text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftFileText {
    /// Path inside the package.
    pub path: String,
    /// Text in the draft.
    pub text: String,
    /// Text in the base.
    pub base_text: Option<String>,
    /// Revision of the draft.
    pub revision: i64,
}

/// A file's new text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutDraftFileRequest {
    /// Text.
    pub text: String,
}

/// Another name for a file.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameDraftFileRequest {
    /// New path inside the package.
    pub to: String,
}

/// What a change of a file gave.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DraftFileSaved {
    /// Revision of the draft now.
    pub revision: i64,
    /// What the compiler says of the draft now.
    pub check: Findings,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FindingSeverity {
    /// The draft cannot be published.
    Error,
    /// It can, but something is odd.
    Warning,
}

/// A finding of the compiler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// How bad.
    pub severity: FindingSeverity,
    /// Stable code.
    pub code: String,
    /// File; one of a used package begins with `../`.
    pub file: String,
    /// Line, 1-based.
    pub line: u32,
    /// Column in characters, 1-based.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What stood there.
    pub found: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// What to do.
    pub hint: Option<String>,
}

/// What the compiler says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Findings {
    /// Errors first, then by place.
    pub diagnostics: Vec<Finding>,
    /// Without an error.
    pub compiles: bool,
}

/// An unsaved text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckDraftRequest {
    /// Path of the file that is being written.
    pub path: String,
    /// Its text so far.
    pub text: String,
}

/// Something that a formula or a test can name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NameEntry {
    /// As it is written.
    pub id: String,
    /// In words.
    pub name: String,
    /// Unit of a number.
    pub unit: Option<String>,
    /// Kind of subject of a field or an indicator.
    pub subject: Option<String>,
    /// Value of a parameter today.
    pub value: Option<String>,
}

/// A function of formulas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FunctionEntry {
    /// As it is written.
    pub name: String,
    /// With its arguments.
    pub signature: String,
    /// What it does.
    pub help: String,
}

/// All names for completion, from the last state that compiled.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftNames {
    /// The names are those of the draft as it is now; otherwise of the last state that compiled.
    pub is_current: bool,
    /// Fields.
    pub fields: Vec<NameEntry>,
    /// Parameters.
    pub parameters: Vec<NameEntry>,
    /// Indicators.
    pub indicators: Vec<NameEntry>,
    /// Benchmarks.
    pub benchmarks: Vec<NameEntry>,
    /// Conditions.
    pub criteria: Vec<NameEntry>,
    /// Facts.
    pub facts: Vec<NameEntry>,
    /// Kinds of evidence.
    pub evidence: Vec<NameEntry>,
    /// Clauses; the name is the title.
    pub clauses: Vec<NameEntry>,
    /// Units.
    pub units: Vec<String>,
    /// Code lists.
    pub catalogs: Vec<NameEntry>,
    /// Functions.
    pub functions: Vec<FunctionEntry>,
}

/// A number of the policy with the sentence it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftNumber {
    /// Parameter by id.
    pub parameter: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Value that holds today (the first one when none does yet).
    pub value: String,
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Clause.
    pub clause: Option<String>,
    /// Words of the clause: the parameter's own quotation, else that of the condition that uses it.
    pub quote: Option<String>,
    /// Value in the base; null when it is not in it.
    pub base_value: Option<String>,
    /// Its values can be dated; a number written inside a condition cannot.
    pub is_datable: bool,
}

/// Change of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteChange {
    /// As it stands in the clause now.
    pub old: String,
    /// As it shall stand.
    pub new: String,
}

/// Change one number, and the sentence it stands in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeDraftNumberRequest {
    /// Parameter by id.
    pub parameter: String,
    /// New value in the parameter's unit.
    pub value: String,
    /// First day; the value shown is replaced when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Change of the clause's words; every quotation that stands on them follows.
    #[serde(default)]
    pub quote: Option<QuoteChange>,
}

/// Take over what the rules now give.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptExpectationsRequest {
    /// Examples by id.
    pub examples: Vec<String>,
}

/// Try the draft on the real parks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewDraftRequest {
    /// Year.
    pub year: i16,
    /// Assessment; the package's first when absent.
    #[serde(default)]
    pub assessment: Option<String>,
}

/// Base version and draft on the same figures.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftPreview {
    /// Year.
    pub year: i16,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Parks that the reader sees.
    pub parks: u32,
    /// Parks of the reader that are left out, as not every member of theirs may be seen.
    pub hidden: u32,
    /// Time of both evaluations.
    pub milliseconds: u64,
    /// Under the base version.
    pub before: OutcomeCounts,
    /// Under the draft.
    pub after: OutcomeCounts,
    /// Parks of which the outcome, or the outcome of a condition, changes.
    pub flips: Vec<Flip>,
}

/// Which year a difference is shown for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DraftDifferenceQuery {
    /// Year for which the flips are listed; none without it.
    pub year: Option<i16>,
    /// Assessment; the package's first when absent.
    pub assessment: Option<String>,
}

/// Sign and publish.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublishDraftRequest {
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
    /// What was changed and why; signed with it.
    #[serde(default)]
    pub note: String,
    /// The signer's own password, again.
    pub password: String,
    /// Publish although another version came into force since the draft was opened.
    #[serde(default)]
    pub confirm_outdated: bool,
}
