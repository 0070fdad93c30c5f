//! Scaled integers.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use ethnum::{I256, U256};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Quotient;
use crate::plan::Rounding;

/// Most decimal places a number can have.
pub const MAX_SCALE: u32 = 38;

/// An exact decimal: `mantissa × 10^-scale`. Equality, order and hash go by value: 1.0 equals 1.00.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact {
    /// Scaled integer; never `i128::MIN`.
    pub mantissa: i128,
    /// Number of decimal places, 0 to 38.
    pub scale: u32,
}

/// Why a text is not an exact decimal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseExactError {
    /// Not of the form `-?digits(.digits)?`, or with needless leading zeros.
    #[error("{text:?} is not a plain decimal such as -12.50")]
    Malformed {
        /// What was found (at most 60 characters).
        text: String,
    },
    /// Beyond 38 digits.
    #[error("{text:?} has more than 38 digits or decimals")]
    TooLong {
        /// What was found (at most 60 characters).
        text: String,
    },
}

/// 10^n for n ≤ 38.
fn power_of_ten(n: u32) -> I256 {
    I256::from(10_i128.pow(n.min(MAX_SCALE)))
}

/// The number with needless trailing zeros taken off until it fits, or nothing when it cannot.
pub(super) fn fit(mut mantissa: I256, mut scale: u32) -> Option<Exact> {
    let ten = I256::new(10);
    while scale > MAX_SCALE || mantissa.unsigned_abs() > U256::new(i128::MAX.unsigned_abs()) {
        if scale == 0 || mantissa % ten != I256::ZERO {
            return None;
        }
        mantissa /= ten;
        scale -= 1;
    }
    Some(Exact { mantissa: mantissa.as_i128(), scale })
}

impl Exact {
    /// 0.
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };
    /// 1.
    pub const ONE: Self = Self { mantissa: 1, scale: 0 };

    /// `mantissa × 10^-scale`, or nothing when it is out of range.
    pub const fn new(mantissa: i128, scale: u32) -> Option<Self> {
        if scale > MAX_SCALE || mantissa == i128::MIN { None } else { Some(Self { mantissa, scale }) }
    }

    /// A wide integer over 10^scale, or nothing when it does not fit.
    pub(crate) fn of_wide(mantissa: I256, scale: u32) -> Option<Self> {
        fit(mantissa, scale)
    }

    /// A whole number.
    pub const fn integer(value: i64) -> Self {
        Self { mantissa: value as i128, scale: 0 }
    }

    /// Reads a plain decimal: an optional minus, digits without needless leading zeros, and optionally a point with
    /// digits. No plus, exponent, spaces, separators or full-width digits: whoever reads files normalises first.
    pub fn parse(text: &str) -> Result<Self, ParseExactError> {
        let shown = || text.chars().take(60).collect();
        let malformed = || ParseExactError::Malformed { text: shown() };
        let too_long = || ParseExactError::TooLong { text: shown() };
        let (is_negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, decimals) = match digits.split_once('.') {
            Some((_, "")) => return Err(malformed()),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || !is_digits(whole)
            || !is_digits(decimals)
            || (whole.len() > 1 && whole.starts_with('0'))
        {
            return Err(malformed());
        }
        let scale =
            u32::try_from(decimals.len()).ok().filter(|scale| *scale <= MAX_SCALE).ok_or_else(too_long)?;
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(decimals.bytes()) {
            let grown = mantissa.checked_mul(10).and_then(|grown| grown.checked_add(i128::from(byte - b'0')));
            mantissa = grown.ok_or_else(too_long)?;
        }
        Ok(Self { mantissa: if is_negative { -mantissa } else { mantissa }, scale })
    }

    /// Without trailing zeros after the point: the one form of the value.
    pub fn normalized(self) -> Self {
        let Self { mut mantissa, mut scale } = self;
        if mantissa == 0 {
            return Self::ZERO;
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Self { mantissa, scale }
    }

    /// The same value with exactly so many decimals, or nothing when digits would be lost or it does not fit.
    pub fn rescale_exact(self, scale: u32) -> Option<Self> {
        if scale > MAX_SCALE {
            return None;
        }
        if scale >= self.scale {
            let mantissa = self.mantissa.checked_mul(10_i128.checked_pow(scale - self.scale)?)?;
            return Self::new(mantissa, scale);
        }
        let divisor = 10_i128.pow(self.scale - scale);
        (self.mantissa % divisor == 0).then(|| Self { mantissa: self.mantissa / divisor, scale })
    }

    /// Rounded to so many digits after the point; a number with fewer is left as it is.
    pub fn round(self, digits: u32, mode: Rounding) -> Self {
        if self.scale <= digits {
            return self;
        }
        let divisor = 10_i128.pow(self.scale - digits);
        let whole = self.mantissa / divisor;
        let rest = (self.mantissa % divisor).unsigned_abs();
        let up = rounds_up(
            mode,
            self.mantissa < 0,
            whole % 2 != 0,
            (rest * 2).cmp(&divisor.unsigned_abs()),
            rest != 0,
        );
        let mantissa = if !up {
            whole
        } else if self.mantissa < 0 {
            whole - 1
        } else {
            whole + 1
        };
        Self { mantissa, scale: digits }
    }

    /// A whole number.
    pub const fn whole(value: i128) -> Self {
        Self { mantissa: value, scale: 0 }
    }

    /// Is it 0?
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Below 0?
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// Above 0?
    pub const fn is_positive(self) -> bool {
        self.mantissa > 0
    }

    /// With the other sign.
    pub const fn negated(self) -> Self {
        Self { mantissa: self.mantissa.saturating_neg(), scale: self.scale }
    }

    /// Without its sign.
    pub const fn absolute(self) -> Self {
        Self { mantissa: self.mantissa.saturating_abs(), scale: self.scale }
    }

    /// Sum, or nothing on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.scale == other.scale
            && let Some(mantissa) = self.mantissa.checked_add(other.mantissa)
            && mantissa != i128::MIN
        {
            return Some(Self { mantissa, scale: self.scale });
        }
        if let Some((one, two, scale)) = aligned_narrow(self, other)
            && let Some(mantissa) = one.checked_add(two)
            && mantissa != i128::MIN
        {
            return Some(Self { mantissa, scale });
        }
        let (one, two, scale) = aligned(self, other);
        fit(one + two, scale)
    }

    /// Difference, or nothing on overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(other.negated())
    }

    /// Product, or nothing on overflow.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let scale = self.scale + other.scale;
        if scale <= MAX_SCALE
            && let Some(mantissa) = self.mantissa.checked_mul(other.mantissa)
            && mantissa != i128::MIN
        {
            return Some(Self { mantissa, scale });
        }
        fit(I256::from(self.mantissa) * I256::from(other.mantissa), scale)
    }

    /// Quotient when it is a finite decimal that fits; nothing otherwise, or for a divisor of 0.
    pub fn div_exact(self, other: Self) -> Option<Self> {
        let quotient = Quotient::new(self, other)?.reduced()?;
        let (numerator, mut denominator) = (quotient.numerator, quotient.denominator.mantissa);
        let (mut twos, mut fives) = (0_u32, 0_u32);
        while denominator % 2 == 0 {
            denominator /= 2;
            twos += 1;
        }
        while denominator % 5 == 0 {
            denominator /= 5;
            fives += 1;
        }
        if denominator != 1 {
            return None;
        }
        let scale = twos.max(fives);
        let stretch =
            I256::new(2).checked_pow(scale - twos)?.checked_mul(I256::new(5).checked_pow(scale - fives)?)?;
        fit(I256::from(numerator.mantissa).checked_mul(stretch)?, scale)
    }
}

