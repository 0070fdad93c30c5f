//! Targets of a policy, and the tasks of its clauses.

use jiff::civil::Date;
use serde::Serialize;

use super::{Place, Threshold};
use crate::plan::{Comparison, CriterionIx, EvidenceIx, IndicatorIx, ParameterIx};

/// Words of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// Clause by id.
    pub clause: String,
    /// Exact quotation.
    pub quote: String,
}

/// Until when a target is to be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Last day that counts.
    pub day: Date,
    /// The number of the policy that says so, where one does: a year.
    pub parameter: Option<ParameterIx>,
}

/// A target of the whole city, of each group of a grouping, or of every park.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Id, e.g. `recognised-parks`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where the policy says it; the first is the target's own clause.
    pub cited: Vec<Cited>,
    /// Duty units as the policy writes them; empty only where nobody is named.
    pub duty_units: Vec<String>,
    /// Until when.
    pub due: Due,
    /// What is counted, and how much is wanted.
    pub measure: Measure,
    /// 争创 …: worth striving for, not owed.
    pub is_soft: bool,
    /// `Some("待核")` where what is counted is not firmly evidenced.
    pub basis: Option<String>,
    /// Source outside the policy.
    pub source: Option<String>,
    /// How it is counted, in words.
    pub note: Option<String>,
    /// Where declared.
    pub place: Place,
}

impl Target {
    /// The clause that the target belongs to.
    pub fn clause(&self) -> &str {
        self.cited.first().map_or("", |cited| cited.clause.as_str())
    }

    /// The figure that is counted, where there is one.
    pub fn indicator(&self) -> Option<IndicatorIx> {
        if let Measure::Figure { indicator, .. } = self.measure { Some(indicator) } else { None }
    }
}

/// What a target counts.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Measure {
    /// A figure of each group of a grouping against a goal.
    Figure {
        /// An indicator of a grouping.
        indicator: IndicatorIx,
        /// Comparison.
        op: Comparison,
        /// How much is wanted.
        goal: Threshold,
    },
    /// Every park meets a condition.
    Every {
        /// Which.
        criterion: CriterionIx,
    },
    /// Nothing that the platform holds can be counted; the goal is stated.
    Open {
        /// Why, and what it would take.
        reason: String,
        /// Comparison.
        op: Comparison,
        /// How much is wanted.
        parameter: ParameterIx,
    },
}

/// A task of a clause: who leads, who supports, what shows that it is done.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Id, e.g. `development-plans`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where the policy says it.
    pub cited: Cited,
    /// Units in the lead.
    pub lead: Vec<String>,
    /// Units that support.
    pub support: Vec<String>,
    /// Kinds of evidence files that show it.
    pub evidence: Vec<EvidenceIx>,
    /// What else shows it, in words.
    pub proof: Vec<String>,
    /// Until when, in words; `None` where the policy says nothing.
    pub due: Option<String>,
    /// `Some("待核")` where lead, support or evidence are not firmly evidenced.
    pub basis: Option<String>,
    /// Source outside the policy.
    pub source: Option<String>,
    /// Where declared.
    pub place: Place,
}
