//! What an evaluation answers: figures, outcomes, missing cells, flips, traces. Missing is a value; it never becomes zero.

use serde::{Deserialize, Serialize};

/// Three outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 满足
    Met,
    /// 不满足
    NotMet,
    /// 暂不能判定
    Undecided,
}
