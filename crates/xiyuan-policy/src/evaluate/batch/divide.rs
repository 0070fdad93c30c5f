//! Quotients to 18 decimals, half away from zero, without 256-bit division: an estimate that is never too large leaves a
//! remainder that is known exactly from its low 128 bits (the numerator is never formed whole); the remainder is
//! estimated again until less than one divisor is left.

use ethnum::{I256, U256};

/// `a · 10^power ÷ b`, rounded half away from zero; `None` when it does not fit or `b` is zero.
pub(crate) fn divide(a: i128, power: u32, b: i128) -> Option<i128> {
    Divider::new(power)?.divide(a, b)
}

/// Divides many numbers after the same shift by a power of ten.
#[derive(Clone, Copy)]
pub(crate) struct Divider {
    scale: u128,
    bits: u32,
    /// The scale, a little too small.
    about: f64,
    /// Numbers up to this one can be multiplied by the scale in 128 bits.
    most: u128,
}

/// Keeps an estimate below the true quotient: the roundings of an estimate (both numbers, the power of ten, the inverse, three
/// products) are below 5 · 2^-52 together.
const BELOW: f64 = 1.0 - f64::EPSILON * 8.0;
/// 2^64.
const WORD: f64 = 18_446_744_073_709_551_616.0;

impl Divider {
    /// `None` when 10^power has more than 128 bits.
    #[expect(
        clippy::float_arithmetic,
        clippy::cast_precision_loss,
        reason = "an estimate; what it leaves is exact"
    )]
    pub(crate) fn new(power: u32) -> Option<Self> {
        let scale = 10_u128.checked_pow(power)?;
        Some(Self { scale, bits: bits(scale), about: scale as f64 * BELOW, most: u128::MAX / scale })
    }

    /// `a · 10^power ÷ b`, rounded half away from zero; `None` when it does not fit or `b` is zero.
    #[inline]
    pub(crate) fn divide(&self, a: i128, b: i128) -> Option<i128> {
        if b == 0 {
            return None;
        }
        let (top, bottom) = (a.unsigned_abs(), b.unsigned_abs());
        let quotient = if top <= self.most {
            let top = top * self.scale;
            let whole = top / bottom;
            half_up(whole, top - whole * bottom, bottom)?
        } else {
            self.wide(top, bottom)?
        };
        let quotient = i128::try_from(quotient).ok()?;
        Some(if (a < 0) == (b < 0) { quotient } else { -quotient })
    }

    /// The product of `top` and the scale has more than 128 bits.
    #[expect(clippy::float_arithmetic, reason = "estimates; what they leave is exact")]
    fn wide(&self, top: u128, bottom: u128) -> Option<u128> {
        let length = bits(top) + self.bits;
        // The remainder of the first estimate is below 2^-47 of the product, so its low 128 bits are all of it.
        if length >= 174 || length - bits(bottom) >= 126 {
            return slow(top, self.scale, bottom);
        }
        let inverse = 1.0 / float(bottom);
        let mut whole = integer(float(top) * self.about * inverse);
        let mut rest = top.wrapping_mul(self.scale).wrapping_sub(whole.wrapping_mul(bottom));
        // Once more is nearly always enough, and may add nothing.
        loop {
            let more = integer(float(rest) * BELOW * inverse);
            whole += more;
            rest -= more * bottom;
            if rest < bottom {
                break;
            }
            whole += 1;
            rest -= bottom;
        }
        half_up(whole, rest, bottom)
    }
}

/// A number as a float, off by 2^-52 of it at most: the words one by one are quicker than the conversion of the whole.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "an estimate; the low word is what is left of the high one"
)]
#[inline]
fn float(number: u128) -> f64 {
    (number >> 64) as u64 as f64 * WORD + number as u64 as f64
}

/// The whole part of a float that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the whole part is wanted")]
#[inline]
fn integer(float: f64) -> u128 {
    if float < WORD { u128::from(float as u64) } else { float as u128 }
}

/// Without a branch: which way it goes is as good as chance.
#[inline]
fn half_up(whole: u128, rest: u128, bottom: u128) -> Option<u128> {
    whole.checked_add(u128::from(rest >= bottom - rest))
}

fn slow(top: u128, scale: u128, bottom: u128) -> Option<u128> {
    let top = U256::new(top).checked_mul(U256::new(scale))?;
    let bottom = U256::new(bottom);
    let (whole, rest) = (top / bottom, top % bottom);
    let whole = if rest >= bottom - rest { whole.checked_add(U256::ONE)? } else { whole };
    let whole = I256::try_from(whole).ok()?;
    u128::try_from(i128::try_from(whole).ok()?).ok()
}

fn bits(value: u128) -> u32 {
    128 - value.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Exact, Quotient};
    use crate::plan::Rounding;

    /// The plain way: digit by digit in 256 bits.
    fn plain(a: i128, power: u32, b: i128) -> Option<i128> {
        let quotient = Quotient::new(Exact { mantissa: a, scale: 0 }, Exact { mantissa: b, scale: 0 })?;
        let exact = quotient.rounded(power, Rounding::HalfAwayFromZero)?;
        let mantissa = exact.mantissa.checked_mul(10_i128.checked_pow(power - exact.scale)?)?;
        (mantissa != i128::MIN).then_some(mantissa)
    }

    #[test]
    fn it_agrees_with_long_division_for_numbers_of_every_length() {
        // A fixed walk over lengths and digits; no chance, no clock.
        let mut state = 0x9E37_79B9_7F4A_7C15_u128;
        let mut next = |length: u32| {
            state = state.wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645).wrapping_add(0x5851_F42D);
            let digits = (state ^ (state >> 61)) >> (128 - length.clamp(1, 126));
            i128::try_from(digits | 1).expect("at most 126 bits")
        };
        let mut compared = 0;
        for top in 1..126 {
            for bottom in (1..126).step_by(3) {
                for power in [0, 1, 17, 18, 19, 30, 36, 38] {
                    let (a, b) = (next(top), next(bottom));
                    for (a, b) in [(a, b), (-a, b), (a, -b)] {
                        let expected = plain(a, power, b);
                        if expected.is_some() {
                            assert_eq!(divide(a, power, b), expected, "{a} · 10^{power} ÷ {b}");
                            compared += 1;
                        }
                    }
                }
            }
        }
        assert!(compared > 50_000, "{compared}");
    }

    #[test]
    fn halves_go_away_from_zero_and_zero_divides_nothing() {
        assert_eq!(divide(5, 0, 2), Some(3));
        assert_eq!(divide(-5, 0, 2), Some(-3));
        assert_eq!(divide(1, 18, 3), Some(333_333_333_333_333_333));
        assert_eq!(divide(2, 18, 3), Some(666_666_666_666_666_667));
        assert_eq!(divide(0, 38, 7), Some(0));
        assert_eq!(divide(1, 18, 0), None);
    }
}
