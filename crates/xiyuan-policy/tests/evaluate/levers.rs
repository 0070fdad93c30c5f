//! What would it take: against brute force over every value of every figure, and by hand.

use std::collections::BTreeMap;

use xiyuan_policy::evaluate::{one_criterion, one_park};
use xiyuan_policy::frame::{Cell, Change, Frame, ParkIx, SubjectIx, SubjectKey, Value};
use xiyuan_policy::number::Exact;
use xiyuan_policy::outcome::Outcome;
use xiyuan_policy::package::{MissingRule, Package, Range, Test};
use xiyuan_policy::plan::{Comparison, CriterionIx, Expression, FieldIx};
use xiyuan_policy::what_if::{Answer, Lever, LeverOn, Sense, Why, levers};

use crate::city::{
    AREA, City, IS_LEADING, LAND, MONEY_LINE, OUTPUT, PROFIT, REVENUE, SHARE_LINE, STAFF, Who, YEAR,
    add_criterion, add_indicator, against, count_where, divide, exact, member, number, own, package, run,
    sum, sum_where,
};
use crate::random::{Dice, city, comparison, formula, punch, seeds, share, total};

/// Whole numbers in short ranges, so that every value can be tried.
const RANGES: [(FieldIx, i64, i64); 6] =
    [(REVENUE, 0, 100), (OUTPUT, 0, 60), (PROFIT, -50, 80), (LAND, 1, 40), (STAFF, 0, 70), (AREA, 1, 90)];

struct Case {
    package: Package,
    frame: Frame,
}

fn case(seed: u64) -> Case {
    let mut dice = Dice(seed.wrapping_mul(77));
    let mut package = package();
    for (field, low, high) in RANGES {
        let declared = &mut package.fields[field.index()];
        declared.decimals = 0;
        declared.range = Range { min: Some(Exact::integer(low)), max: Some(Exact::integer(high)) };
        declared.admissible = declared.range;
    }
    let is_share = dice.chance(60);
    let expression = match dice.below(3) {
        _ if is_share => share(&mut dice),
        0 | 1 => total(&mut dice, true),
        _ => formula(&mut dice, 1),
    };
    let indicator = add_indicator(&mut package, expression, MissingRule::Strict);
    let line = if is_share {
        dice.pick(&[Expression::Parameter(SHARE_LINE), number("0.3"), number("0.8"), number("1")])
    } else {
        dice.pick(&[Expression::Parameter(MONEY_LINE), number("2"), number("1000000"), number("1500000")])
    };
    add_criterion(&mut package, vec![against(indicator, comparison(&mut dice), line)]);
    let mut city = city(&mut dice);
    for ((_, field, _), value) in &mut city.cells {
        let range = RANGES.iter().find(|(of, ..)| of == field);
        if let (Some((_, low, high)), Value::Number(number)) = (range, &mut *value) {
            let width = i128::from(high - low + 1);
            *number = Exact::whole(i128::from(*low) + number.mantissa.rem_euclid(width));
        }
    }
    if dice.chance(30) {
        punch(&mut dice, &mut city, 2);
    }
    let frame = city.frame(&package);
    Case { package, frame }
}

fn key(frame: &Frame, subject: SubjectIx) -> SubjectKey {
    let id = frame.subject(subject).id.clone();
    if matches!(subject, SubjectIx::Park(_)) { SubjectKey::Park(id) } else { SubjectKey::Enterprise(id) }
}

/// The outcome with one figure changed.
fn with(case: &Case, park: ParkIx, on: LeverOn, value: Option<Value>) -> Outcome {
    let change = match (on, value) {
        (LeverOn::Cell { field, period, subject }, value) => {
            Change::Cell { subject: key(&case.frame, subject), field, period, value }
        }
        (LeverOn::Benchmark { benchmark, period }, Some(Value::Number(value))) => {
            Change::Benchmark { benchmark, period, value: Some(value) }
        }
        other => panic!("no figure: {other:?}"),
    };
    let changed = case.frame.apply(&case.package, &[change], 0).expect("a value of the field");
    one_park(&case.package, &changed, &run(), park).map_or(Outcome::Undecided, |outcome| outcome.outcome)
}

