//! Values in three-valued logic: known, unknown with what is missing and where it must lie, or surely without a value.

use jiff::civil::Date;

use crate::number::Exact;
use crate::outcome::{Missing, Undefined};

/// An interval; an open end is unbounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub low: Option<Exact>,
    pub high: Option<Exact>,
}

impl Interval {
    pub(crate) const UNBOUNDED: Self = Self { low: None, high: None };

    pub(crate) fn point(value: Exact) -> Self {
        Self { low: Some(value), high: Some(value) }
    }

    /// Where a value lies; unbounded for what is no number.
    pub(crate) fn of(value: &Scalar<'_>) -> Self {
        match value {
            Scalar::Number(number) => Self::point(*number),
            Scalar::Unknown(unknown) => unknown.within,
            _ => Self::UNBOUNDED,
        }
    }

    /// Nothing but zero is in it.
    pub(crate) fn is_zero(self) -> bool {
        [self.low, self.high].iter().all(|end| end.is_some_and(Exact::is_zero))
    }

    /// Zero is not in it.
    pub(crate) fn excludes_zero(self) -> bool {
        self.low.is_some_and(Exact::is_positive) || self.high.is_some_and(Exact::is_negative)
    }

    fn hull(self, other: Self) -> Self {
        Self { low: both(self.low, other.low, Exact::min), high: both(self.high, other.high, Exact::max) }
    }
}

pub(super) fn both(
    a: Option<Exact>,
    b: Option<Exact>,
    pick: impl Fn(Exact, Exact) -> Exact,
) -> Option<Exact> {
    Some(pick(a?, b?))
}

/// A value that depends on something missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    pub missing: Vec<Missing>,
    /// For numbers; unbounded for other shapes.
    pub within: Interval,
    pub is_wide: bool,
    /// It may turn out to have no value at all (a divisor that may be zero …): nothing is decided by its bounds.
    pub may_be_undefined: bool,
}

impl Scalar<'_> {
    /// A yes or no as the figure that an indicator makes of it: 1 or 0.
    pub(super) fn into_number(self) -> Self {
        let one_or_zero = Interval { low: Some(Exact::ZERO), high: Some(Exact::ONE) };
        match self {
            Self::Bool(yes) => Self::Number(if yes { Exact::ONE } else { Exact::ZERO }),
            Self::Unknown(unknown) => Self::Unknown(Unknown { within: one_or_zero, ..unknown }),
            other => other,
        }
    }
}

impl Unknown {
    /// A yes or no that hangs on something missing; wide when it might turn out one way only.
    pub(crate) fn truth(missing: Vec<Missing>, is_wide: bool, may_be_undefined: bool) -> Self {
        Self { missing, within: Interval::UNBOUNDED, is_wide, may_be_undefined }
    }

    /// Either this or another value.
    pub(super) fn or(mut self, other: &Scalar<'_>) -> Self {
        self.missing = union(&self.missing, other.missing());
        self.may_be_undefined |= other.may_be_undefined();
        self.within = self.within.hull(Interval::of(other));
        self
    }
}

/// A value. `Undefined` is sure: whatever the missing turns out to be, there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scalar<'a> {
    Number(Exact),
    Text(&'a str),
    Bool(bool),
    Date(Date),
    Unknown(Unknown),
    Undefined(Undefined, Vec<Missing>),
}

impl Scalar<'_> {
    pub(crate) fn missing(&self) -> &[Missing] {
        match self {
            Self::Unknown(unknown) => &unknown.missing,
            Self::Undefined(_, missing) => missing,
            _ => &[],
        }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Unknown, and perhaps less so than it says.
    pub(crate) fn is_wide(&self) -> bool {
        matches!(self, Self::Unknown(unknown) if unknown.is_wide)
    }

    pub(crate) fn may_be_undefined(&self) -> bool {
        match self {
            Self::Unknown(unknown) => unknown.may_be_undefined,
            Self::Undefined(..) => true,
            _ => false,
        }
    }
}

/// Sorted union.
pub(crate) fn union(a: &[Missing], b: &[Missing]) -> Vec<Missing> {
    let mut all: Vec<Missing> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
