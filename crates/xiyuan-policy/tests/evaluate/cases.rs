//! The cases officials ask about, one by one.

use xiyuan_policy::evaluate::{EvaluationError, Overrides, column, figure, naive, one_criterion, one_park};
use xiyuan_policy::frame::{ParkIx, Period, SubjectIx, Value};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::outcome::{CriterionOutcome, Figure, Missing, Outcome, Undefined};
use xiyuan_policy::package::{Fact, MissingRule, Package, Test};
use xiyuan_policy::plan::{
    AggregateFunction, Arithmetic, Comparison, Expression, FactIx, IndicatorIx, Of, ParameterIx,
};
use xiyuan_policy::receipt::receipt;
use xiyuan_policy::trace::{Counted, trace};
use xiyuan_policy::what_if::flips;

use crate::city::{
    AREA, CITY_RATE, City, IS_LEADING, OUTPUT, REVENUE, SHARE_LINE, STAFF, Who, YEAR, add_criterion,
    add_indicator, against, aggregate, arithmetic, cells, count_where, divide, exact, member, number, own,
    package, run, sum, sum_where,
};

const PARK: ParkIx = ParkIx(0);

fn revenue_share() -> Expression {
    divide(sum_where(member(REVENUE), member(IS_LEADING)), sum(member(REVENUE)))
}

/// Share of the leading industry in revenue: not below the line, or in another reading above it.
fn share_package() -> Package {
    let mut package = package();
    let share = add_indicator(&mut package, revenue_share(), MissingRule::Strict);
    let line = Expression::Parameter(SHARE_LINE);
    let readings = [Comparison::GreaterOrEqual, Comparison::Greater];
    add_criterion(&mut package, readings.map(|op| against(share, op, line.clone())).to_vec());
    package
}

fn of_reading(package: &Package, city: &City, reading: usize) -> CriterionOutcome {
    let frame = city.frame(package);
    let mut run = run();
    run.overrides.readings.insert(package.assessments[0].criteria[0], reading);
    let slow = naive::evaluate(package, &frame, &run).expect("it runs");
    let fast = column::evaluate(package, &frame, &run).expect("it runs");
    assert_eq!(slow, fast);
    fast.parks[0].criteria[0].clone()
}

fn default(package: &Package, city: &City) -> CriterionOutcome {
    of_reading(package, city, 0)
}

#[test]
fn exactly_fifty_percent_meets_not_below_and_fails_above() {
    let package = share_package();
    let city = City::of_revenues(&[("31.25", true), ("18.75", true), ("50", false)]);
    assert_eq!(of_reading(&package, &city, 0).test.outcome, Outcome::Met);
    assert_eq!(of_reading(&package, &city, 1).test.outcome, Outcome::NotMet);
    let measured = default(&package, &city).test.measured.expect("an indicator test");
    assert_eq!(measured.distance, Some(Exact::ZERO));
}

#[test]
fn just_below_fifty_percent_is_not_rounded_up() {
    let package = share_package();
    let city = City::of_revenues(&[("99.99", true), ("100.01", false)]);
    let outcome = default(&package, &city);
    assert_eq!(outcome.test.outcome, Outcome::NotMet);
    let value = outcome.test.measured.and_then(|of| of.figure.known()).expect("everything was filed");
    assert_eq!(value.shown(exact("0.01"), 3), Some(exact("49.995")));
    assert_eq!(value.shown(exact("0.01"), 1), Some(exact("50.0")), "only the display rounds");
}

#[test]
fn a_park_with_one_giant_passes_by_revenue_and_fails_by_count() {
    let mut package = share_package();
    let count = divide(count_where(Some(member(IS_LEADING))), count_where(None));
    let count = add_indicator(&mut package, count, MissingRule::Strict);
    let line = Expression::Parameter(SHARE_LINE);
    add_criterion(&mut package, vec![against(count, Comparison::GreaterOrEqual, line)]);
    let city = City::of_revenues(&[("90", true), ("3", false), ("3", false), ("4", false)]);
    let outcome = one_park(&package, &city.frame(&package), &run(), PARK).expect("it runs");
    let outcomes: Vec<Outcome> = outcome.criteria.iter().map(|criterion| criterion.test.outcome).collect();
    assert_eq!(outcomes, [Outcome::Met, Outcome::NotMet]);
    assert_eq!(outcome.outcome, Outcome::NotMet);
}

