//! Figures as they might be: supposed filings, benchmarks and orders of sources, on fixtures.

use xiyuan_policy::evaluate::{Overrides, column, figure};
use xiyuan_policy::frame::{Change, Frame, FrameBuilder, Period, SubjectIx, SubjectKey, Value, differences};
use xiyuan_policy::outcome::{Outcome, RunResult};
use xiyuan_policy::package::{MissingRule, Package, Range};
use xiyuan_policy::plan::{Comparison, Expression, IndicatorIx};
use xiyuan_policy::what_if::{Filing, Hypothesis, HypothesisError};

use crate::city::{
    CITY_RATE, City, INDUSTRY, IS_LEADING, REVENUE, SHARE_LINE, YEAR, add_criterion, add_indicator, against,
    divide, exact, member, package, run, sum, sum_where,
};

/// Revenue of the leading industry over all revenue, not below half.
fn share() -> Package {
    let mut package = package();
    let share = divide(sum_where(member(REVENUE), member(IS_LEADING)), sum(member(REVENUE)));
    let share = add_indicator(&mut package, share, MissingRule::Strict);
    let line = Expression::Parameter(SHARE_LINE);
    add_criterion(&mut package, vec![against(share, Comparison::GreaterOrEqual, line)]);
    package.fields[REVENUE.index()].range = Range { min: Some(exact("0")), max: Some(exact("100")) };
    package
}

fn outcome(result: &RunResult) -> Outcome {
    result.parks[0].outcome
}

fn filing(value: Option<&str>) -> Filing {
    Filing {
        subject: SubjectKey::Enterprise("e0".to_owned()),
        field: REVENUE,
        period: YEAR,
        value: value.map(|value| Value::Number(exact(value))),
    }
}

fn suppose(package: &Package, frame: &Frame, filings: Vec<Filing>) -> Result<Outcome, HypothesisError> {
    let supposed = Hypothesis { filings, ..Hypothesis::default() }.apply(package, frame)?;
    Ok(outcome(&column::evaluate(package, &supposed, &run()).expect("in range")))
}

#[test]
fn a_supposed_filing_flips_the_park_and_leaves_the_frame_as_it_was() {
    let package = share();
    let frame = City::of_revenues(&[("40", true), ("50", false)]).frame(&package);
    assert_eq!(suppose(&package, &frame, vec![filing(Some("50"))]), Ok(Outcome::Met));
    assert_eq!(suppose(&package, &frame, vec![filing(Some("49.99"))]), Ok(Outcome::NotMet));
    assert_eq!(suppose(&package, &frame, vec![filing(None)]), Ok(Outcome::Undecided));
    let twice = vec![filing(Some("50")), filing(Some("1"))];
    assert_eq!(suppose(&package, &frame, twice), Ok(Outcome::NotMet), "the later line counts");
    assert_eq!(outcome(&column::evaluate(&package, &frame, &run()).expect("in range")), Outcome::NotMet);
}

#[test]
fn what_could_not_be_filed_cannot_be_supposed() {
    let package = share();
    let frame = City::of_revenues(&[("40", true), ("50", false)]).frame(&package);
    let field = || "enterprise.revenue".to_owned();
    let refused = |filing| suppose(&package, &frame, vec![filing]).err();
    assert_eq!(refused(filing(Some("100.01"))), Some(HypothesisError::OutOfRange { field: field() }));
    let code =
        Filing { field: INDUSTRY, value: Some(Value::Text("no-such-industry".to_owned())), ..filing(None) };
    let wrong = HypothesisError::WrongValue { field: "enterprise.industry".to_owned() };
    assert_eq!(refused(code), Some(wrong), "a code that is in no catalogue");
    assert_eq!(refused(filing(Some("1.001"))), Some(HypothesisError::WrongValue { field: field() }));
    let nobody = SubjectKey::Enterprise("nobody".to_owned());
    let of_nobody = Filing { subject: nobody, ..filing(Some("1")) };
    assert_eq!(refused(of_nobody), Some(HypothesisError::UnknownSubject { field: field() }));
    let of_park = Filing { subject: SubjectKey::Park("p0".to_owned()), ..filing(Some("1")) };
    assert_eq!(refused(of_park), Some(HypothesisError::UnknownSubject { field: field() }));
    let period = Period::Year(1999);
    let then = Filing { period, ..filing(Some("1")) };
    assert_eq!(refused(then), Some(HypothesisError::UnknownPeriod { field: field(), period }));
}

#[test]
fn a_supposed_benchmark_moves_a_threshold() {
    let mut package = share();
    let line = Expression::Benchmark { benchmark: CITY_RATE, shift: 0 };
    package.assessments[0].criteria.clear();
    add_criterion(&mut package, vec![against(IndicatorIx(0), Comparison::GreaterOrEqual, line)]);
    let frame = City::of_revenues(&[("25", true), ("75", false)]).frame(&package);
    let suppose = |value: &str| {
        let benchmarks = vec![(CITY_RATE, YEAR, Some(exact(value)))];
        Hypothesis { benchmarks, ..Hypothesis::default() }.apply(&package, &frame)
    };
    let of = |frame: &Frame| outcome(&column::evaluate(&package, frame, &run()).expect("in range"));
    assert_eq!(of(&frame), Outcome::Undecided, "nothing is published");
    assert_eq!(of(&suppose("25").expect("within its range")), Outcome::Met);
    assert_eq!(of(&suppose("25.1").expect("within its range")), Outcome::NotMet);
    assert_eq!(suppose("41").err(), Some(HypothesisError::OutOfRange { field: "全市比率".to_owned() }));
}

