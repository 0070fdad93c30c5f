//! Arithmetic, comparison and logic on values of which some may be unknown.

use std::cmp::Ordering;

use super::EvaluationError;
use super::scalar::Scope;
use super::value::{Interval, Scalar, Unknown, union};
use crate::number::{Exact, Quotient};
use crate::outcome::Undefined;
use crate::plan::{Arithmetic, Comparison};

impl<'a> Scope<'a> {
    pub(crate) fn arithmetic(
        &self,
        op: Arithmetic,
        left: &Scalar<'a>,
        right: &Scalar<'a>,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let missing = union(left.missing(), right.missing());
        match (left, right) {
            (Scalar::Undefined(reason, _), _) | (_, Scalar::Undefined(reason, _)) => {
                Ok(Scalar::Undefined(*reason, missing))
            }
            // An unknown divisor can be nothing but zero too: one that rounds to zero whatever is filed.
            (_, divisor @ (Scalar::Number(_) | Scalar::Unknown(_)))
                if op == Arithmetic::Divide && Interval::of(divisor).is_zero() =>
            {
                Ok(Scalar::Undefined(Undefined::DivisionByZero, missing))
            }
            (Scalar::Number(a), Scalar::Number(b)) => {
                known(op, *a, *b).map(Scalar::Number).ok_or_else(|| self.overflow())
            }
            (Scalar::Number(_) | Scalar::Unknown(_), Scalar::Number(_) | Scalar::Unknown(_)) => {
                let (a, b) = (Interval::of(left), Interval::of(right));
                let within = intervals(op, a, b).ok_or_else(|| self.overflow())?;
                Ok(Scalar::Unknown(Unknown {
                    // Two unknown sides may hang on the same cells: then the interval can be wider than need be.
                    is_wide: left.is_wide() || right.is_wide() || (left.is_unknown() && right.is_unknown()),
                    may_be_undefined: left.may_be_undefined()
                        || right.may_be_undefined()
                        || (op == Arithmetic::Divide && !b.excludes_zero()),
                    missing,
                    within,
                }))
            }
            _ => Err(self.shape()),
        }
    }

    pub(crate) fn compare(
        &self,
        op: Comparison,
        left: &Scalar<'a>,
        right: &Scalar<'a>,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let missing = || union(left.missing(), right.missing());
        let ordering = match (left, right) {
            (Scalar::Undefined(reason, _), _) | (_, Scalar::Undefined(reason, _)) => {
                return Ok(Scalar::Undefined(*reason, missing()));
            }
            (Scalar::Unknown(_), _) | (_, Scalar::Unknown(_)) => {
                let may_be_undefined = left.may_be_undefined() || right.may_be_undefined();
                let decided = if may_be_undefined {
                    None
                } else {
                    decide_intervals(op, Interval::of(left), Interval::of(right))
                };
                // A number need not be able to equal the line; two unknown sides may hang on the same cells.
                let is_equality = matches!(op, Comparison::Equal | Comparison::NotEqual);
                let (one, two) = (Interval::of(left), Interval::of(right));
                let is_number = one != Interval::UNBOUNDED || two != Interval::UNBOUNDED;
                let touches = one.low == two.low || one.high == two.high;
                let is_wide = left.is_wide()
                    || right.is_wide()
                    || (left.is_unknown() && right.is_unknown())
                    || (is_equality && is_number && !touches);
                return Ok(decided.map_or_else(
                    || Scalar::Unknown(Unknown::truth(missing(), is_wide, may_be_undefined)),
                    Scalar::Bool,
                ));
            }
            (Scalar::Number(a), Scalar::Number(b)) => a.cmp(b),
            (Scalar::Text(a), Scalar::Text(b)) => a.cmp(b),
            (Scalar::Bool(a), Scalar::Bool(b)) => a.cmp(b),
            (Scalar::Date(a), Scalar::Date(b)) => a.cmp(b),
            _ => return Err(self.shape()),
        };
        Ok(Scalar::Bool(holds(op, ordering)))
    }