#[test]
fn a_deleted_filing_leaves_it_undecided_only_if_it_could_cross() {
    let package = share_package();
    let city = City::of_revenues(&[("100", true), ("100", true), ("30", false), ("10", false)]);
    // At most 100 more on the other side: 200 of 330 stays above half.
    let safe = city.without(Who::Enterprise(3), REVENUE);
    let outcome = default(&package, &safe);
    assert_eq!(outcome.test.outcome, Outcome::Met);
    assert!(!outcome.test.could_change);
    assert_eq!(cells(&safe.frame(&package), &outcome.test.missing).len(), 1, "it is named all the same");
    // Without one of the leading ones it may be 100 of 140 (met) or, both others at 100, less.
    let open = safe.without(Who::Enterprise(0), REVENUE).without(Who::Enterprise(2), REVENUE);
    let outcome = default(&package, &open);
    assert_eq!(outcome.test.outcome, Outcome::Undecided);
    assert!(outcome.test.could_change);
    let named = cells(&open.frame(&package), &outcome.test.missing);
    let expected = [0, 2, 3].map(|position| (Who::Enterprise(position), REVENUE, YEAR));
    assert_eq!(named, expected.into_iter().collect());
}

#[test]
fn a_missing_figure_is_bounded_and_never_zero() {
    let package = share_package();
    let city = City::of_revenues(&[("60", true), ("40", false)]).without(Who::Enterprise(1), REVENUE);
    let measured = default(&package, &city).test.measured.expect("an indicator test");
    let Figure::Missing { bounds, .. } = measured.figure else { panic!("{:?}", measured.figure) };
    // With zero it would be 100 %; with the most that is admissible it is 60 of 160.
    assert_eq!(bounds.high, Some(Quotient::of(Exact::ONE)));
    assert_eq!(bounds.low, Quotient::new(exact("60"), exact("160")));
    assert!(!bounds.is_wide);
    assert_eq!((measured.coverage.reported, measured.coverage.expected), (1, 2));
}

#[test]
fn an_unknown_industry_counts_on_one_side_or_the_other_but_not_on_both() {
    let package = share_package();
    let city = City::of_revenues(&[("60", true), ("20", true), ("20", false)]);
    let outcome = default(&package, &city.without(Who::Enterprise(1), IS_LEADING));
    assert_eq!(outcome.test.outcome, Outcome::Met, "60 of 100 is enough");
    let Some(Figure::Missing { bounds, .. }) = outcome.test.measured.map(|of| of.figure) else { panic!() };
    assert_eq!(
        (bounds.low, bounds.high),
        (Quotient::new(exact("60"), exact("100")), Quotient::new(exact("80"), exact("100")))
    );
}

#[test]
fn a_share_with_an_unbounded_missing_figure_is_still_a_share() {
    let mut package = package();
    let staff = divide(sum_where(member(STAFF), member(IS_LEADING)), sum(member(STAFF)));
    let share = add_indicator(&mut package, staff, MissingRule::Strict);
    add_criterion(&mut package, vec![against(share, Comparison::Greater, number("1"))]);
    let mut city = City::of_revenues(&[("1", true), ("1", false), ("1", true)]);
    city.set(Who::Enterprise(0), STAFF, Value::Number(exact("30")));
    city.set(Who::Enterprise(1), STAFF, Value::Number(exact("10")));
    let outcome = default(&package, &city);
    assert_eq!(outcome.test.outcome, Outcome::NotMet, "a part is never more than the whole");
    let Some(Figure::Missing { bounds, .. }) = outcome.test.measured.map(|of| of.figure) else { panic!() };
    assert_eq!(bounds.low, Quotient::new(exact("3"), exact("4")));
    assert_eq!(bounds.high, Some(Quotient::of(Exact::ONE)));
    assert!(!bounds.is_wide);
}

#[test]
fn an_empty_sum_is_zero_and_a_share_of_it_has_no_value() {
    let mut package = share_package();
    let total = add_indicator(&mut package, sum(member(REVENUE)), MissingRule::Strict);
    let mean = aggregate(AggregateFunction::Avg, Some(member(REVENUE)), None);
    let mean = add_indicator(&mut package, mean, MissingRule::Strict);
    let city = City::new(1, 0, vec![YEAR]);
    let outcome = default(&package, &city);
    assert_eq!(outcome.test.outcome, Outcome::Undecided);
    assert_eq!(outcome.test.undefined, Some(Undefined::DivisionByZero));
    assert!(!outcome.test.could_change);
    let frame = city.frame(&package);
    let of = |indicator| {
        figure(&package, &frame, &Overrides::default(), indicator, SubjectIx::Park(PARK), YEAR)
            .expect("it runs")
            .0
    };
    assert_eq!(of(total), Figure::Known { value: Quotient::ZERO });
    assert_eq!(of(mean), Figure::Undefined { reason: Undefined::EmptyAggregate, missing: Vec::new() });
}

