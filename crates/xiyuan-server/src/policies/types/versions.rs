//! Versions of a policy and what differs between two of them.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{checks::types::Flip, http::types::Named};

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
