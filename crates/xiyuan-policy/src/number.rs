//! Exact numbers: scaled integers and quotients. Never floats.
//!
//! Rules (docs/numbers.md): sums are exact; products, quotients and comparisons use 256-bit intermediates;
//! overflow is an error, the same in every evaluator; a quotient keeps numerator and denominator for comparison.

use std::cmp::Ordering;
use std::fmt;

use ethnum::I256;
use serde::{Deserialize, Serialize};

/// An exact decimal: `mantissa × 10^-scale`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Exact {
    /// Scaled integer.
    pub mantissa: i128,
    /// Number of decimal places, 0 to 38.
    pub scale: u32,
}

/// A figure kept as numerator over denominator (denominator is never zero; 1 for plain decimals).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Quotient {
    /// Top of the division.
    pub numerator: Exact,
    /// Bottom of the division, never zero.
    pub denominator: Exact,
}

/// Why a text is not an exact decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a plain decimal number of at most 38 digits")]
pub struct NotANumber;

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };
    /// One.
    pub const ONE: Self = Self { mantissa: 1, scale: 0 };
    /// Most decimal places.
    pub const MAX_SCALE: u32 = 38;

    /// Reads a plain decimal: optional sign, digits, optionally a point and digits. No exponent, no separators.
    ///
    /// Trailing zeros are kept: `50.0` has scale 1. More than 38 decimals or an overflow of 128 bits is refused.
    pub fn parse(text: &str) -> Result<Self, NotANumber> {
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let has_point_without_decimals = decimals.is_empty() && digits.contains('.');
        if whole.is_empty() || has_point_without_decimals || !is_plain(whole) || !is_plain(decimals) {
            return Err(NotANumber);
        }
        let scale = u32::try_from(decimals.len()).map_err(|_| NotANumber)?;
        if scale > Self::MAX_SCALE {
            return Err(NotANumber);
        }
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(decimals.bytes()) {
            mantissa = mantissa
                .checked_mul(10)
                .and_then(|shifted| shifted.checked_add(i128::from(byte - b'0')))
                .ok_or(NotANumber)?;
        }
        Ok(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    /// The same value without trailing zeros after the point.
    pub fn normalized(mut self) -> Self {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale -= 1;
        }
        self
    }

    /// Sign changed.
    pub fn negated(self) -> Self {
        Self { mantissa: -self.mantissa, scale: self.scale }
    }

    /// Exact product; `None` on overflow.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let (a, b) = (self.normalized(), other.normalized());
        let scale = a.scale + b.scale;
        (scale <= Self::MAX_SCALE).then_some(())?;
        Some(Self { mantissa: a.mantissa.checked_mul(b.mantissa)?, scale }.normalized())
    }

    /// Exact quotient; `None` when it is not a finite decimal, on overflow, and for a division by zero.
    pub fn div_exact(self, other: Self) -> Option<Self> {
        let (a, b) = (self.normalized(), other.normalized());
        (b.mantissa != 0).then_some(())?;
        let mut top = I256::from(a.mantissa);
        let below = I256::from(b.mantissa);
        // a / b = (a.mantissa / b.mantissa) × 10^(b.scale − a.scale)
        let mut scale = i64::from(a.scale) - i64::from(b.scale);
        while top % below != 0 {
            top = top.checked_mul(I256::from(10))?;
            scale += 1;
        }
        let mut quotient = top / below;
        while scale < 0 {
            quotient = quotient.checked_mul(I256::from(10))?;
            scale += 1;
        }
        let mantissa = i128::try_from(quotient).ok()?;
        let scale = u32::try_from(scale).ok().filter(|scale| *scale <= Self::MAX_SCALE)?;
        Some(Self { mantissa, scale }.normalized())
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    /// By value: `1.0` equals `1`. Both mantissas are brought to one scale, which 256 bits always hold.
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        let at = |number: &Self| I256::from(number.mantissa) * I256::from(10).pow(scale - number.scale);
        at(self).cmp(&at(other))
    }
}

/// Plain decimal with all its declared decimals: mantissa 6150, scale 2 is `61.50`.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let scale = self.scale as usize;
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs(), width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        if scale == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{decimals}") }
    }
}