/// The package with revenue from three sources, and one enterprise told of by two.
fn told() -> (Package, Frame) {
    let mut package = share();
    package.fields[REVENUE.index()].sources = ["税务", "企业填报", "统计"].map(str::to_owned).to_vec();
    package.fields[REVENUE.index()].tolerance = Some(exact("0.5"));
    let mut builder = FrameBuilder::new(&package, vec![YEAR], 7);
    let park = builder.park("p0", "甲园");
    // Told in an order in which the builder renumbers them: the member comes first in the end.
    let outside = builder.enterprise("e1", "园外");
    let inside = builder.enterprise("e0", "园内");
    builder.member(YEAR, park, inside).expect("a period of the frame");
    let mut tell = |who, source, value: &str| {
        let value = Value::Number(exact(value));
        builder.set_told(SubjectIx::Enterprise(who), REVENUE, YEAR, (source, &value)).expect("a source");
    };
    tell(inside, 1, "40");
    tell(inside, 0, "50");
    tell(outside, 2, "9");
    tell(outside, 1, "9.5");
    (package.clone(), builder.finish())
}

fn total(package: &Package, frame: &Frame) -> String {
    let mut package = package.clone();
    let total = add_indicator(&mut package, sum(member(REVENUE)), MissingRule::Strict);
    let park = SubjectIx::Park(frame.find_park("p0").expect("the park"));
    let (figure, _) = figure(&package, frame, &Overrides::default(), total, park, YEAR).expect("in range");
    // Kept in 元.
    figure.known().map_or_else(|| "missing".to_owned(), |value| value.display(0))
}

#[test]
fn the_first_source_that_says_anything_counts_and_the_order_can_be_supposed() {
    let (package, frame) = told();
    assert_eq!(total(&package, &frame), "500000");
    let suppose = |order: &[u32]| {
        let precedence = vec![(REVENUE, order.to_vec())];
        Hypothesis { precedence, ..Hypothesis::default() }.apply(&package, &frame)
    };
    assert_eq!(total(&package, &suppose(&[2, 1, 0]).expect("every source once")), "400000");
    assert_eq!(total(&package, &suppose(&[2, 0, 1]).expect("every source once")), "500000");
    let wrong = HypothesisError::WrongOrder { field: "enterprise.revenue".to_owned() };
    assert_eq!(suppose(&[0, 1]).err(), Some(wrong.clone()));
    assert_eq!(suppose(&[0, 0, 1]).err(), Some(wrong));
}

#[test]
fn what_a_source_says_later_counts_in_its_turn() {
    let (package, frame) = told();
    let say = |frame: &Frame, source, value: Option<&str>| {
        let value = value.map(|value| Value::Number(exact(value)));
        let subject = SubjectKey::Enterprise("e0".to_owned());
        let change = Change::Told { subject, field: REVENUE, period: YEAR, source, value };
        frame.apply(&package, &[change], 8).expect("it fits")
    };
    assert_eq!(total(&package, &say(&frame, 1, Some("41"))), "500000", "the first one still counts");
    let taken_back = say(&frame, 0, None);
    assert_eq!(total(&package, &taken_back), "400000");
    assert_eq!(total(&package, &say(&taken_back, 1, None)), "missing", "nobody says anything");
    let unknown = Change::Told {
        subject: SubjectKey::Enterprise("e0".to_owned()),
        field: REVENUE,
        period: YEAR,
        source: 3,
        value: None,
    };
    assert!(frame.apply(&package, &[unknown], 8).is_err());
}

#[test]
fn sources_that_differ_by_more_than_the_tolerance_are_reported() {
    let (mut package, frame) = told();
    let found = differences(&package, &frame);
    assert_eq!(found.len(), 1, "9 and 9.5 differ by no more than the tolerance");
    let inside = SubjectIx::Enterprise(frame.find_enterprise("e0").expect("it is there"));
    assert_eq!((found[0].subject, found[0].gap), (inside, Some(exact("10"))));
    let said: Vec<u32> = found[0].said.iter().map(|(source, _)| *source).collect();
    assert_eq!(said, [0, 1]);
    assert_eq!(frame.told(REVENUE, YEAR, inside, 1), Some(&Value::Number(exact("40"))));
    package.fields[REVENUE.index()].tolerance = None;
    assert_eq!(differences(&package, &frame).len(), 2, "without a tolerance every difference counts");
}

#[test]
fn a_supposed_filing_counts_whatever_the_order_of_the_sources() {
    let (package, frame) = told();
    let hypothesis = Hypothesis {
        filings: vec![filing(Some("3"))],
        precedence: vec![(REVENUE, vec![1, 0, 2])],
        ..Hypothesis::default()
    };
    assert!(!hypothesis.is_empty() && Hypothesis::default().is_empty());
    assert_eq!(total(&package, &hypothesis.apply(&package, &frame).expect("it fits")), "30000");
}