#[test]
fn looking_back_to_a_period_without_members_gives_no_value_instead_of_zero() {
    let mut package = package();
    let now = add_indicator(&mut package, sum(member(REVENUE)), MissingRule::Strict);
    let before = Expression::Indicator { indicator: now, of: Of::Subject, shift: 1 };
    let current = Expression::Indicator { indicator: now, of: Of::Subject, shift: 0 };
    let growth = arithmetic(Arithmetic::Subtract, current, before);
    let growth = add_indicator(&mut package, growth, MissingRule::Strict);
    add_criterion(&mut package, vec![against(growth, Comparison::Greater, number("0"))]);
    let outcome = default(&package, &City::of_revenues(&[("5", true)]));
    assert_eq!(outcome.test.outcome, Outcome::Undecided);
    assert_eq!(outcome.test.undefined, Some(Undefined::PeriodNotLoaded));
}

#[test]
fn a_covered_figure_is_computed_from_what_is_there_and_refused_below_its_coverage() {
    let mut package = package();
    let rule = MissingRule::Covered { min_coverage: exact("0.75") };
    let share = add_indicator(&mut package, revenue_share(), rule);
    add_criterion(&mut package, vec![against(share, Comparison::GreaterOrEqual, number("0.5"))]);
    let city = City::of_revenues(&[("60", true), ("20", false), ("20", false), ("50", true)]);
    let most = city.without(Who::Enterprise(1), REVENUE);
    let outcome = default(&package, &most);
    assert_eq!(outcome.test.outcome, Outcome::Met);
    let measured = outcome.test.measured.expect("an indicator test");
    assert_eq!(measured.figure.known(), Quotient::new(exact("110"), exact("130")));
    assert_eq!((measured.coverage.reported, measured.coverage.expected), (3, 4));
    let half = default(&package, &most.without(Who::Enterprise(2), REVENUE));
    assert_eq!(half.test.outcome, Outcome::Undecided);
    assert!(half.test.could_change);
}

#[test]
fn a_missing_benchmark_leaves_it_open_unless_its_bounds_decide() {
    let mut package = package();
    let area = add_indicator(&mut package, own(AREA), MissingRule::Strict);
    let line = Expression::Benchmark { benchmark: CITY_RATE, shift: 0 };
    add_criterion(&mut package, vec![against(area, Comparison::GreaterOrEqual, line)]);
    let with_area = |area: &str| {
        let mut city = City::new(1, 0, vec![YEAR]);
        city.set(Who::Park(0), AREA, Value::Number(exact(area)));
        default(&package, &city).test
    };
    let owed = Missing::Benchmark { benchmark: CITY_RATE, period: YEAR };
    let open = with_area("0.25");
    assert_eq!((open.outcome, open.could_change, open.missing), (Outcome::Undecided, true, vec![owed]));
    let above = with_area("0.40");
    assert_eq!((above.outcome, above.could_change, above.missing), (Outcome::Met, false, vec![owed]));
}

#[test]
fn groups_follow_three_valued_logic_and_name_what_is_not_judged() {
    let mut package = share_package();
    package.facts.push(Fact {
        id: "operator.registered".to_owned(),
        name: "依法注册".to_owned(),
        judged_by: "district_officer".to_owned(),
        clause: "1.3.4".to_owned(),
    });
    let fact = || Test::Fact { fact: FactIx(0) };
    let share = || against(IndicatorIx(0), Comparison::GreaterOrEqual, number("0.5"));
    let all = add_criterion(&mut package, vec![Test::All { tests: vec![fact(), share()] }]);
    let any = add_criterion(&mut package, vec![Test::Any { tests: vec![fact(), share()] }]);
    let outcome = |city: &City, criterion| {
        one_criterion(&package, &city.frame(&package), &run(), criterion, PARK).expect("it runs").test
    };
    let enough = City::of_revenues(&[("60", true), ("40", false)]);
    let little = City::of_revenues(&[("40", true), ("60", false)]);
    let open = outcome(&enough, all);
    assert_eq!((open.outcome, open.could_change), (Outcome::Undecided, true));
    assert_eq!(open.missing, [Missing::Fact { fact: FactIx(0) }]);
    assert_eq!(outcome(&little, all).outcome, Outcome::NotMet);
    assert_eq!(outcome(&enough, any).outcome, Outcome::Met);
    assert_eq!(outcome(&little, any).outcome, Outcome::Undecided);
}

