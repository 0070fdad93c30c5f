//! Exact numbers: scaled integers and quotients. Never floats.
//!
//! Rules (docs/numbers.md): sums are exact; products, quotients and comparisons use 256-bit intermediates;
//! overflow is an error, the same in every evaluator; a quotient keeps numerator and denominator for comparison.

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
