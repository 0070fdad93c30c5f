//! Quotients: never divided out before they are compared or shown.

use std::cmp::Ordering;

use ethnum::{I256, U256};
use serde::{Deserialize, Serialize};

use super::Exact;
use super::exact::{aligned, fit, rounds_up};
use crate::plan::Rounding;

/// Decimal places of a quotient that is used inside a formula.
pub const QUOTIENT_SCALE: u32 = 18;

/// A figure kept as numerator over denominator, compared by cross-multiplication and never rounded before.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Quotient {
    /// Top of the division.
    pub numerator: Exact,
    /// Bottom of the division, never zero (1 for plain decimals).
    pub denominator: Exact,
}

/// |numerator| and |denominator| over one common scale, and the sign of the quotient.
struct Fraction {
    is_negative: bool,
    top: U256,
    bottom: U256,
}

impl Quotient {
    /// The quotient, or nothing for a denominator of 0.
    pub const fn new(numerator: Exact, denominator: Exact) -> Option<Self> {
        if denominator.is_zero() { None } else { Some(Self { numerator, denominator }) }
    }

    /// Zero.
    pub const ZERO: Self = Self { numerator: Exact::ZERO, denominator: Exact::ONE };

    /// A plain number.
    pub fn of(value: Exact) -> Self {
        value.into()
    }

    fn fraction(self) -> Fraction {
        let (top, bottom, _) = aligned(self.numerator, self.denominator);
        Fraction {
            is_negative: (top < I256::ZERO) != (bottom < I256::ZERO) && top != I256::ZERO,
            top: top.unsigned_abs(),
            bottom: bottom.unsigned_abs(),
        }
    }

    /// In lowest terms with whole numbers and a positive denominator, or nothing when these do not fit.
    pub fn reduced(self) -> Option<Self> {
        let Fraction { is_negative, top, bottom } = self.fraction();
        let (mut one, mut two) = (top, bottom);
        while two != U256::ZERO {
            (one, two) = (two, one % two);
        }
        let whole = |value: U256| i128::try_from(value / one).ok();
        let numerator = whole(top)?;
        let numerator = if is_negative { -numerator } else { numerator };
        let plain = |mantissa| Exact { mantissa, scale: 0 };
        Some(Self { numerator: plain(numerator), denominator: plain(whole(bottom)?) })
    }

    /// As a decimal with so many places, rounded once; nothing on overflow.
    pub fn rounded(self, digits: u32, mode: Rounding) -> Option<Exact> {
        let fraction = self.fraction();
        let (mut whole, mut rest) = (fraction.top / fraction.bottom, fraction.top % fraction.bottom);
        for _ in 0..digits {
            if rest == U256::ZERO && whole == U256::ZERO {
                break;
            }
            let digit = fraction.next_digit(&mut rest);
            whole = whole.checked_mul(U256::new(10))?.checked_add(U256::from(digit))?;
        }
        let is_odd = whole & U256::ONE == U256::ONE;
        let to_half = (rest * U256::new(2)).cmp(&fraction.bottom);
        if rounds_up(mode, fraction.is_negative, is_odd, to_half, rest != U256::ZERO) {
            whole = whole.checked_add(U256::ONE)?;
        }
        let mantissa = I256::try_from(whole).ok()?;
        fit(if fraction.is_negative { -mantissa } else { mantissa }, digits)
    }

    /// As used inside formulas: to 18 decimals, half away from zero; nothing on overflow.
    pub fn to_inner(self) -> Option<Exact> {
        if self.denominator == Exact::ONE && self.numerator.scale <= QUOTIENT_SCALE {
            return Some(self.numerator);
        }
        self.rounded(QUOTIENT_SCALE, Rounding::HalfAwayFromZero).map(Exact::normalized)
    }

    /// In a unit of this factor, rounded to so many decimals, half away from zero; nothing on overflow.
    pub fn shown(self, unit_factor: Exact, decimals: u32) -> Option<Exact> {
        self.over(unit_factor)?.rounded(decimals, Rounding::HalfAwayFromZero)
    }

    /// Numerator and denominator without needless trailing zeros.
    pub fn normalized(self) -> Self {
        Self { numerator: self.numerator.normalized(), denominator: self.denominator.normalized() }
    }

