//! Shapes of values and the algebra of units: what may be added, compared, multiplied.

use crate::package::Dimension;

/// The shape of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Number(Quantity),
    /// A text; a code when a catalogue is named.
    Text(Option<String>),
    Bool,
    Date,
}

/// What a number without dimension stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ratio {
    /// A written zero: zero in every unit.
    Zero,
    /// Another written number.
    Literal,
    /// A count or the quotient of two like quantities.
    Plain,
    /// A percentage.
    Percentage,
    /// A difference of percentages.
    Point,
}

/// A number's dimension; `ratio` counts only where the dimension is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    pub(crate) dimension: Dimension,
    pub(crate) ratio: Ratio,
}

impl Quantity {
    /// A number without dimension.
    pub(crate) fn ratio(ratio: Ratio) -> Self {
        Self { dimension: Dimension::new(), ratio }
    }

    /// True for a written zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.is_bare() && self.ratio == Ratio::Zero
    }

    fn is_bare(&self) -> bool {
        self.dimension.is_empty()
    }

    /// Sum or difference; `None` when the two do not fit.
    pub(crate) fn add(&self, other: &Self, is_difference: bool) -> Option<Self> {
        use Ratio::{Literal, Percentage, Plain, Point};
        if self.is_zero() {
            return Some(other.clone());
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        if self.dimension != other.dimension {
            return None;
        }
        if !self.is_bare() {
            return Some(self.clone());
        }
        let ratio = match (self.ratio, other.ratio) {
            (Literal, Literal) => Literal,
            (Literal | Plain, Literal | Plain) => Plain,
            (Percentage | Plain, Percentage | Plain) if is_difference => Point,
            (Percentage | Plain, Percentage | Plain | Point) => Percentage,
            (Point, Point) => Point,
            (Point, Percentage | Plain) if !is_difference => Percentage,
            _ => return None,
        };
        Some(Self::ratio(ratio))
    }

    /// Product (`sign` 1) or quotient (`sign` -1).
    pub(crate) fn multiply(&self, other: &Self, sign: i32) -> Self {
        use Ratio::{Literal, Percentage, Plain, Point, Zero};
        let mut dimension = self.dimension.clone();
        for (base, exponent) in &other.dimension {
            let sum = dimension.get(base).copied().unwrap_or(0).saturating_add(exponent.saturating_mul(sign));
            if sum == 0 {
                dimension.remove(base);
            } else {
                dimension.insert(base.clone(), sum);
            }
        }
        if !(self.is_bare() && other.is_bare()) {
            return Self { dimension, ratio: Plain };
        }
        let ratio = match (self.ratio, other.ratio) {
            (Zero, _) => Zero,
            (Literal, Literal) => Literal,
            (kept @ (Percentage | Point), Literal | Plain) => kept,
            (Literal | Plain, kept @ (Percentage | Point)) if sign > 0 => kept,
            _ => Plain,
        };
        Self::ratio(ratio)
    }

    /// What the two have in common, as for a comparison or the branches of a case; `None` when they do not fit.
    pub(crate) fn common(&self, other: &Self) -> Option<Self> {
        use Ratio::{Literal, Percentage, Plain, Point};
        if self.is_zero() {
            return Some(other.clone());
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        if self.dimension != other.dimension {
            return None;
        }
        if !self.is_bare() {
            return Some(self.clone());
        }
        let ratio = match (self.ratio, other.ratio) {
            (one, two) if one == two => one,
            (Literal, Plain) | (Plain, Literal) => Plain,
            (Plain, kept @ (Percentage | Point)) | (kept @ (Percentage | Point), Plain) => kept,
            _ => return None,
        };
        Some(Self::ratio(ratio))
    }

    /// True when a formula of this quantity may be declared in a unit of `unit`.
    pub(crate) fn fits(&self, unit: &Self) -> bool {
        use Ratio::{Plain, Point};
        if self.is_zero() {
            return true;
        }
        self.dimension == unit.dimension
            && (!self.is_bare()
                || match unit.ratio {
                    Point => matches!(self.ratio, Point | Plain),
                    _ => self.ratio != Point,
                })
    }
}
