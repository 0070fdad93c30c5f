//! Exact numbers in the unit that people read. Rounding happens here, once, for display; never before a comparison.

use std::cmp::Ordering;

use xiyuan_policy::{
    number::{Exact, Quotient},
    package::Package,
    plan::Rounding,
};

/// Decimals added at most so that a shown value stays on its side of the threshold.
const MOST_DECIMALS: u32 = 18;

/// Factor of a unit to the base unit of its dimension; 1 for unknown ones and plain counts.
pub(super) fn factor(package: &Package, unit: Option<&str>) -> Exact {
    unit.and_then(|unit| package.units.get(unit)).map_or(Exact::ONE, |unit| unit.factor)
}

/// A quotient in base units, as a quotient in a unit.
fn in_unit(value: Quotient, factor: Exact) -> Option<Quotient> {
    Some(Quotient { numerator: value.numerator, denominator: value.denominator.checked_mul(factor)? })
}

/// A value in base units, shown in a unit with so many decimals.
pub(super) fn shown(value: Quotient, factor: Exact, decimals: u32) -> Option<String> {
    Some(in_unit(value, factor)?.rounded(decimals, Rounding::HalfAwayFromZero)?.to_string())
}

/// Two values, with as many more decimals as it takes for them to look different when they are.
pub(crate) fn shown_apart([one, other]: [Quotient; 2], factor: Exact, decimals: u32) -> Option<[String; 2]> {
    let (one, other) = (in_unit(one, factor)?, in_unit(other, factor)?);
    let round = |digits| {
        let both = [one, other].map(|value| value.rounded(digits, Rounding::HalfAwayFromZero));
        let [Some(one), Some(other)] = both else { return None };
        Some([one, other])
    };
    let is_same = one.cmp(&other) == Ordering::Equal;
    (decimals..=MOST_DECIMALS)
        .filter_map(round)
        .find(|[one, other]| is_same || one != other)
        .or_else(|| round(decimals))
        .map(|both| both.map(|number| number.to_string()))
}

/// Like [`shown`], with as many more decimals as it takes for the shown number to stand on the same side of the
/// threshold as the exact one: 49.995 % is not shown as 50.00 beside a threshold of 50.
pub(crate) fn shown_beside(
    value: Quotient,
    threshold: Option<Exact>,
    factor: Exact,
    decimals: u32,
) -> Option<String> {
    let Some(line) = threshold.and_then(|threshold| threshold.div_exact(factor)) else {
        return shown(value, factor, decimals);
    };
    let value = in_unit(value, factor)?;
    let side = value.cmp(&Quotient::of(line));
    (decimals..=MOST_DECIMALS)
        .filter_map(|digits| value.rounded(digits, Rounding::HalfAwayFromZero))
        .find(|rounded| rounded.cmp(&line) == side)
        .or_else(|| value.rounded(decimals, Rounding::HalfAwayFromZero))
        .map(|number| number.to_string())
}

/// A plain number in base units, exactly in a unit, without needless zeros.
pub(crate) fn exactly(value: Exact, factor: Exact) -> Option<String> {
    value.div_exact(factor).map(|number| number.normalized().to_string())
}

/// A difference in base units with so many decimals; one that rounds to nothing keeps decimals until it shows.
pub(super) fn shown_distance(value: Exact, factor: Exact, decimals: u32) -> Option<String> {
    let value = in_unit(Quotient { numerator: value, denominator: Exact::ONE }, factor)?;
    let is_zero = value.numerator.mantissa == 0;
    (decimals..=MOST_DECIMALS)
        .filter_map(|digits| value.rounded(digits, Rounding::HalfAwayFromZero))
        .find(|rounded| is_zero || rounded.mantissa != 0)
        .map(|number| number.to_string())
}

/// Whether one of the parts is more than 85 % of the sum of magnitudes.
pub(super) fn dominates(parts: &[Exact]) -> bool {
    let mut sum = Exact::ZERO;
    let mut largest = Exact::ZERO;
    for part in parts {
        let size = Exact { mantissa: part.mantissa.abs(), scale: part.scale };
        let Some(next) = sum.checked_add(size) else { return true };
        sum = next;
        largest = largest.max(size);
    }
    let share = Exact { mantissa: 85, scale: 2 };
    sum.checked_mul(share).is_none_or(|line| largest.cmp(&line) == Ordering::Greater)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("a number")
    }

    #[test]
    fn a_value_just_below_the_line_is_not_shown_as_on_it() {
        let percent = exact("0.01");
        let value = Quotient { numerator: exact("49995"), denominator: exact("100000") };
        let shown = shown_beside(value, Some(exact("0.5")), percent, 2);
        assert_eq!(shown.as_deref(), Some("49.995"));
        let on_it = Quotient { numerator: exact("1"), denominator: exact("2") };
        assert_eq!(shown_beside(on_it, Some(exact("0.5")), percent, 2).as_deref(), Some("50.00"));
    }

    #[test]
    fn two_values_that_differ_look_different() {
        let value = |numerator| Quotient { numerator: exact(numerator), denominator: exact("1000") };
        let apart = |a, b| shown_apart([value(a), value(b)], exact("1"), 2).expect("numbers");
        assert_eq!(apart("1000", "1001"), ["1.000", "1.001"]);
        assert_eq!(apart("1000", "1100"), ["1.00", "1.10"]);
        assert_eq!(apart("1000", "1000"), ["1.00", "1.00"]);
    }

    #[test]
    fn a_tiny_distance_does_not_vanish() {
        let percent = exact("0.01");
        assert_eq!(shown_distance(exact("-0.00005"), percent, 2).as_deref(), Some("-0.01"));
        assert_eq!(shown_distance(exact("-0.0000001"), percent, 2).as_deref(), Some("-0.00001"));
    }

    #[test]
    fn one_of_three_with_nine_tenths_dominates() {
        assert!(dominates(&[exact("90"), exact("5"), exact("5")]));
        assert!(!dominates(&[exact("50"), exact("30"), exact("20")]));
    }
}
