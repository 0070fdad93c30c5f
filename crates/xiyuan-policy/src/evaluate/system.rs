//! Extremes of numerator and denominator when members can turn out in several ways: integers at one common scale.
//!
//! `a · numerator + b · denominator` is taken member by member, each at its own extreme. A ratio is bounded by
//! repeating that with the ratio found last until it stands still (Dinkelbach 1967). Knows no formulas.

use ethnum::I256;

use crate::number::{Exact, Quotient};

/// Contribution to numerator and denominator.
pub(super) type Pair = (I256, I256);

/// A variable within an alternative: its contribution at both ends (`None` = unbounded) and per unit.
pub(super) struct Variable {
    pub low: Option<Pair>,
    pub high: Option<Pair>,
    pub slope: Pair,
}

/// One way in which a member can turn out.
pub(super) struct Way {
    pub constant: Pair,
    pub variables: Vec<Variable>,
}

/// What numerator and denominator can be, times 10^scale.
pub(super) struct System {
    pub scale: u32,
    pub constant: Pair,
    pub members: Vec<Vec<Way>>,
}

/// An extreme of a weighted sum, and numerator and denominator there; `None` = unbounded.
pub(super) struct Extreme {
    pub value: Option<I256>,
    at: Pair,
}

/// Which end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    Least,
    Greatest,
}

impl Goal {
    fn is_better(self, new: I256, old: I256) -> bool {
        if self == Self::Least { new < old } else { new > old }
    }
}

fn weigh((a, b): Pair, (n, d): Pair) -> Option<I256> {
    a.checked_mul(n)?.checked_add(b.checked_mul(d)?)
}

fn plus(a: Pair, b: Pair) -> Option<Pair> {
    Some((a.0.checked_add(b.0)?, a.1.checked_add(b.1)?))
}

impl Extreme {
    fn add(&mut self, value: Option<I256>, at: Pair) -> Option<()> {
        self.at = plus(self.at, at)?;
        self.value = match (self.value, value) {
            (Some(a), Some(b)) => Some(a.checked_add(b)?),
            _ => None,
        };
        Some(())
    }
}

impl System {
    /// Extreme of `weights.0 · numerator + weights.1 · denominator`; `None` when 256 bits do not hold it.
    pub(super) fn extreme(&self, weights: Pair, goal: Goal) -> Option<Extreme> {
        let mut total = Extreme { value: Some(weigh(weights, self.constant)?), at: self.constant };
        for ways in &self.members {
            let mut best: Option<Extreme> = None;
            for way in ways {
                let this = Self::extreme_of(way, weights, goal)?;
                let is_beaten = best.as_ref().is_none_or(|best| match (best.value, this.value) {
                    (Some(old), Some(new)) => goal.is_better(new, old),
                    (old, _) => old.is_some(),
                });
                if is_beaten {
                    best = Some(this);
                }
            }
            let best = best?;
            total.add(best.value, best.at)?;
        }
        Some(total)
    }

    fn extreme_of(way: &Way, weights: Pair, goal: Goal) -> Option<Extreme> {
        let mut this = Extreme { value: Some(weigh(weights, way.constant)?), at: way.constant };
        for Variable { low, high, slope } in &way.variables {
            let rises = weigh(weights, *slope)?;
            let end = if rises == 0 {
                // The variable does not matter here: whichever end there is will do, or none.
                low.or(*high).or(Some((I256::ZERO, I256::ZERO)))
            } else if (rises > 0) == (goal == Goal::Least) {
                *low
            } else {
                *high
            };
            match end {
                None => this.value = None,
                Some(end) => this.add(Some(weigh(weights, end)?), end)?,
            }
        }
        Some(this)
    }

    /// The denominator is above zero however the missing turns out.
    pub(super) fn has_positive_denominator(&self) -> Option<bool> {
        let least = self.extreme((I256::ZERO, I256::ONE), Goal::Least)?;
        Some(least.value.is_some_and(|least| least > 0))
    }

    /// Least or greatest ratio where the denominator is positive everywhere; `None` = 256 bits do not hold it. The end
    /// is approached rather than reached where a variable is unbounded.
    pub(super) fn ratio(&self, goal: Goal) -> Option<End> {
        let mut at = match self.limit(goal)? {
            Limit::Unbounded => return Some(End::Open),
            Limit::None => self.extreme((I256::ONE, I256::ZERO), goal)?.at,
            Limit::At(limit) => {
                let beyond = self.extreme((limit.1, limit.0.checked_neg()?), goal)?;
                let value = beyond.value?;
                if value == 0 || !goal.is_better(value, I256::ZERO) {
                    return Some(End::At(self.quotient(limit)?));
                }
                beyond.at
            }
        };
        loop {
            // Each step strictly improves and there are finitely many corners.
            let next = self.extreme((at.1, at.0.checked_neg()?), goal)?;
            if !goal.is_better(next.value?, I256::ZERO) {
                return Some(End::At(self.quotient(at)?));
            }
            at = next.at;
        }
    }

    /// To what unbounded variables drive the ratio.
    fn limit(&self, goal: Goal) -> Option<Limit> {
        let mut limit = Limit::None;
        for Variable { low, high, slope } in self.members.iter().flatten().flat_map(|way| &way.variables) {
            let back = (slope.0.checked_neg()?, slope.1.checked_neg()?);
            let open = [(low.is_none(), back), (high.is_none(), *slope)];
            for (_, (n, d)) in open.into_iter().filter(|(is_open, _)| *is_open) {
                if d == 0 {
                    if n != 0 && goal.is_better(n, I256::ZERO) {
                        return Some(Limit::Unbounded);
                    }
                    continue;
                }
                let is_farther = match &limit {
                    Limit::At(known) => goal.is_better(n.checked_mul(known.1)?, known.0.checked_mul(d)?),
                    _ => true,
                };
                if is_farther {
                    limit = Limit::At((n, d));
                }
            }
        }
        Some(limit)
    }

    fn quotient(&self, (n, d): Pair) -> Option<Quotient> {
        let exact = |value: I256| Some(Exact { mantissa: i128::try_from(value).ok()?, scale: self.scale });
        Some(Quotient { numerator: exact(n)?, denominator: exact(d)? }.normalized())
    }
}

/// An end of a ratio.
pub(super) enum End {
    /// Unbounded.
    Open,
    /// This.
    At(Quotient),
}

impl From<End> for Option<Quotient> {
    fn from(end: End) -> Self {
        match end {
            End::Open => None,
            End::At(value) => Some(value),
        }
    }
}

/// See [`System::limit`].
enum Limit {
    /// No variable is unbounded in a way that matters.
    None,
    /// The ratio of these.
    At(Pair),
    /// No end at all.
    Unbounded,
}
