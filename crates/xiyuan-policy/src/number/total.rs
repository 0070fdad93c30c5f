//! Running sums.

use ethnum::I256;

use super::Exact;
use super::exact::fit;

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
