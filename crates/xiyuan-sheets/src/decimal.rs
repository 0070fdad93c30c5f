//! Exact decimals as read from cells. No floats: `mantissa × 10^-scale`.

use std::fmt;

/// An exact decimal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decimal {
    /// Scaled integer.
    pub mantissa: i128,
    /// Decimal places.
    pub scale: u32,
}

impl Decimal {
    /// Most digits taken.
    const MOST_DIGITS: usize = 36;

    /// Reads `-12.50` or `3.45E+03`; `None` for anything else or more digits than fit.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (is_negative, digits) = match digits.as_bytes().first()? {
            b'-' => (true, &digits[1..]),
            b'+' => (false, &digits[1..]),
            _ => (false, digits),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let all = whole.len() + decimals.len();
        let is_plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if all == 0 || all > Self::MOST_DIGITS || !is_plain(whole) || !is_plain(decimals) {
            return None;
        }
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(decimals.bytes()) {
            mantissa = mantissa * 10 + i128::from(byte - b'0');
        }
        let mantissa = if is_negative { -mantissa } else { mantissa };
        let scale = i32::try_from(decimals.len()).ok()?.checked_sub(exponent)?;
        if scale >= 0 {
            let scale = u32::try_from(scale).ok()?;
            return (scale <= 36).then_some(Self { mantissa, scale });
        }
        let shift = 10_i128.checked_pow(scale.unsigned_abs())?;
        Some(Self { mantissa: mantissa.checked_mul(shift)?, scale: 0 })
    }

    /// Without needless zeros after the point.
    #[must_use]
    pub fn normalized(mut self) -> Self {
        while self.scale > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.scale -= 1;
        }
        self
    }

    /// Whether it is a whole number.
    pub fn is_whole(self) -> bool {
        self.normalized().scale == 0
    }

    /// Moves the point to the left: `5.2` by 2 is `0.052`.
    #[must_use]
    pub fn shifted(self, places: u32) -> Self {
        Self { mantissa: self.mantissa, scale: self.scale + places }
    }

    /// Exact sum; `None` on overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let at = |d: Self| d.mantissa.checked_mul(10_i128.checked_pow(scale - d.scale)?);
        Some(Self { mantissa: at(self)?.checked_add(at(other)?)?, scale })
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.normalized(), other.normalized());
        a.mantissa == b.mantissa && a.scale == b.scale
    }
}

impl Eq for Decimal {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let scale = self.scale as usize;
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs(), width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        if scale == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{decimals}") }
    }
}