/// For each whole value of a figure whether the test is met.
fn every_value(case: &Case, park: ParkIx, on: LeverOn, field: FieldIx) -> BTreeMap<i64, bool> {
    let (_, low, high) = RANGES.into_iter().find(|(of, ..)| *of == field).expect("a field with a range");
    let met = |value: i64| {
        (value, with(case, park, on, Some(Value::Number(Exact::integer(value)))) == Outcome::Met)
    };
    (low..=high).map(met).collect()
}

fn whole(value: &Value) -> i64 {
    let Value::Number(number) = value else { panic!("a number") };
    assert_eq!(number.normalized().scale, 0, "whole numbers stay whole");
    i64::try_from(number.normalized().mantissa).expect("small")
}

/// Whether the met values on each side of a start reach from some distance to the end of the range.
fn turns_once(values: &BTreeMap<i64, bool>, start: i64) -> bool {
    let once = |side: Vec<bool>| side.windows(2).all(|pair| !pair[0] || pair[1]);
    once(values.range(start..).map(|(_, met)| *met).collect())
        && once(values.range(..=start).rev().map(|(_, met)| *met).collect())
}

/// Compares one lever with every value; answers with whether there was one.
fn compare(case: &Case, park: ParkIx, lever: &Lever, field: FieldIx, about: &str) -> bool {
    let values = every_value(case, park, lever.on, field);
    let start = lever.current.as_ref().map_or(0, whole);
    let nearest = values.iter().filter(|(_, met)| **met).map(|(value, _)| value.abs_diff(start)).min();
    match (&lever.answer, &lever.current) {
        (Answer::Change { to, is_least, .. }, Some(_)) => {
            let to = whole(to);
            assert_eq!(values.get(&to), Some(&true), "{about}: the answer does");
            let nearer = if to > start { to - 1 } else { to + 1 };
            assert_ne!(values.get(&nearer), Some(&true), "{about}: one step less does not");
            if *is_least && (turns_once(&values, start) || to.abs_diff(start) <= 12) {
                assert_eq!(Some(to.abs_diff(start)), nearest, "{about}: nothing nearer does");
            }
            true
        }
        (Answer::Change { to, sense, .. }, None) => {
            let to = whole(to);
            assert_eq!(values.get(&to), Some(&true), "{about}: the answer does");
            match sense {
                Sense::AtLeast => assert_ne!(values.get(&(to - 1)), Some(&true), "{about}"),
                Sense::AtMost => assert_ne!(values.get(&(to + 1)), Some(&true), "{about}"),
                Sense::Any => assert!(values.get(&to) == Some(&true), "{about}"),
                Sense::Exactly => panic!("{about}: a number"),
            }
            true
        }
        (Answer::None(_), _) => {
            if lever.current.is_some() && turns_once(&values, start) {
                assert_eq!(nearest, None, "{about}: a value was overlooked");
            }
            false
        }
    }
}

#[test]
fn levers_are_what_trying_every_value_finds() {
    let (mut found, mut refused) = (0, 0);
    for seed in seeds(1000) {
        let case = case(seed);
        let park = ParkIx(0);
        let Ok(before) = one_criterion(&case.package, &case.frame, &run(), CriterionIx(0), park) else {
            continue;
        };
        let answer = levers(&case.package, &case.frame, &run(), CriterionIx(0), park).expect("in range");
        if before.test.outcome == Outcome::Met {
            assert!(answer.is_empty(), "seed {seed}: a test that is met needs nothing");
            continue;
        }
        for lever in &answer {
            let about = format!("seed {seed}: {lever:?}");
            let ranged = match lever.on {
                LeverOn::Cell { field, .. } => {
                    Some(field).filter(|field| RANGES.iter().any(|of| of.0 == *field))
                }
                _ => None,
            };
            if let Some(field) = ranged {
                if compare(&case, park, lever, field, &about) {
                    found += 1;
                } else {
                    refused += 1;
                }
            } else if let Answer::Change { to, .. } = &lever.answer {
                assert_eq!(with(&case, park, lever.on, Some(to.clone())), Outcome::Met, "{about}");
            }
        }
    }
    assert!(found > 100 && refused > 100, "both kinds of answers were met: {found}, {refused}");
}