#[test]
fn an_enterprise_in_two_parks_counts_in_both_and_a_mover_where_it_was() {
    let mut package = package();
    let total = add_indicator(&mut package, sum(member(REVENUE)), MissingRule::Strict);
    let last_year = Period::Year(2023);
    let mut city = City::new(2, 2, vec![last_year, YEAR]);
    for period in [last_year, YEAR] {
        for enterprise in 0..2 {
            let key = (Who::Enterprise(enterprise), REVENUE, period);
            city.cells.insert(key, Value::Number(exact(["10", "7"][enterprise])));
        }
    }
    // 0 moves from park 0 to park 1; 1 sits in both.
    city.members.extend([(last_year, 0, 0), (YEAR, 1, 0)]);
    city.members.extend([(last_year, 0, 1), (last_year, 1, 1), (YEAR, 0, 1), (YEAR, 1, 1)]);
    let frame = city.frame(&package);
    let of = |park, period| {
        let subject = SubjectIx::Park(ParkIx(park));
        let (figure, _) =
            figure(&package, &frame, &Overrides::default(), total, subject, period).expect("it runs");
        figure.known().and_then(|value| value.shown(exact("10000"), 0)).expect("complete").to_string()
    };
    assert_eq!([of(0, last_year), of(1, last_year), of(0, YEAR), of(1, YEAR)], ["17", "7", "7", "17"]);
}

#[test]
fn a_moved_threshold_lists_exactly_the_parks_that_flip() {
    let package = share_package();
    let mut city = City::new(3, 6, vec![YEAR]);
    for (park, leading) in [45, 55, 65].into_iter().enumerate() {
        for (position, (revenue, is_leading)) in
            [(leading, true), (100 - leading, false)].into_iter().enumerate()
        {
            let enterprise = 2 * park + position;
            city.members.insert((YEAR, park, enterprise));
            city.set(Who::Enterprise(enterprise), REVENUE, Value::Number(Exact::integer(revenue)));
            city.set(Who::Enterprise(enterprise), IS_LEADING, Value::Bool(is_leading));
        }
    }
    let frame = city.frame(&package);
    let before = column::evaluate(&package, &frame, &run()).expect("it runs");
    let mut moved = run();
    moved.overrides = Overrides::resolve(&package, [("share_line", exact("60"))], []).expect("it exists");
    let after = column::evaluate(&package, &frame, &moved).expect("it runs");
    let flipped = flips(&before, &after);
    assert_eq!(flipped.len(), 1);
    assert_eq!(
        (flipped[0].park, flipped[0].before, flipped[0].after),
        (ParkIx(1), Outcome::Met, Outcome::NotMet)
    );
    let distance = after.parks[1].criteria[0].test.measured.as_ref().and_then(|of| of.distance);
    assert_eq!(distance, Some(exact("-0.05")));
    assert_ne!(
        receipt(&package, &frame, &run(), &before.parks),
        receipt(&package, &frame, &moved, &after.parks)
    );
    assert_eq!(
        receipt(&package, &frame, &run(), &before.parks),
        receipt(&package, &frame, &run(), &naive::evaluate(&package, &frame, &run()).expect("it runs").parks)
    );
}

#[test]
fn unknown_names_of_overrides_are_refused() {
    let package = share_package();
    let refused = Overrides::resolve(&package, [("share_lime", exact("60"))], []);
    assert_eq!(refused, Err(EvaluationError::UnknownParameter("share_lime".to_owned())));
    let refused = Overrides::resolve(&package, [], [("criterion-0", "strictest")]);
    assert!(matches!(refused, Err(EvaluationError::UnknownReading { .. })));
}

#[test]
fn a_count_of_a_field_is_opened_as_a_count_and_not_as_a_sum() {
    let mut package = package();
    let counted = aggregate(AggregateFunction::Count, Some(member(REVENUE)), None);
    let count = add_indicator(&mut package, counted, MissingRule::Strict);
    let frame = City::of_revenues(&[("31.25", true), ("18.75", false), ("50", false)]).frame(&package);
    let subject = SubjectIx::Park(PARK);
    let opened = trace(&package, &frame, &Overrides::default(), count, subject, YEAR).expect("it runs");
    assert_eq!(opened.figure.known(), Some(Quotient::of(exact("3"))));
    assert_eq!(opened.aggregates[0].value, Some(exact("3")));
}

