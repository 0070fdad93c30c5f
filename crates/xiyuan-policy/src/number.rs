//! Exact numbers: scaled integers and quotients. Never floats.
//!
//! Rules (docs/numbers.md): sums are exact; products, quotients and comparisons use 256-bit intermediates;
//! overflow is a property of the value, not of how it was reached, so that it is the same in every evaluator;
//! a quotient keeps numerator and denominator for comparison. Must know no units and no policy.

mod exact;
mod quotient;
mod total;

pub use exact::{Exact, MAX_SCALE, ParseExactError};
pub use quotient::{QUOTIENT_SCALE, Quotient};
pub use total::Total;
