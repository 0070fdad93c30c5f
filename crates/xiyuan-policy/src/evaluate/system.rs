//! Extremes of numerator and denominator when members can turn out in several ways: integers at one common scale.
//!
//! `a · numerator + b · denominator` is taken member by member, each at its own extreme. A ratio is bounded by
//! repeating that with the ratio found last until it stands still (Dinkelbach 1967). Knows no formulas.

use ethnum::I256;
use smallvec::SmallVec;

use super::Signs;
use super::value::Interval;
use crate::number::{Exact, Quotient};

/// Whole numbers of a width; every operation says when it does not fit.
pub(super) trait Whole: Copy + Ord {
    const ZERO: Self;
    const ONE: Self;
    fn of(value: i128) -> Self;
    fn times(self, other: Self) -> Option<Self>;
    fn plus(self, other: Self) -> Option<Self>;
    fn turned(self) -> Option<Self>;
    fn power_of_ten(digits: u32) -> Option<Self>;
    fn exact(self, scale: u32) -> Option<Exact>;
}

impl Whole for i128 {
    const ZERO: Self = 0;
    const ONE: Self = 1;

    fn of(value: i128) -> Self {
        value
    }

    fn times(self, other: Self) -> Option<Self> {
        self.checked_mul(other)
    }

    fn plus(self, other: Self) -> Option<Self> {
        self.checked_add(other)
    }

    fn turned(self) -> Option<Self> {
        self.checked_neg()
    }

    fn power_of_ten(digits: u32) -> Option<Self> {
        10_i128.checked_pow(digits)
    }

    fn exact(self, scale: u32) -> Option<Exact> {
        Exact::of_wide(self.into(), scale)
    }
}

impl Whole for I256 {
    const ZERO: Self = Self::ZERO;
    const ONE: Self = Self::ONE;

    fn of(value: i128) -> Self {
        value.into()
    }

    fn times(self, other: Self) -> Option<Self> {
        self.checked_mul(other)
    }

    fn plus(self, other: Self) -> Option<Self> {
        self.checked_add(other)
    }

    fn turned(self) -> Option<Self> {
        self.checked_neg()
    }

    fn power_of_ten(digits: u32) -> Option<Self> {
        Self::new(10).checked_pow(digits)
    }

    fn exact(self, scale: u32) -> Option<Exact> {
        Exact::of_wide(self, scale)
    }
}

/// Contribution to numerator and denominator.
pub(super) type Pair<T> = (T, T);

/// A variable within an alternative: its contribution at both ends (`None` = unbounded) and per unit.
#[derive(Clone, Debug)]
pub(super) struct Variable<T> {
    pub low: Option<Pair<T>>,
    pub high: Option<Pair<T>>,
    pub slope: Pair<T>,
}

/// One way in which a member can turn out.
#[derive(Clone, Debug)]
pub(super) struct Way<T> {
    pub constant: Pair<T>,
    pub variables: SmallVec<[Variable<T>; 1]>,
}

/// What numerator and denominator can be, times 10^scale.
#[derive(Clone, Debug)]
pub(super) struct System<T> {
    pub scale: u32,
    pub constant: Pair<T>,
    /// Members that add this, or nothing.
    pub either: Vec<Pair<T>>,
    pub members: Vec<SmallVec<[Way<T>; 1]>>,
}

/// An extreme of a weighted sum, and numerator and denominator there; `None` = unbounded.
struct Extreme<T> {
    value: Option<T>,
    at: Pair<T>,
}

/// Which end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Least,
    Greatest,
}

impl Goal {
    fn is_better<T: Whole>(self, new: T, old: T) -> bool {
        if self == Self::Least { new < old } else { new > old }
    }
}

fn weigh<T: Whole>((a, b): Pair<T>, (n, d): Pair<T>) -> Option<T> {
    a.times(n)?.plus(b.times(d)?)
}

impl<T: Whole> Extreme<T> {
    fn add(&mut self, value: Option<T>, at: Pair<T>) -> Option<()> {
        self.at = (self.at.0.plus(at.0)?, self.at.1.plus(at.1)?);
        self.value = match (self.value, value) {
            (Some(a), Some(b)) => Some(a.plus(b)?),
            _ => None,
        };
        Some(())
    }
}

impl<T: Whole> System<T> {
    /// Which signs `numerator / denominator − threshold` can take; `None` when the denominator may be zero or
    /// negative, or the width does not hold the numbers.
    pub(super) fn signs(&self, threshold: Exact) -> Option<Signs> {
        if !self.has_positive_denominator()? {
            return None;
        }
        let weights = (T::power_of_ten(threshold.scale)?, T::of(threshold.mantissa).turned()?);
        let low = self.extreme(weights, Goal::Least)?.value;
        let high = self.extreme(weights, Goal::Greatest)?.value;
        Some(Signs {
            negative: low.is_none_or(|low| low < T::ZERO),
            zero: low.is_none_or(|low| low <= T::ZERO) && high.is_none_or(|high| high >= T::ZERO),
            positive: high.is_none_or(|high| high > T::ZERO),
        })
    }