#[test]
fn the_parts_of_a_trace_re_add_to_the_figure() {
    let package = share_package();
    let city = City::of_revenues(&[("31.25", true), ("18.75", true), ("50", false), ("7", false)]);
    let frame = city.frame(&package);
    let subject = SubjectIx::Park(PARK);
    let opened =
        trace(&package, &frame, &Overrides::default(), IndicatorIx(0), subject, YEAR).expect("it runs");
    assert_eq!(opened.aggregates.len(), 2);
    for (position, aggregate) in opened.aggregates.iter().enumerate() {
        let parts = opened.members.iter().map(|member| member.parts[position]);
        let sum = parts
            .filter(|(counted, _)| *counted == Counted::In)
            .filter_map(|(_, value)| value)
            .try_fold(Exact::ZERO, Exact::checked_add);
        assert_eq!(sum, aggregate.value);
    }
    let Figure::Known { value } = opened.figure else { panic!("everything was filed") };
    let [top, below] = [0, 1].map(|position: usize| opened.aggregates[position].value.expect("complete"));
    assert_eq!(Some(value), Quotient::new(top, below));

    let city = city.without(Who::Enterprise(3), REVENUE).without(Who::Enterprise(1), IS_LEADING);
    let opened = trace(&package, &city.frame(&package), &Overrides::default(), IndicatorIx(0), subject, YEAR)
        .expect("it runs");
    let counted: Vec<Counted> = opened.members.iter().map(|member| member.parts[0].0).collect();
    assert_eq!(counted, [Counted::In, Counted::Unknown, Counted::Out, Counted::Out]);
    assert_eq!(opened.aggregates[1].value, None);
    assert_eq!(opened.aggregates[1].missing, 1);
}

#[test]
fn the_trace_of_a_covered_figure_re_adds_without_those_left_out() {
    let mut package = package();
    let rule = MissingRule::Covered { min_coverage: exact("0.5") };
    let share = add_indicator(&mut package, revenue_share(), rule);
    let city = City::of_revenues(&[("60", true), ("20", false), ("50", true)]);
    let city = city.without(Who::Enterprise(1), REVENUE);
    let subject = SubjectIx::Park(PARK);
    let opened =
        trace(&package, &city.frame(&package), &Overrides::default(), share, subject, YEAR).expect("it runs");
    let values: Vec<_> = opened.aggregates.iter().map(|aggregate| aggregate.value).collect();
    assert_eq!(values, [Some(exact("1100000")), Some(exact("1100000"))]);
    let left_out = &opened.members[1];
    assert!(left_out.parts.iter().all(|part| *part == (Counted::Out, None)));
    assert_eq!(left_out.missing.len(), 1, "but it is named");
}

#[test]
fn the_trace_of_a_growth_opens_both_years_with_their_own_members() {
    let mut package = package();
    let total = add_indicator(&mut package, sum(member(REVENUE)), MissingRule::Strict);
    let of = |shift| Expression::Indicator { indicator: total, of: Of::Subject, shift };
    let growth = divide(arithmetic(Arithmetic::Subtract, of(0), of(1)), of(1));
    let growth = add_indicator(&mut package, growth, MissingRule::Strict);
    let last_year = Period::Year(2023);
    let mut city = City::new(1, 2, vec![last_year, YEAR]);
    city.members.extend([(last_year, 0, 0), (YEAR, 0, 0), (YEAR, 0, 1)]);
    for (enterprise, period, revenue) in [(0, last_year, "40"), (0, YEAR, "42"), (1, YEAR, "8")] {
        city.cells.insert((Who::Enterprise(enterprise), REVENUE, period), Value::Number(exact(revenue)));
    }
    let subject = SubjectIx::Park(PARK);
    let opened = trace(&package, &city.frame(&package), &Overrides::default(), growth, subject, YEAR)
        .expect("it runs");
    assert_eq!(opened.figure.known(), Some(Quotient::of(exact("0.25"))));
    let sums: Vec<_> = opened.aggregates.iter().map(|of| (of.period, of.value, of.counted)).collect();
    assert_eq!(sums, [(YEAR, Some(exact("500000")), 2), (last_year, Some(exact("400000")), 1)]);
    assert_eq!(opened.members[1].parts[1], (Counted::Out, None), "it came this year");
}

