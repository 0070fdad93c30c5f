//! Clauses of a policy: its own words, and what they leave open.

use serde::Serialize;

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