    /// Least and greatest ratio where the denominator is positive however the missing turns out; `None` otherwise, or
    /// when the width does not hold them.
    pub(super) fn ratios(&self) -> Option<(End, End)> {
        if !self.has_positive_denominator()? {
            return None;
        }
        Some((self.ratio(Goal::Least)?, self.ratio(Goal::Greatest)?))
    }

    /// Where numerator and denominator lie, each on its own; `None` when the width does not hold it.
    pub(super) fn sides(&self) -> Option<(Interval, Interval)> {
        let side = |weights| {
            let end = |goal| {
                let value = self.extreme(weights, goal)?.value;
                value.map_or(Some(None), |value| value.exact(self.scale).map(Some))
            };
            Some(Interval { low: end(Goal::Least)?, high: end(Goal::Greatest)? })
        };
        Some((side((T::ONE, T::ZERO))?, side((T::ZERO, T::ONE))?))
    }

    /// Extreme of `weights.0 · numerator + weights.1 · denominator`; `None` when the width does not hold it.
    fn extreme(&self, weights: Pair<T>, goal: Goal) -> Option<Extreme<T>> {
        let mut total = Extreme { value: Some(weigh(weights, self.constant)?), at: self.constant };
        for adds in &self.either {
            let value = weigh(weights, *adds)?;
            if goal.is_better(value, T::ZERO) {
                total.add(Some(value), *adds)?;
            }
        }
        for ways in &self.members {
            let mut best: Option<Extreme<T>> = None;
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

    fn extreme_of(way: &Way<T>, weights: Pair<T>, goal: Goal) -> Option<Extreme<T>> {
        let mut this = Extreme { value: Some(weigh(weights, way.constant)?), at: way.constant };
        for Variable { low, high, slope } in &way.variables {
            let rises = weigh(weights, *slope)?;
            let end = if rises == T::ZERO {
                // The variable does not matter here: whichever end there is will do, or none.
                low.or(*high).or(Some((T::ZERO, T::ZERO)))
            } else if (rises > T::ZERO) == (goal == Goal::Least) {
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
    fn has_positive_denominator(&self) -> Option<bool> {
        let least = self.extreme((T::ZERO, T::ONE), Goal::Least)?;
        Some(least.value.is_some_and(|least| least > T::ZERO))
    }

    /// Least or greatest ratio where the denominator is positive everywhere; `None` = the width does not hold it. The end
    /// is approached rather than reached where a variable is unbounded.
    fn ratio(&self, goal: Goal) -> Option<End> {
        let mut at = match self.limit(goal)? {
            Limit::Unbounded => return Some(End::Open),
            Limit::None => self.extreme((T::ONE, T::ZERO), goal)?.at,
            Limit::At(limit) => {
                let beyond = self.extreme((limit.1, limit.0.turned()?), goal)?;
                let value = beyond.value?;
                if !goal.is_better(value, T::ZERO) {
                    return Some(End::At(self.quotient(limit)?));
                }
                beyond.at
            }
        };
        loop {
            // Each step strictly improves and there are finitely many corners.
            let next = self.extreme((at.1, at.0.turned()?), goal)?;
            if !goal.is_better(next.value?, T::ZERO) {
                return Some(End::At(self.quotient(at)?));
            }
            at = next.at;
        }
    }

    /// To what unbounded variables drive the ratio.
    fn limit(&self, goal: Goal) -> Option<Limit<T>> {
        let mut limit = Limit::None;
        for Variable { low, high, slope } in self.members.iter().flatten().flat_map(|way| &way.variables) {
            let back = (slope.0.turned()?, slope.1.turned()?);
            let open = [(low.is_none(), back), (high.is_none(), *slope)];
            for (_, (n, d)) in open.into_iter().filter(|(is_open, _)| *is_open) {
                if d == T::ZERO {
                    if goal.is_better(n, T::ZERO) {
                        return Some(Limit::Unbounded);
                    }
                    continue;
                }
                let is_farther = match &limit {
                    Limit::At(known) => goal.is_better(n.times(known.1)?, known.0.times(d)?),
                    _ => true,
                };
                if is_farther {
                    limit = Limit::At((n, d));
                }
            }
        }
        Some(limit)
    }

    fn quotient(&self, (n, d): Pair<T>) -> Option<Quotient> {
        Some(Quotient { numerator: n.exact(self.scale)?, denominator: d.exact(self.scale)? }.normalized())
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
enum Limit<T> {
    /// No variable is unbounded in a way that matters.
    None,
    /// The ratio of these.
    At(Pair<T>),
    /// No end at all.
    Unbounded,
}