#[test]
fn numbers_beyond_64_bits_add_up_exactly_and_beyond_128_bits_are_refused_by_name() {
    let mut package = package();
    package.units.insert("元".to_owned(), package.units["元"].clone());
    let total = add_indicator(&mut package, sum(member(REVENUE)), MissingRule::Strict);
    add_criterion(&mut package, vec![against(total, Comparison::Greater, number("0"))]);
    let big = "99999999999999999999999999999.99";
    let city = City::of_revenues(&[(big, true), (big, false), ("0.01", true)]);
    let outcome = default(&package, &city);
    let value = outcome.test.measured.and_then(|of| of.figure.known()).expect("complete");
    assert_eq!(
        value,
        Quotient::of(exact("1999999999999999999999999999999900.00").checked_add(exact("0")).expect("fits"))
            .normalized()
    );

    let huge = "9999999999999999999999999999999999.99";
    let frame = City::of_revenues(&[(huge, true), (huge, true)]).frame(&package);
    let expected = Err(EvaluationError::Overflow { place: "indicator_0".to_owned() });
    assert_eq!(naive::evaluate(&package, &frame, &run()), expected);
    assert_eq!(column::evaluate(&package, &frame, &run()), expected);
}

#[test]
fn a_parameter_takes_the_value_in_force_on_the_last_day_of_the_period() {
    let mut package = share_package();
    let values = &mut package.parameters[SHARE_LINE.index()].values;
    values.push(xiyuan_policy::package::DatedValue {
        from: jiff::civil::date(2024, 12, 31),
        value: exact("70"),
    });
    values
        .push(xiyuan_policy::package::DatedValue { from: jiff::civil::date(2025, 1, 1), value: exact("10") });
    let city = City::of_revenues(&[("60", true), ("40", false)]);
    let measured = default(&package, &city).test.measured.expect("an indicator test");
    assert_eq!(measured.threshold, Some(exact("0.7")));
    let only_later = &mut package.parameters[ParameterIx(0).index()].values;
    only_later.drain(..2);
    assert_eq!(default(&package, &city).test.undefined, Some(Undefined::ParameterNotInForce));
}

#[test]
fn one_filing_split_in_two_changes_no_sum_and_no_share() {
    let package = share_package();
    let whole = City::of_revenues(&[("61.30", true), ("38.70", false)]);
    let split = City::of_revenues(&[("20.11", true), ("41.19", true), ("38.70", false)]);
    let of = |city: &City| default(&package, city).test.measured.map(|of| (of.figure, of.distance));
    assert_eq!(of(&whole), of(&split));
}

#[test]
fn only_a_written_reason_gives_a_missing_figure_a_value() {
    let mut package = package();
    let output = Expression::CoalesceWithReason {
        of: Box::new(member(OUTPUT)),
        instead: Box::new(number("0")),
        reason: "未投产".to_owned(),
    };
    let total = add_indicator(&mut package, sum(output), MissingRule::Strict);
    add_criterion(&mut package, vec![against(total, Comparison::Equal, number("0"))]);
    let outcome = default(&package, &City::of_revenues(&[("1", true)]));
    assert_eq!(outcome.test.outcome, Outcome::Met);
}

#[test]
fn conditions_that_hang_together_are_bounded_together() {
    // Leading and above-scale over above-scale: whoever is out of the whole is out of the part.
    let mut package = package();
    let above = || member(crate::city::IS_ABOVE_SCALE);
    let both = Expression::And(Box::new(member(IS_LEADING)), Box::new(above()));
    let share = divide(sum_where(member(REVENUE), both), sum_where(member(REVENUE), above()));
    let share = add_indicator(&mut package, share, MissingRule::Strict);
    add_criterion(&mut package, vec![against(share, Comparison::LessOrEqual, number("1"))]);
    let mut city = City::of_revenues(&[("60", true), ("40", false)]);
    city.set(Who::Enterprise(1), crate::city::IS_ABOVE_SCALE, Value::Bool(true));
    let outcome = default(&package, &city);
    assert_eq!(outcome.test.outcome, Outcome::Met);
    let Some(Figure::Missing { bounds, .. }) = outcome.test.measured.map(|of| of.figure) else { panic!() };
    assert_eq!((bounds.low, bounds.high), (Some(Quotient::ZERO), Quotient::new(exact("60"), exact("100"))));
    assert!(!bounds.is_wide);
}