/// Whether the magnitude grows by one when the rest is dropped.
pub(super) fn rounds_up(
    mode: Rounding,
    is_negative: bool,
    is_odd: bool,
    rest_to_half: Ordering,
    has_rest: bool,
) -> bool {
    match mode {
        Rounding::HalfAwayFromZero => rest_to_half != Ordering::Less,
        Rounding::HalfEven => {
            rest_to_half == Ordering::Greater || (rest_to_half == Ordering::Equal && is_odd)
        }
        Rounding::Floor => is_negative && has_rest,
        Rounding::Ceiling => !is_negative && has_rest,
    }
}

/// Both mantissas at the larger scale: |m| < 2^127 and 10^38 < 2^127, so 256 bits hold them and their sum.
pub(super) fn aligned(one: Exact, two: Exact) -> (I256, I256, u32) {
    let scale = one.scale.max(two.scale);
    let widen = |number: Exact| I256::from(number.mantissa) * power_of_ten(scale - number.scale);
    (widen(one), widen(two), scale)
}

/// The same where 128 bits hold both, which they nearly always do.
fn aligned_narrow(one: Exact, two: Exact) -> Option<(i128, i128, u32)> {
    let scale = one.scale.max(two.scale);
    let widen = |number: Exact| {
        // Scales are at most 38, and 10^38 fits.
        number.mantissa.checked_mul(10_i128.checked_pow(scale - number.scale)?)
    };
    Some((widen(one)?, widen(two)?, scale))
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.normalized())
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
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
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        if let Some((one, two, _)) = aligned_narrow(*self, *other) {
            return one.cmp(&two);
        }
        let (one, two, _) = aligned(*self, *other);
        one.cmp(&two)
    }
}

impl Hash for Exact {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { mantissa, scale } = self.normalized();
        (mantissa, scale).hash(state);
    }
}

impl fmt::Display for Exact {
    /// Plain decimal with all its decimals: no exponent, no separators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs().to_string();
        let scale = self.scale as usize;
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        write!(f, "{sign}{whole}.{decimals}")
    }
}

impl FromStr for Exact {
    type Err = ParseExactError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        Self::integer(value)
    }
}
