//! Seeded randomness for the demo city: the same seed gives the same numbers, whatever versions of libraries are used.
//!
//! Whole numbers only. Not for anything that must be secret.

/// A stream of numbers (SplitMix64, public domain algorithm by Sebastiano Vigna).
#[derive(Clone, Copy, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A stream of its own for these parts, so that a figure does not depend on the order of generation.
    pub fn of(parts: &[u64]) -> Self {
        let mut dice = Self(0x5869_7975_616e);
        for part in parts {
            dice.0 = dice.draw() ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        dice
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        u64::try_from((u128::from(self.draw()) * u128::from(bound)) >> 64).unwrap_or(0)
    }

    /// A position in a list of `length`; 0 when it is empty.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included; `low` when they are reversed.
    pub fn between(&mut self, [low, high]: [i64; 2]) -> i64 {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(0);
        low.saturating_add(i64::try_from(self.below(width + 1)).unwrap_or(0))
    }

    /// Yes with this chance, in thousandths.
    pub fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < u64::from(permille)
    }

    /// A size in thousandths of the median, log-normal in shape: the product of 24 factors, each 1.25 or 0.8, which
    /// gives a spread (sigma of the logarithm) of 1.1; blurred by ± 20 % so that sizes differ.
    pub fn size(&mut self) -> u32 {
        let ups = (self.draw() & 0x00ff_ffff).count_ones();
        let mut size: u64 = 1_000_000;
        for _ in 0..ups.abs_diff(12) * 2 {
            size = if ups > 12 { size * 5 / 4 } else { size * 4 / 5 };
        }
        let blur = 800 + self.below(401);
        u32::try_from((size * blur / 1_000_000).max(1)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_give_the_same_stream_and_other_parts_another() {
        let draw = |parts: &[u64]| {
            let mut dice = Dice::of(parts);
            [dice.draw(), dice.draw(), dice.draw()]
        };
        assert_eq!(draw(&[1, 2]), draw(&[1, 2]));
        assert_ne!(draw(&[1, 2]), draw(&[2, 1]));
        assert_ne!(draw(&[1]), draw(&[1, 0]));
    }

    #[test]
    fn bounds_are_reached_and_never_left() {
        let mut dice = Dice::of(&[7]);
        let drawn: Vec<i64> = (0..400).map(|_| dice.between([-2, 2])).collect();
        assert_eq!(drawn.iter().min(), Some(&-2));
        assert_eq!(drawn.iter().max(), Some(&2));
    }

    #[test]
    fn half_of_all_sizes_lie_below_the_median() {
        let mut dice = Dice::of(&[11]);
        let below = (0..10_000).filter(|_| dice.size() < 1000).count();
        assert!((4_500..5_500).contains(&below), "{below} of 10000 sizes lie below the median");
    }
}
