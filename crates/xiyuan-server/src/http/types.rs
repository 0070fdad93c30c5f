//! Small shapes that many answers share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A row by its id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
}

/// A code of a catalogue with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeName {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// Three outcomes: 满足, 不满足, 暂不能判定.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeName {
    /// 满足
    Met,
    /// 不满足
    NotMet,
    /// 暂不能判定
    Undecided,
}

impl From<xiyuan_policy::outcome::Outcome> for OutcomeName {
    fn from(outcome: xiyuan_policy::outcome::Outcome) -> Self {
        match outcome {
            xiyuan_policy::outcome::Outcome::Met => Self::Met,
            xiyuan_policy::outcome::Outcome::NotMet => Self::NotMet,
            xiyuan_policy::outcome::Outcome::Undecided => Self::Undecided,
        }
    }
}

impl OutcomeName {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Met => "满足",
            Self::NotMet => "不满足",
            Self::Undecided => "暂不能判定",
        }
    }
}

/// How many of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeCounts {
    /// 满足
    pub met: u32,
    /// 不满足
    pub not_met: u32,
    /// 暂不能判定
    pub undecided: u32,
}

impl OutcomeCounts {
    /// Counts one more.
    pub fn add(&mut self, outcome: OutcomeName) {
        match outcome {
            OutcomeName::Met => self.met += 1,
            OutcomeName::NotMet => self.not_met += 1,
            OutcomeName::Undecided => self.undecided += 1,
        }
    }
}
