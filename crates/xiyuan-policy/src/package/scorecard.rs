//! Scored comparisons: an indicator ranked within groups, and grades by threshold or by share of the group.

use serde::Serialize;

use super::{Place, Subject};
use crate::number::Exact;
use crate::plan::{GroupingIx, IndicatorIx};

/// A scored comparison of enterprises or parks.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scorecard {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Who is compared: enterprises or parks.
    pub subject: Subject,
    /// The score: an indicator of that subject. Its weights are parameters, so that what-if can move them.
    pub score: IndicatorIx,
    /// Within which groups; `None` = all against all.
    pub grouping: Option<GroupingIx>,
    /// Who takes part: a yes/no indicator; everyone when absent.
    pub eligible: Option<IndicatorIx>,
    /// Grade of those who do not take part.
    pub not_rated: String,
    /// How grades follow, best first.
    pub grades: GradeRule,
    /// Equal scores.
    pub tie: Tie,
    /// What lowers a grade.
    pub vetoes: Vec<Veto>,
    /// Clauses.
    pub clauses: Vec<String>,
    /// Source outside the policy, and 待核.
    pub note: Option<String>,
    /// Where declared.
    pub place: Place,
}

/// How grades follow from scores.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase", tag = "by", content = "grades")]
pub enum GradeRule {
    /// By rank: the grade holds for ranks up to this share of those rated in the group (rank ÷ number ≤ share).
    Share(Vec<Grade>),
    /// By score: the grade holds from this score on, in the score's base unit.
    Score(Vec<Grade>),
}

/// A grade and its limit; the last one has none.
#[derive(Clone, Debug, Serialize)]
pub struct Grade {
    /// `A`.
    pub id: String,
    /// Share of the group up to which, or score from which on.
    pub limit: Option<Exact>,
}

/// What decides between equal scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tie {
    /// The same rank for equal scores, the next rank left out (1, 2, 2, 4).
    SameRank,
    /// By the subject's id: a fixed order where the rule asks for different ranks.
    ById,
}

/// What lowers a grade, whatever the score.
#[derive(Clone, Debug, Serialize)]
pub struct Veto {
    /// Id.
    pub id: String,
    /// Name, shown as the reason.
    pub name: String,
    /// A yes/no indicator of the subject.
    pub when: IndicatorIx,
    /// The best grade that remains.
    pub ceiling: String,
}
