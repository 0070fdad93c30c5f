//! Exact numbers and quotients at their edges.

use std::cmp::Ordering;
use std::collections::HashSet;

use proptest::prelude::*;
use xiyuan_policy::number::{Exact, ParseExactError, Quotient, Total};
use xiyuan_policy::plan::Rounding;

use crate::city::exact;

#[test]
fn only_plain_decimals_are_read() {
    for text in ["0", "-0", "12.50", "-3", "0.001", "99999999999999999999999999999999999999"] {
        assert!(Exact::parse(text).is_ok(), "{text}");
    }
    for text in [
        "", "-", "+1", "1.", ".5", "1e3", "1,000", " 1", "1 ", "007", "-01.5", "１２", "0x1", "1.2.3", "--1",
        "NaN",
    ] {
        assert!(matches!(Exact::parse(text), Err(ParseExactError::Malformed { .. })), "{text}");
    }
    let too_long = format!("0.{}", "1".repeat(39));
    assert!(matches!(Exact::parse(&too_long), Err(ParseExactError::TooLong { .. })));
    assert!(matches!(Exact::parse(&"9".repeat(40)), Err(ParseExactError::TooLong { .. })));
}

#[test]
fn value_decides_equality_and_hash_but_the_text_is_kept() {
    let [short, long] = ["1.5", "1.500"].map(exact);
    assert_eq!(short, long);
    assert_eq!(HashSet::from([short, long]).len(), 1);
    assert_eq!((short.to_string(), long.to_string()), ("1.5".to_owned(), "1.500".to_owned()));
    assert_eq!(exact("-0.05").to_string(), "-0.05");
}

#[test]
fn more_decimals_than_declared_are_refused_and_never_rounded() {
    assert_eq!(exact("1.50").rescale_exact(1), Some(exact("1.5")));
    assert_eq!(exact("1.55").rescale_exact(1), None);
    assert_eq!(exact("7").rescale_exact(3).map(|number| number.to_string()), Some("7.000".to_owned()));
}

#[test]
fn the_four_roundings_differ_at_the_half_and_by_sign() {
    let rounded = |text: &str| {
        [Rounding::HalfAwayFromZero, Rounding::HalfEven, Rounding::Floor, Rounding::Ceiling]
            .map(|mode| Quotient::of(exact(text)).rounded(1, mode).expect("small").to_string())
    };
    assert_eq!(rounded("0.25"), ["0.3", "0.2", "0.2", "0.3"]);
    assert_eq!(rounded("-0.25"), ["-0.3", "-0.2", "-0.3", "-0.2"]);
    assert_eq!(rounded("0.35"), ["0.4", "0.4", "0.3", "0.4"]);
    assert_eq!(rounded("0.349"), ["0.3", "0.3", "0.3", "0.4"]);
    assert_eq!(rounded("2"), ["2.0", "2.0", "2.0", "2.0"]);
    let to_even = |text: &str| exact(text).round(0, Rounding::HalfEven).to_string();
    assert_eq!(["0.5", "1.5", "2.5", "-2.5", "3.5"].map(to_even), ["0", "2", "2", "-2", "4"]);
}

#[test]
fn a_quotient_is_compared_without_being_divided_out() {
    let third = Quotient::new(exact("1"), exact("3")).expect("not zero");
    let near = Quotient::of(exact("0.33333333333333333333333333333333333333"));
    assert_eq!(third.cmp(&near), Ordering::Greater);
    assert_eq!(Quotient::new(exact("-2"), exact("-6")), Some(third));
    assert_eq!(third.to_inner(), Some(exact("0.333333333333333333")));
    assert_eq!(third.display(2), "0.33");
    assert_eq!(Quotient::new(exact("1"), Exact::ZERO), None);
}

