//! What changes when a threshold, a parameter, a reading or a figure moves: who flips, how far everyone stands from the
//! line, and which one figure would have to become what.

mod hypothesis;
mod lever;
mod levers;
mod reads;
mod search;

pub use hypothesis::{Filing, Hypothesis, HypothesisError};
pub use lever::{Answer, Lever, LeverOn, Sense, Why};
pub use levers::levers;

use serde::Serialize;

use crate::frame::ParkIx;
use crate::outcome::{Outcome, RunResult};
use crate::plan::CriterionIx;

/// A park of which some outcome changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flip {
    /// Which park.
    pub park: ParkIx,
    /// All criteria together, before.
    pub before: Outcome,
    /// After.
    pub after: Outcome,
    /// Criteria that changed: (criterion, before, after).
    pub criteria: Vec<(CriterionIx, Outcome, Outcome)>,
}

/// Parks whose overall outcome or any criterion differs between two runs of the same assessment and frame.
pub fn flips(before: &RunResult, after: &RunResult) -> Vec<Flip> {
    before
        .parks
        .iter()
        .zip(&after.parks)
        .filter_map(|(old, new)| {
            let criteria: Vec<_> = old
                .criteria
                .iter()
                .zip(&new.criteria)
                .filter(|(a, b)| a.outcome() != b.outcome())
                .map(|(a, b)| (a.criterion, a.outcome(), b.outcome()))
                .collect();
            let is_flip = old.outcome != new.outcome || !criteria.is_empty();
            is_flip.then_some(Flip { park: old.park, before: old.outcome, after: new.outcome, criteria })
        })
        .collect()
}