/// Revenue of the leading industry over all, not below half.
fn half() -> Package {
    let mut package = package();
    package.fields[REVENUE.index()].range = Range { min: Some(exact("0")), max: None };
    let share = divide(sum_where(member(REVENUE), member(IS_LEADING)), sum(member(REVENUE)));
    let share = add_indicator(&mut package, share, MissingRule::Strict);
    let line = Expression::Parameter(SHARE_LINE);
    add_criterion(&mut package, vec![against(share, Comparison::GreaterOrEqual, line)]);
    package
}

fn asked(package: &Package, city: &City) -> (Frame, Vec<Lever>) {
    let frame = city.frame(package);
    let levers = levers(package, &frame, &run(), CriterionIx(0), ParkIx(0)).expect("in range");
    (frame, levers)
}

/// The lever on a field of the enterprise with this position.
fn of<'l>(frame: &Frame, levers: &'l [Lever], wanted: FieldIx, id: &str) -> &'l Lever {
    let is = |lever: &&Lever| match lever.on {
        LeverOn::Cell { field, subject, .. } => field == wanted && frame.subject(subject).id == id,
        _ => false,
    };
    levers.iter().find(is).expect("it feeds the test")
}

fn to(value: &str, sense: Sense) -> Answer {
    Answer::Change { to: Value::Number(exact(value)), sense, is_least: true }
}

#[test]
fn a_share_of_half_takes_as_much_as_the_others_have() {
    let package = half();
    let city = City::of_revenues(&[("40", true), ("9.99", true), ("60.07", false)]);
    let (frame, levers) = asked(&package, &city);
    // 40 + 9.99 against 60.07: 10.08 more of either, or 10.08 less of the other.
    assert_eq!(of(&frame, &levers, REVENUE, "e0").answer, to("50.08", Sense::AtLeast));
    assert_eq!(of(&frame, &levers, REVENUE, "e1").answer, to("20.07", Sense::AtLeast));
    assert_eq!(of(&frame, &levers, REVENUE, "e2").answer, to("49.99", Sense::AtMost));
    let flag = of(&frame, &levers, IS_LEADING, "e2");
    assert_eq!(flag.current, Some(Value::Bool(false)));
    let yes = Answer::Change { to: Value::Bool(true), sense: Sense::Exactly, is_least: true };
    assert_eq!(flag.answer, yes);
    assert_eq!(of(&frame, &levers, IS_LEADING, "e0").answer, Answer::None(Why::OutOfRange));
}

#[test]
fn a_third_is_rounded_to_the_side_that_does() {
    let mut package = half();
    package.parameters[SHARE_LINE.index()].values[0].value = exact("75");
    let city = City::of_revenues(&[("0", true), ("10", false), ("0.01", false)]);
    let (frame, levers) = asked(&package, &city);
    // x ÷ (x + 10.01) ≥ 3/4 from x = 30.03 on; 10.01 ≤ 0 takes both others: neither alone does.
    assert_eq!(of(&frame, &levers, REVENUE, "e0").answer, to("30.03", Sense::AtLeast));
    assert_eq!(of(&frame, &levers, REVENUE, "e1").answer, Answer::None(Why::DoesNotMove));
    let city = City::of_revenues(&[("1", true), ("10", false)]);
    let (frame, levers) = asked(&package, &city);
    // 1 ÷ (1 + x) ≥ 3/4 up to x = 0.3333…
    assert_eq!(of(&frame, &levers, REVENUE, "e1").answer, to("0.33", Sense::AtMost));
}