    /// Three-valued and: a no on one side decides, whatever is missing on the other.
    #[expect(clippy::unused_self, reason = "reads like the other operators")]
    pub(crate) fn and(&self, left: Scalar<'a>, right: Scalar<'a>) -> Scalar<'a> {
        match (&left, &right) {
            (Scalar::Bool(false), _) | (_, Scalar::Bool(false)) => Scalar::Bool(false),
            (Scalar::Bool(true), _) => right,
            (_, Scalar::Bool(true)) | (Scalar::Undefined(..), Scalar::Undefined(..)) => left,
            // An unknown side may still turn out as no, which decides even beside one without value.
            _ => {
                let missing = union(left.missing(), right.missing());
                let may_be_undefined = left.may_be_undefined() || right.may_be_undefined();
                let share = missing.len() < left.missing().len() + right.missing().len();
                let is_wide = left.is_wide() || right.is_wide() || share;
                Scalar::Unknown(Unknown::truth(missing, is_wide, may_be_undefined))
            }
        }
    }
}

/// Whether a comparison holds for an ordering.
pub(crate) fn holds(op: Comparison, ordering: Ordering) -> bool {
    match op {
        Comparison::Equal => ordering == Ordering::Equal,
        Comparison::NotEqual => ordering != Ordering::Equal,
        Comparison::Less => ordering == Ordering::Less,
        Comparison::LessOrEqual => ordering != Ordering::Greater,
        Comparison::Greater => ordering == Ordering::Greater,
        Comparison::GreaterOrEqual => ordering != Ordering::Less,
    }
}

/// Yes or no when every pair of values from the two intervals answers the same.
fn decide_intervals(op: Comparison, a: Interval, b: Interval) -> Option<bool> {
    let below = |x: Option<Exact>, y: Option<Exact>| x.zip(y).is_some_and(|(x, y)| x < y);
    let below_or_equal = |x: Option<Exact>, y: Option<Exact>| x.zip(y).is_some_and(|(x, y)| x <= y);
    let (all_less, all_greater) = (below(a.high, b.low), below(b.high, a.low));
    let (none_greater, none_less) = (below_or_equal(a.high, b.low), below_or_equal(b.high, a.low));
    match op {
        Comparison::Less if all_less => Some(true),
        Comparison::Less if none_less => Some(false),
        Comparison::LessOrEqual if none_greater => Some(true),
        Comparison::LessOrEqual if all_greater => Some(false),
        Comparison::Greater if all_greater => Some(true),
        Comparison::Greater if none_greater => Some(false),
        Comparison::GreaterOrEqual if none_less => Some(true),
        Comparison::GreaterOrEqual if all_less => Some(false),
        Comparison::Equal if all_less || all_greater => Some(false),
        Comparison::NotEqual if all_less || all_greater => Some(true),
        _ => None,
    }
}

fn known(op: Arithmetic, a: Exact, b: Exact) -> Option<Exact> {
    match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => Quotient { numerator: a, denominator: b }.to_inner(),
    }
}

/// `Some(None)` is an open end; the outer `None` an overflow.
type End = Option<Exact>;

fn intervals(op: Arithmetic, a: Interval, b: Interval) -> Option<Interval> {
    let ends = |x: End, y: End| -> Option<End> {
        match (x, y) {
            (Some(x), Some(y)) => known(op, x, y).map(Some),
            _ => Some(None),
        }
    };
    match op {
        Arithmetic::Add => Some(Interval { low: ends(a.low, b.low)?, high: ends(a.high, b.high)? }),
        Arithmetic::Subtract => Some(Interval { low: ends(a.low, b.high)?, high: ends(a.high, b.low)? }),
        Arithmetic::Multiply => corners(op, a, b),
        Arithmetic::Divide if b.excludes_zero() => corners(op, a, b),
        Arithmetic::Divide => Some(Interval::UNBOUNDED),
    }
}

/// Extremes at the four corners; with an open end only the sign-definite cases keep a bound.
fn corners(op: Arithmetic, a: Interval, b: Interval) -> Option<Interval> {
    if let (Some(al), Some(ah), Some(bl), Some(bh)) = (a.low, a.high, b.low, b.high) {
        let all = [known(op, al, bl)?, known(op, al, bh)?, known(op, ah, bl)?, known(op, ah, bh)?];
        return Some(Interval { low: all.iter().min().copied(), high: all.iter().max().copied() });
    }
    let is_natural = |i: Interval| i.low.is_some_and(|low| low >= Exact::ZERO);
    if is_natural(a) && is_natural(b) {
        // Both sides at least zero: the result is at least zero; finer ends are not needed here.
        return Some(Interval { low: Some(Exact::ZERO), high: None });
    }
    Some(Interval::UNBOUNDED)
}
