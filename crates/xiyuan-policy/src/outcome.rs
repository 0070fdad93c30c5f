//! What an evaluation answers: figures, outcomes, what is missing. Missing is a value; it never becomes zero.

use serde::{Deserialize, Serialize};

use crate::frame::{ParkIx, Period, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx, IndicatorIx};

/// Three outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 满足
    Met,
    /// 不满足
    NotMet,
    /// 暂不能判定
    Undecided,
}

impl Outcome {
    /// All must be met.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotMet, _) | (_, Self::NotMet) => Self::NotMet,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::Met, Self::Met) => Self::Met,
        }
    }

    /// One must be met.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Met, _) | (_, Self::Met) => Self::Met,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::NotMet, Self::NotMet) => Self::NotMet,
        }
    }

    /// A decided yes or no.
    pub fn of(yes: bool) -> Self {
        if yes { Self::Met } else { Self::NotMet }
    }
}

/// Something that is not there and would be needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Missing {
    /// A cell.
    Figure {
        /// Whose.
        subject: SubjectIx,
        /// Which field.
        field: FieldIx,
        /// Of which period.
        period: Period,
    },
    /// A benchmark.
    Benchmark {
        /// Which.
        benchmark: BenchmarkIx,
        /// Of which period.
        period: Period,
    },
    /// A fact nobody judged.
    Fact {
        /// Which.
        fact: FactIx,
    },
    /// A file.
    Evidence {
        /// Which kind.
        evidence: EvidenceIx,
    },
}

/// Why a figure has no value although nothing is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undefined {
    /// The divisor is zero.
    DivisionByZero,
    /// A mean, least or greatest of nothing.
    EmptyAggregate,
    /// No branch of a case holds and there is no ELSE.
    NoBranch,
    /// The parameter has no value in force in the period.
    ParameterNotInForce,
    /// The formula looks back to a period of which the frame does not know the members.
    PeriodNotLoaded,
    /// The subject belongs to no group: it has no value in a field that groups are made of.
    NoGroup,
}

/// Between what a missing figure must lie; an open end is unbounded. In base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// Least possible.
    pub low: Option<Quotient>,
    /// Greatest possible.
    pub high: Option<Quotient>,
    /// True when the bounds may be wider than need be (interval arithmetic).
    pub is_wide: bool,
    /// True when it may also turn out to have no value (a divisor that may be zero): then nothing is decided yet.
    pub may_be_undefined: bool,
}

/// A computed value, in base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Figure {
    /// Everything was there.
    Known {
        /// Value.
        value: Quotient,
    },
    /// Parts are missing.
    Missing {
        /// Sorted, without repeats.
        missing: Vec<Missing>,
        /// Where it must lie.
        bounds: Bounds,
    },
    /// There is no value.
    Undefined {
        /// Why.
        reason: Undefined,
        /// Missing parts that could give it one.
        missing: Vec<Missing>,
    },
}

impl Figure {
    /// Missing parts.
    pub fn missing(&self) -> &[Missing] {
        match self {
            Self::Known { .. } => &[],
            Self::Missing { missing, .. } | Self::Undefined { missing, .. } => missing,
        }
    }

    /// The value, if everything was there.
    pub fn known(&self) -> Option<Quotient> {
        if let Self::Known { value } = self { Some(*value) } else { None }
    }
}

/// How many of those whose figures count have filed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// All needed cells there.
    pub reported: u32,
    /// Those that count, or might.
    pub expected: u32,
}

/// The outcome of one test: an indicator against a threshold, a fact, a file, or a group of tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestOutcome {
    /// Outcome.
    pub outcome: Outcome,
    /// For indicator tests.
    pub measured: Option<Measured>,
    /// For a fact: which.
    pub fact: Option<FactIx>,
    /// For evidence: which.
    pub evidence: Option<EvidenceIx>,
    /// Everything this test lacks.
    pub missing: Vec<Missing>,
    /// Whether what is missing could still change the outcome.
    pub could_change: bool,
    /// Why there is no value.
    pub undefined: Option<Undefined>,
    /// Tests of a group.
    pub parts: Vec<TestOutcome>,
}

/// The figures of an indicator test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    /// Which indicator.
    pub indicator: IndicatorIx,
    /// Its figure, in base units.
    pub figure: Figure,
    /// Threshold in base units, when known.
    pub threshold: Option<Exact>,
    /// Figure minus threshold in base units to 18 decimals; its sign is turned so that "met" is the positive side.
    pub distance: Option<Exact>,
    /// Coverage.
    pub coverage: Coverage,
}

/// Outcome of a criterion for a park under the reading chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CriterionOutcome {
    /// Which.
    pub criterion: CriterionIx,
    /// Position of the reading in the criterion's list.
    pub reading: usize,
    /// The test: what the figures say.
    pub test: TestOutcome,
    /// Whether it counts as met although the figures do not say so: a soft norm with an approved exception.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_exception: bool,
}

impl CriterionOutcome {
    /// The outcome that counts.
    pub fn outcome(&self) -> Outcome {
        if self.by_exception { Outcome::Met } else { self.test.outcome }
    }
}

/// Outcome of an assessment for a park.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParkOutcome {
    /// Which park.
    pub park: ParkIx,
    /// All criteria together; soft norms do not decide.
    pub outcome: Outcome,
    /// Each criterion, in order of the assessment.
    pub criteria: Vec<CriterionOutcome>,
}

/// Outcomes of every park.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunResult {
    /// By park, in the frame's order.
    pub parks: Vec<ParkOutcome>,
}