#[test]
fn comparison_never_overflows() {
    let largest = Exact::new(i128::MAX, 0).expect("in range");
    let smallest = Exact::new(1, 38).expect("in range");
    let huge = Quotient::new(largest, smallest).expect("not zero");
    let tiny = Quotient::new(smallest, largest).expect("not zero");
    assert!(huge > tiny && tiny > Quotient::ZERO && huge.negated() < tiny.negated());
    assert_eq!(huge.cmp(&huge), Ordering::Equal);
    assert_eq!(huge.rounded(0, Rounding::Floor), None);
    assert_eq!(tiny.display(4), "0.0000");
}

#[test]
fn overflow_is_a_property_of_the_value_and_not_of_its_decimals() {
    let wide = Exact::new(10_i128.pow(37), 38).expect("in range");
    assert_eq!(wide.checked_mul(exact("10.00")), Some(exact("1")));
    let largest = Exact::new(i128::MAX, 0).expect("in range");
    assert_eq!(largest.checked_add(Exact::ONE), None);
    assert_eq!(largest.checked_add(exact("0.00")), Some(largest));
    let mut total = Total::default();
    for part in [largest, largest, largest.negated(), exact("0.5"), exact("-0.50")] {
        total.add(part);
    }
    assert_eq!(total.finish(), Some(largest), "only the total counts");
}

#[test]
fn numbers_travel_as_texts() {
    let text = serde_json::to_string(&exact("-12.5")).expect("it serialises");
    assert_eq!(text, "\"-12.5\"");
    assert_eq!(serde_json::from_str::<Exact>(&text).expect("it reads back"), exact("-12.5"));
    assert!(serde_json::from_str::<Exact>("12.5").is_err(), "a JSON number may have been a float");
}

fn any_exact() -> impl Strategy<Value = Exact> {
    (any::<i64>(), 0_u32..12).prop_map(|(mantissa, scale)| Exact { mantissa: mantissa.into(), scale })
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_reads_back(number in any_exact()) {
        let read = exact(&number.to_string());
        prop_assert_eq!((read.mantissa, read.scale), (number.mantissa, number.scale));
    }

    #[test]
    fn a_product_divides_back(a in any_exact(), b in any_exact()) {
        prop_assume!(!b.is_zero());
        let product = a.checked_mul(b).expect("64 by 64 bits fit");
        prop_assert_eq!(product.div_exact(b), Some(a));
        prop_assert_eq!(Quotient::new(product, b), Some(Quotient::of(a)));
    }

    #[test]
    fn sums_and_differences_undo_each_other(a in any_exact(), b in any_exact()) {
        let sum = a.checked_add(b).expect("small");
        prop_assert_eq!(sum.checked_sub(b), Some(a));
        let difference = Quotient::of(a).checked_sub(Quotient::of(b)).expect("small");
        prop_assert_eq!(Some(difference), a.checked_sub(b).map(Quotient::of));
    }

    #[test]
    fn order_is_that_of_the_differences(a in any_exact(), b in any_exact(), c in any_exact(), d in any_exact()) {
        prop_assume!(!b.is_zero() && !d.is_zero());
        let (one, two) = (Quotient::new(a, b).expect("not zero"), Quotient::new(c, d).expect("not zero"));
        let cross = a.checked_mul(d).zip(c.checked_mul(b)).expect("64 by 64 bits fit");
        let turned = b.is_negative() != d.is_negative();
        prop_assert_eq!(one.cmp(&two), if turned { cross.1.cmp(&cross.0) } else { cross.0.cmp(&cross.1) });
    }

    #[test]
    fn rounding_is_off_by_at_most_half_a_unit(a in any_exact(), b in any_exact()) {
        prop_assume!(!b.is_zero());
        let quotient = Quotient::new(a, b).expect("not zero");
        if let Some(rounded) = quotient.rounded(6, Rounding::HalfAwayFromZero) {
            let off = quotient.checked_sub(Quotient::of(rounded)).map(Quotient::absolute);
            prop_assert!(off.is_some_and(|off| off <= Quotient::of(exact("0.0000005"))));
        }
    }
}
