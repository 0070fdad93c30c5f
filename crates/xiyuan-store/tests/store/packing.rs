//! Packed rows: what goes in comes out, and damaged rows are refused.

use jiff::civil::Date;
use proptest::prelude::*;
use xiyuan_policy::number::Exact;
use xiyuan_store::packing::{Value, pack, unpack};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (any::<i128>(), 0_u32..=38).prop_map(|(mantissa, scale)| Value::Number(Exact { mantissa, scale })),
        (-1_000_000_i128..1_000_000, 0_u32..=4)
            .prop_map(|(mantissa, scale)| Value::Number(Exact { mantissa, scale })),
        ".{0,40}".prop_map(Value::Text),
        "[A-Z0-9.]{0,12}".prop_map(Value::Code),
        (-9999_i16..=9999, 1_i8..=12, 1_i8..=28)
            .prop_map(|(year, month, day)| Value::Date(Date::new(year, month, day).expect("date"))),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Missing),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn unpacking_gives_back_what_was_packed(values in proptest::collection::btree_map(any::<u32>(), value(), 0..80)) {
        let values: Vec<(u32, Value)> = values.into_iter().collect();
        let mut shuffled = values.clone();
        shuffled.reverse();
        let bytes = pack(&shuffled).expect("packs");
        prop_assert_eq!(unpack(&bytes).expect("unpacks"), values);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = unpack(&bytes);
    }
}

#[test]
fn last_days_of_months_keep_their_day() {
    for day in
        [Date::new(2024, 2, 29), Date::new(2025, 12, 31), Date::new(-1, 1, 31)].map(|d| d.expect("date"))
    {
        let bytes = pack(&[(1, Value::Date(day))]).expect("packs");
        assert_eq!(unpack(&bytes).expect("unpacks"), [(1, Value::Date(day))]);
    }
}

#[test]
fn a_row_of_sixty_figures_is_small() {
    let values: Vec<(u32, Value)> =
        (1..=60).map(|n| (n, Value::Number(Exact { mantissa: 1_234_567, scale: 2 }))).collect();
    assert!(pack(&values).expect("packs").len() < 400);
}

#[test]
fn more_decimals_than_the_encoding_has_are_refused() {
    assert!(pack(&[(1, Value::Number(Exact { mantissa: 1, scale: 39 }))]).is_err());
}