    /// Shown with so many decimals, half away from zero: `61.84`. Beyond 38 digits it is shown with fewer decimals.
    pub fn display(self, decimals: u32) -> String {
        (0..=decimals)
            .rev()
            .find_map(|digits| self.rounded(digits, Rounding::HalfAwayFromZero)?.rescale_exact(digits))
            .map_or_else(
                || {
                    let fraction = self.fraction();
                    let sign = if fraction.is_negative { "-" } else { "" };
                    format!("{sign}{}", fraction.top / fraction.bottom)
                },
                |exact| exact.to_string(),
            )
    }

    /// Difference in lowest terms; where that does not fit, of the values at 18 decimals; nothing on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let exactly = || {
            let (one, two) = (self.reduced()?, other.reduced()?);
            let cross = |a: Exact, b: Exact| I256::from(a.mantissa) * I256::from(b.mantissa);
            let top =
                cross(one.numerator, two.denominator).checked_sub(cross(two.numerator, one.denominator))?;
            let bottom = cross(one.denominator, two.denominator);
            let (mut a, mut b) = (top.unsigned_abs(), bottom.unsigned_abs());
            while b != U256::ZERO {
                (a, b) = (b, a % b);
            }
            let divisor = I256::try_from(a).ok()?;
            Self::new(fit(top / divisor, 0)?, fit(bottom / divisor, 0)?)
        };
        exactly().or_else(|| Some(self.to_inner()?.checked_sub(other.to_inner()?)?.into()))
    }

    /// With the other sign.
    pub const fn negated(self) -> Self {
        Self { numerator: self.numerator.negated(), denominator: self.denominator }
    }

    /// Without its sign.
    pub const fn absolute(self) -> Self {
        Self { numerator: self.numerator.absolute(), denominator: self.denominator.absolute() }
    }

    /// Over a further divisor, e.g. the factor of the unit in which it is shown; nothing on overflow or for 0.
    pub fn over(self, divisor: Exact) -> Option<Self> {
        if divisor == Exact::ONE {
            return Some(self);
        }
        Self::new(self.numerator, self.denominator.checked_mul(divisor)?)
    }

    /// Sign of the value against 0.
    pub fn sign(self) -> Ordering {
        if self.numerator.is_zero() {
            Ordering::Equal
        } else if self.numerator.is_negative() == self.denominator.is_negative() {
            Ordering::Greater
        } else {
            Ordering::Less
        }
    }
}

impl Fraction {
    /// Next decimal digit; 10·rest is taken as 5·(2·rest) so that it stays within 256 bits
    /// (rest < bottom ≤ 1.71e76, and 2^256 > 1.15e77).
    fn next_digit(&self, rest: &mut U256) -> u8 {
        let doubled: U256 = *rest * U256::new(2);
        let (five, left) = if doubled >= self.bottom { (5, doubled - self.bottom) } else { (0, doubled) };
        let fivefold: U256 = left * U256::new(5);
        *rest = fivefold % self.bottom;
        five + (fivefold / self.bottom).as_u8()
    }
}

impl From<Exact> for Quotient {
    fn from(value: Exact) -> Self {
        Self { numerator: value, denominator: Exact::ONE }
    }
}

impl PartialEq for Quotient {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Quotient {}

impl PartialOrd for Quotient {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quotient {
    /// By cross-multiplication. Both products fit 256 bits; where bringing them to one scale does not, the side that
    /// would overflow is the larger in magnitude, so the comparison never fails.
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.sign().cmp(&other.sign());
        if signs != Ordering::Equal || self.numerator.is_zero() {
            return signs;
        }
        let product = |a: Exact, b: Exact| {
            let mantissa = U256::new(a.mantissa.unsigned_abs()) * U256::new(b.mantissa.unsigned_abs());
            (mantissa, a.scale + b.scale)
        };
        let (left, left_scale) = product(self.numerator, other.denominator);
        let (right, right_scale) = product(other.numerator, self.denominator);
        let stretch =
            |value: U256, by: u32| (0..by).try_fold(value, |value, _| value.checked_mul(U256::new(10)));
        let magnitude = if left_scale < right_scale {
            stretch(left, right_scale - left_scale).map_or(Ordering::Greater, |left| left.cmp(&right))
        } else {
            stretch(right, left_scale - right_scale).map_or(Ordering::Less, |right| left.cmp(&right))
        };
        if self.sign() == Ordering::Less { magnitude.reverse() } else { magnitude }
    }
}
