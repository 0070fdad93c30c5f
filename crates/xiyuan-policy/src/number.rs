//! Exact numbers: scaled integers and quotients. Never floats.
//!
//! Rules (docs/numbers.md): sums are exact; products, quotients and comparisons use 256-bit intermediates;
//! overflow is a property of the value, not of how it was reached, so that it is the same in every evaluator;
//! a quotient keeps numerator and denominator for comparison. Must know no units and no policy.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use ethnum::{I256, U256};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::plan::Rounding;

/// Most decimal places a number can have.
pub const MAX_SCALE: u32 = 38;

/// Decimal places of a quotient that is used inside a formula.
pub const QUOTIENT_SCALE: u32 = 18;

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
fn fit(mut mantissa: I256, mut scale: u32) -> Option<Exact> {
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

    /// Same as [`Self::rescale_exact`].
    pub fn rescaled(self, scale: u32) -> Option<Self> {
        self.rescale_exact(scale)
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
fn rounds_up(
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
fn aligned(one: Exact, two: Exact) -> (I256, I256, u32) {
    let scale = one.scale.max(two.scale);
    let widen = |number: Exact| I256::from(number.mantissa) * power_of_ten(scale - number.scale);
    (widen(one), widen(two), scale)
}

impl Exact {
    /// Rounded to `digits` decimals.
    pub fn rounded(self, digits: u32, mode: Rounding) -> Option<Self> {
        if self.scale <= digits {
            return Some(self);
        }
        let divisor = 10_i128.checked_pow(self.scale - digits)?;
        let mantissa = divide_rounded(I256::from(self.mantissa), I256::from(divisor), mode)?;
        Some(Self { mantissa: i128::try_from(mantissa).ok()?, scale: digits })
    }
}

/// Integer quotient by a named mode; `below` is not zero.
fn divide_rounded(top: I256, below: I256, mode: Rounding) -> Option<I256> {
    let (top, below) = if below < 0 { (top.checked_neg()?, below.checked_neg()?) } else { (top, below) };
    let floor = top.checked_div_euclid(below)?;
    let rest = top.checked_rem_euclid(below)?;
    let twice = rest.checked_mul(I256::from(2))?;
    let is_up = match mode {
        Rounding::Floor => false,
        Rounding::Ceiling => rest != 0,
        Rounding::HalfAwayFromZero => twice > below || (twice == below && top >= 0),
        Rounding::HalfEven => twice > below || (twice == below && floor % 2 != 0),
    };
    if is_up { floor.checked_add(I256::from(1)) } else { Some(floor) }
}

impl Quotient {
    /// Decimals kept where a quotient is used inside a further formula.
    pub const INNER_DECIMALS: u32 = 18;

    /// A plain number.
    pub fn of(value: Exact) -> Self {
        Self { numerator: value, denominator: Exact::ONE }
    }

    /// Compares two quotients by cross-multiplication; `None` when 256 bits do not hold the products.
    pub fn checked_cmp(self, other: Self) -> Option<Ordering> {
        let left = product(self.numerator, other.denominator);
        let right = product(other.numerator, self.denominator);
        let ordering = compare_scaled(left, right)?;
        let is_turned = (self.denominator.mantissa < 0) != (other.denominator.mantissa < 0);
        Some(if is_turned { ordering.reverse() } else { ordering })
    }

    /// Compares with a plain number, exactly and unrounded.
    pub fn checked_cmp_exact(self, other: Exact) -> Option<Ordering> {
        self.checked_cmp(Self::of(other))
    }

    /// The value with `digits` decimals, rounded once from the unrounded quotient.
    pub fn rounded(self, digits: u32, mode: Rounding) -> Option<Exact> {
        let (top, below) = (self.numerator.normalized(), self.denominator.normalized());
        let shift = i64::from(digits) + i64::from(below.scale) - i64::from(top.scale);
        let power = I256::from(10).checked_pow(u32::try_from(shift.unsigned_abs()).ok()?)?;
        let (top, below) = if shift >= 0 {
            (I256::from(top.mantissa).checked_mul(power)?, I256::from(below.mantissa))
        } else {
            (I256::from(top.mantissa), I256::from(below.mantissa).checked_mul(power)?)
        };
        let mantissa = divide_rounded(top, below, mode)?;
        Some(Exact { mantissa: i128::try_from(mantissa).ok()?, scale: digits })
    }

    /// The quotient to 18 decimals, half away from zero; exact when it has no more.
    pub fn to_inner(self) -> Option<Exact> {
        self.rounded(Self::INNER_DECIMALS, Rounding::HalfAwayFromZero).map(Exact::normalized)
    }

    /// For display: divided by a unit's factor and rounded to `digits` decimals, half away from zero.
    pub fn shown(self, unit_factor: Exact, digits: u32) -> Option<Exact> {
        let denominator = self.denominator.checked_mul(unit_factor)?;
        Self { numerator: self.numerator, denominator }.rounded(digits, Rounding::HalfAwayFromZero)
    }

    /// The same value with common powers of ten and trailing zeros taken out, for one form in digests.
    pub fn normalized(self) -> Self {
        Self { numerator: self.numerator.normalized(), denominator: self.denominator.normalized() }
    }
}

/// 256-bit product with its scale.
fn product(a: Exact, b: Exact) -> (I256, u32) {
    let (a, b) = (a.normalized(), b.normalized());
    (I256::from(a.mantissa) * I256::from(b.mantissa), a.scale + b.scale)
}

fn compare_scaled((left, left_scale): (I256, u32), (right, right_scale): (I256, u32)) -> Option<Ordering> {
    let scale = left_scale.max(right_scale);
    let at = |value: I256, from: u32| value.checked_mul(I256::from(10).checked_pow(scale - from)?);
    Some(at(left, left_scale)?.cmp(&at(right, right_scale)?))
}

impl Serialize for Exact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.normalized())
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
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
    pub fn to_exact(self, digits: u32, mode: Rounding) -> Option<Exact> {
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

    /// Shown with so many decimals, half away from zero: `61.84`. Beyond 38 digits it is shown with fewer decimals.
    pub fn display(self, decimals: u32) -> String {
        (0..=decimals)
            .rev()
            .find_map(|digits| self.to_exact(digits, Rounding::HalfAwayFromZero)?.rescale_exact(digits))
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

/// An exact running sum of any number of terms; overflow is judged once, on the total.
#[derive(Clone, Debug, Default)]
pub struct Total {
    /// One bucket per scale, so that adding never rescales.
    buckets: Vec<(u32, I256)>,
}

impl Total {
    /// Adds a number. (2^128 numbers fit before a bucket could overflow.)
    pub fn add(&mut self, value: Exact) {
        self.add_wide(I256::from(value.mantissa), value.scale);
    }

    /// Adds a wide mantissa at a scale.
    pub(crate) fn add_wide(&mut self, mantissa: I256, scale: u32) {
        match self.buckets.iter_mut().find(|(bucket, _)| *bucket == scale) {
            Some((_, sum)) => *sum = sum.saturating_add(mantissa),
            None => self.buckets.push((scale, mantissa)),
        }
    }

    /// The sum, or nothing on overflow.
    pub fn finish(mut self) -> Option<Exact> {
        let scale = self.buckets.iter().map(|(scale, _)| *scale).max().unwrap_or(0);
        self.buckets.sort_unstable_by_key(|(scale, _)| *scale);
        let mut sum = I256::ZERO;
        for (bucket, part) in self.buckets {
            let stretched = (bucket..scale).try_fold(part, |part, _| part.checked_mul(I256::new(10)))?;
            sum = sum.checked_add(stretched)?;
        }
        fit(sum, scale)
    }
}