#[test]
fn what_lies_beyond_the_range_of_a_field_is_no_answer() {
    let mut package = half();
    package.fields[REVENUE.index()].range = Range { min: Some(exact("30")), max: Some(exact("70")) };
    let city = City::of_revenues(&[("40", true), ("35", false), ("45", false)]);
    let (frame, levers) = asked(&package, &city);
    assert_eq!(of(&frame, &levers, REVENUE, "e0").answer, Answer::None(Why::OutOfRange), "80 is needed");
    assert_eq!(of(&frame, &levers, REVENUE, "e2").answer, Answer::None(Why::OutOfRange), "5 is needed");
}

#[test]
fn a_missing_figure_is_told_from_where_on_it_does() {
    let package = half();
    let city = City::of_revenues(&[("40", true), ("9", true), ("60", false)]);
    let (frame, levers) = asked(&package, &city.without(Who::Enterprise(1), REVENUE));
    let missing = of(&frame, &levers, REVENUE, "e1");
    assert_eq!((missing.current.clone(), missing.answer.clone()), (None, to("20", Sense::AtLeast)));
    let (frame, levers) = asked(&package, &city.without(Who::Enterprise(2), REVENUE));
    assert_eq!(of(&frame, &levers, REVENUE, "e2").answer, to("49", Sense::AtMost));
    let without_two = city.without(Who::Enterprise(1), REVENUE).without(Who::Enterprise(2), REVENUE);
    let (frame, levers) = asked(&package, &without_two);
    let other = of(&frame, &levers, REVENUE, "e2");
    assert_eq!(other.answer, to("40", Sense::AtMost), "whatever the second one files");
    assert_eq!(
        of(&frame, &levers, REVENUE, "e1").answer,
        to("60", Sense::AtLeast),
        "the third files 100 at most"
    );
}

#[test]
fn a_count_takes_a_figure_across_its_line() {
    let mut package = package();
    package.fields[REVENUE.index()].range = Range { min: Some(exact("0")), max: None };
    let is_large = Expression::Compare {
        op: Comparison::GreaterOrEqual,
        left: Box::new(member(REVENUE)),
        right: Box::new(Expression::Parameter(MONEY_LINE)),
    };
    let share = divide(count_where(Some(is_large)), count_where(None));
    let share = add_indicator(&mut package, share, MissingRule::Strict);
    add_criterion(&mut package, vec![against(share, Comparison::Greater, Expression::Parameter(SHARE_LINE))]);
    let city = City::of_revenues(&[("60", true), ("12.34", true), ("41", true), ("5", true)]);
    let (frame, levers) = asked(&package, &city);
    assert_eq!(of(&frame, &levers, REVENUE, "e1").answer, to("40", Sense::AtLeast), "no line leads there");
    assert_eq!(of(&frame, &levers, REVENUE, "e0").answer, Answer::None(Why::OutOfRange));
}

#[test]
fn tests_that_hold_together_take_one_figure_that_makes_all_of_them_met() {
    let mut package = half();
    let per_area = divide(sum(member(REVENUE)), own(AREA));
    let per_area = add_indicator(&mut package, per_area, MissingRule::Strict);
    // 2 万元 of each 亩, in 元.
    let line = against(per_area, Comparison::GreaterOrEqual, number("20000"));
    let first = package.criteria[0].readings[0].test.clone();
    package.criteria[0].readings[0].test = Test::All { tests: vec![first, line] };
    let mut city = City::of_revenues(&[("40", true), ("60", false)]);
    city.set(Who::Park(0), AREA, Value::Number(exact("90")));
    let (frame, levers) = asked(&package, &city);
    // Half takes 60; 2 万元 of each of 90 亩 takes 180 in all: 120.
    assert_eq!(of(&frame, &levers, REVENUE, "e0").answer, to("120", Sense::AtLeast));
    assert_eq!(of(&frame, &levers, REVENUE, "e1").answer, Answer::None(Why::OutOfRange));
    assert_eq!(of(&frame, &levers, AREA, "p0").answer, Answer::None(Why::OutOfRange));
    assert!(
        matches!(frame.cell(AREA, YEAR, SubjectIx::Park(ParkIx(0))), Cell::Number(_)),
        "nothing is changed"
    );
}
