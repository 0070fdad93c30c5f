//! One figure that could be moved, and what would come of it.

use crate::frame::{Period, SubjectIx, Value};
use crate::plan::{BenchmarkIx, EvidenceIx, FactIx, FieldIx};

/// What a lever moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeverOn {
    /// A filed or registered figure, or a yes or no.
    Cell {
        /// Which field.
        field: FieldIx,
        /// Of which period.
        period: Period,
        /// Whose.
        subject: SubjectIx,
    },
    /// A benchmark.
    Benchmark {
        /// Which.
        benchmark: BenchmarkIx,
        /// Of which period.
        period: Period,
    },
    /// A judged fact of the park.
    Fact {
        /// Which.
        fact: FactIx,
    },
    /// A file of the park.
    Evidence {
        /// Which kind.
        evidence: EvidenceIx,
    },
}

/// On which side of the answer the criterion is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// At this value, and just short of it not.
    AtLeast,
    /// At this value, and just beyond it not.
    AtMost,
    /// At any value of its range: it only has to be there.
    Any,
    /// At this value: a yes or no, a judgement, a file.
    Exactly,
}

/// Why no change of one figure alone makes the criterion met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The test answers the same whatever the figure is.
    DoesNotMove,
    /// It moves, but no value was found within its range that suffices.
    OutOfRange,
    /// Other figures are missing, so that this one alone decides nothing.
    OthersMissing,
    /// Too many figures feed the test; this one, one of the smallest, was not searched.
    TooMany,
}

/// What one lever can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The criterion is met with this value, in the field's own unit.
    Change {
        /// The value.
        to: Value,
        /// On which side.
        sense: Sense,
        /// No smaller change of this figure suffices. False where the test was seen to turn more than once.
        is_least: bool,
    },
    /// It cannot.
    None(Why),
}

/// One figure and what it would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lever {
    /// Which figure.
    pub on: LeverOn,
    /// As it is; `None` = missing.
    pub current: Option<Value>,
    /// What it would take.
    pub answer: Answer,
}
