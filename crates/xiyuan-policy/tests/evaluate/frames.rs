//! What a frame takes, refuses and tells.

use jiff::civil::date;
use xiyuan_policy::evaluate::{Overrides, figure};
use xiyuan_policy::frame::{Cell, FrameBuilder, FrameError, Period, SubjectIx, Value};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::outcome::{Figure, Missing};
use xiyuan_policy::package::MissingRule;

use crate::city::{
    AREA, FOUNDED, INDUSTRY, IS_LEADING, LAND, OUTPUT, REVENUE, YEAR, add_indicator, divide, exact, own,
    package,
};

#[test]
fn a_frame_refuses_what_does_not_fit_its_fields() {
    let package = package();
    let mut builder = FrameBuilder::new(&package, vec![YEAR], 1);
    let one = SubjectIx::Enterprise(builder.enterprise("e", "企业"));
    let decimals = builder.set_number(one, REVENUE, YEAR, exact("1.005"));
    assert_eq!(
        decimals,
        Err(FrameError::TooManyDecimals { field: "enterprise.revenue".to_owned(), declared: 2 })
    );
    let shape = builder.set(one, REVENUE, YEAR, &Value::Bool(true));
    assert_eq!(shape, Err(FrameError::WrongShape { field: "enterprise.revenue".to_owned() }));
    let period = Period::Year(1999);
    assert_eq!(builder.set_number(one, REVENUE, period, Exact::ONE), Err(FrameError::UnknownPeriod(period)));
}

#[test]
fn every_shape_reads_back_and_what_was_not_set_is_missing() {
    let package = package();
    let mut builder = FrameBuilder::new(&package, vec![YEAR], 42);
    let park = builder.park("p", "园");
    let [first, second] = ["a", "b"].map(|id| builder.enterprise(id, id));
    builder.member(YEAR, park, second).expect("the period is there");
    builder.member(YEAR, park, second).expect("told twice, counted once");
    let of = SubjectIx::Enterprise(second);
    let values = [
        (REVENUE, Value::Number(exact("12345678901234567890.5"))),
        (IS_LEADING, Value::Bool(false)),
        (INDUSTRY, Value::Text("ic".to_owned())),
        (FOUNDED, Value::Date(date(2001, 2, 28))),
    ];
    for (field, value) in &values {
        builder.set(of, *field, YEAR, value).expect("it fits");
    }
    builder.set_number(SubjectIx::Enterprise(first), REVENUE, YEAR, Exact::ZERO).expect("it fits");
    let frame = builder.finish();
    assert_eq!(frame.known(), 42);
    assert_eq!(frame.members(YEAR, park).len(), 1);
    let of = SubjectIx::Enterprise(frame.find_enterprise("b").expect("it is there"));
    assert_eq!(frame.cell(REVENUE, YEAR, of), Cell::Number(exact("12345678901234567890.50")));
    assert_eq!(frame.cell(IS_LEADING, YEAR, of), Cell::Bool(false));
    assert_eq!(frame.cell(INDUSTRY, YEAR, of), Cell::Text("ic"));
    assert_eq!(frame.cell(FOUNDED, YEAR, of), Cell::Date(date(2001, 2, 28)));
    assert_eq!(frame.cell(LAND, YEAR, of), Cell::Missing);
    let other = SubjectIx::Enterprise(frame.find_enterprise("a").expect("it is there"));
    assert_eq!(frame.cell(REVENUE, YEAR, other), Cell::Number(Exact::ZERO), "a filed zero is not missing");
    assert_eq!(frame.cell(IS_LEADING, YEAR, other), Cell::Missing);
    assert_eq!(frame.cell(AREA, YEAR, SubjectIx::Park(park)), Cell::Missing);
}

#[test]
fn months_count_back_over_the_turn_of_the_year_and_end_on_their_last_day() {
    assert_eq!(Period::Month(2024, 2).earlier(3), Period::Month(2023, 11));
    assert_eq!(Period::Month(2024, 2).last_day(), date(2024, 2, 29));
    assert_eq!(Period::Year(2024).earlier(1), Period::Year(2023));
    assert_eq!(Period::Year(2024).last_day(), date(2024, 12, 31));
    assert_eq!(Period::Month(2024, 2).to_string(), "2024-02");
}

#[test]
fn an_enterprise_has_figures_of_its_own() {
    let mut package = package();
    let per_land = add_indicator(&mut package, divide(own(OUTPUT), own(LAND)), MissingRule::Strict);
    let mut builder = FrameBuilder::new(&package, vec![YEAR], 1);
    let one = SubjectIx::Enterprise(builder.enterprise("e", "企业"));
    builder.set_number(one, OUTPUT, YEAR, exact("30")).expect("it fits");
    builder.set_number(one, LAND, YEAR, exact("20")).expect("it fits");
    let two = SubjectIx::Enterprise(builder.enterprise("f", "企业"));
    builder.set_number(two, OUTPUT, YEAR, exact("30")).expect("it fits");
    let frame = builder.finish();
    let of = |subject| {
        figure(&package, &frame, &Overrides::default(), per_land, subject, YEAR).expect("it runs").0
    };
    // 30 万元 over 20 m² = 0.03 亩.
    assert_eq!(of(one).known(), Some(Quotient::of(exact("10000000"))));
    let Figure::Missing { missing, bounds } = of(two) else { panic!("no land was filed") };
    assert_eq!(missing, [Missing::Figure { subject: two, field: LAND, period: YEAR }]);
    // From 1 to 40 m².
    assert_eq!(bounds.low, Some(Quotient::of(exact("5000000"))));
    assert_eq!(bounds.high, Some(Quotient::of(exact("200000000"))));
}
