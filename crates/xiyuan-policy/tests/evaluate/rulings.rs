//! What officers decided where the text leaves room: readings from a day on, exceptions of soft norms until a day.

use jiff::civil::{Date, date};
use xiyuan_policy::evaluate::{Run, advance, column, naive, touched};
use xiyuan_policy::frame::{Change, ChosenReading, Frame, ParkIx, Period, Term};
use xiyuan_policy::outcome::{CriterionOutcome, Outcome};
use xiyuan_policy::package::{MissingRule, Package};
use xiyuan_policy::plan::{Comparison, CriterionIx, Expression};
use xiyuan_policy::receipt::{receipt, replay};
use xiyuan_policy::what_if::flips;

use crate::city::{
    City, IS_LEADING, REVENUE, SHARE_LINE, Who, add_criterion, add_indicator, against, divide, member,
    package, run, sum, sum_where,
};

const NOT_BELOW: usize = 0;
const ABOVE: usize = 1;
const CRITERION: CriterionIx = CriterionIx(0);

/// Exactly half: "not below" is met, "above" is not.
fn half() -> (Package, Frame) {
    let mut package = package();
    let share = divide(sum_where(member(REVENUE), member(IS_LEADING)), sum(member(REVENUE)));
    let share = add_indicator(&mut package, share, MissingRule::Strict);
    let line = Expression::Parameter(SHARE_LINE);
    let readings = [Comparison::GreaterOrEqual, Comparison::Greater];
    add_criterion(&mut package, readings.map(|op| against(share, op, line.clone())).to_vec());
    let frame = City::of_revenues(&[("50", true), ("50", false)]).frame(&package);
    (package, frame)
}

fn soft() -> (Package, Frame) {
    let (mut package, frame) = half();
    package.criteria[0].readings.remove(NOT_BELOW);
    package.criteria[0].is_soft = true;
    (package, frame)
}

fn term(from: Date, until: Option<Date>) -> Term {
    Term { from, until }
}

fn choose(reading: usize, from: Date, until: Option<Date>) -> ChosenReading {
    ChosenReading { reading, term: term(from, until) }
}

fn with_readings(package: &Package, frame: &Frame, chosen: &[ChosenReading]) -> Frame {
    let change = Change::Readings { criterion: CRITERION, chosen: chosen.to_vec() };
    frame.apply(package, &[change], frame.known() + 1).expect("nothing to refuse")
}

fn with_exception(package: &Package, frame: &Frame, terms: &[Term]) -> Frame {
    let park = frame.park(ParkIx(0)).id.clone();
    let change = Change::Exceptions { park, criterion: CRITERION, terms: terms.to_vec() };
    frame.apply(package, &[change], frame.known() + 1).expect("nothing to refuse")
}

/// Both evaluators say the same.
fn outcome_of(package: &Package, frame: &Frame, run: &Run) -> CriterionOutcome {
    let fast = column::evaluate(package, frame, run).expect("it runs");
    assert_eq!(naive::evaluate(package, frame, run).expect("it runs"), fast);
    fast.parks[0].criteria[0].clone()
}

fn outcome(package: &Package, frame: &Frame) -> Outcome {
    outcome_of(package, frame, &run()).outcome()
}

#[test]
fn a_chosen_reading_counts_from_its_first_to_its_last_day_at_the_end_of_the_period() {
    let (package, frame) = half();
    assert_eq!(outcome(&package, &frame), Outcome::Met, "the default");
    let tried =
        |from, until| outcome(&package, &with_readings(&package, &frame, &[choose(ABOVE, from, until)]));
    assert_eq!(tried(date(2024, 12, 31), None), Outcome::NotMet);
    assert_eq!(tried(date(2025, 1, 1), None), Outcome::Met, "from the next year on");
    assert_eq!(tried(date(2023, 1, 1), Some(date(2024, 12, 31))), Outcome::NotMet);
    assert_eq!(tried(date(2023, 1, 1), Some(date(2024, 12, 30))), Outcome::Met, "it had ended");
}

#[test]
fn of_two_choices_that_hold_the_one_decided_last_counts() {
    let (package, frame) = half();
    let (old, new) = (choose(ABOVE, date(2024, 1, 1), None), choose(NOT_BELOW, date(2023, 1, 1), None));
    assert_eq!(outcome(&package, &with_readings(&package, &frame, &[old, new])), Outcome::Met);
    assert_eq!(outcome(&package, &with_readings(&package, &frame, &[new, old])), Outcome::NotMet);
    assert_eq!(
        with_readings(&package, &frame, &[new, old]).reading(CRITERION, Period::Year(2023)),
        NOT_BELOW
    );
}

#[test]
fn a_reading_that_is_asked_for_goes_before_the_chosen_one() {
    let (package, frame) = half();
    let frame = with_readings(&package, &frame, &[choose(ABOVE, date(2024, 1, 1), None)]);
    let mut run = run();
    run.overrides.readings.insert(CRITERION, NOT_BELOW);
    assert_eq!(outcome_of(&package, &frame, &run).outcome(), Outcome::Met);
}

#[test]
fn the_receipt_names_the_chosen_reading_and_replays_to_the_same_digest() {
    let (package, before) = half();
    let frame = with_readings(&package, &before, &[choose(ABOVE, date(2024, 1, 1), None)]);
    let result = column::evaluate(&package, &frame, &run()).expect("it runs");
    let written = receipt(&package, &frame, &run(), &result.parks);
    let criterion = &package.criteria[0];
    assert_eq!(written.readings, [(criterion.id.clone(), criterion.readings[ABOVE].id.clone())]);
    assert_eq!(replay(&package, &frame, &written).expect("the same package and time"), written);

    let result = column::evaluate(&package, &before, &run()).expect("it runs");
    assert!(
        receipt(&package, &before, &run(), &result.parks).readings.is_empty(),
        "the default is not named"
    );
}

#[test]
fn a_soft_norm_is_met_by_an_approved_exception_while_that_holds() {
    let (package, frame) = soft();
    let plain = outcome_of(&package, &frame, &run());
    assert_eq!((plain.outcome(), plain.by_exception), (Outcome::NotMet, false));
    let tried = |from, until| {
        let frame = with_exception(&package, &frame, &[term(from, until)]);
        let found = outcome_of(&package, &frame, &run());
        assert_eq!(found.test.outcome, Outcome::NotMet, "what the figures say stays what it is");
        (found.outcome(), found.by_exception)
    };
    assert_eq!(tried(date(2024, 12, 31), Some(date(2024, 12, 31))), (Outcome::Met, true));
    assert_eq!(tried(date(2025, 1, 1), None), (Outcome::NotMet, false), "not yet");
    assert_eq!(tried(date(2023, 1, 1), Some(date(2024, 12, 30))), (Outcome::NotMet, false), "no more");
}

#[test]
fn a_hard_condition_knows_no_exception_and_a_met_one_needs_none() {
    let (mut package, frame) = soft();
    package.criteria[0].is_soft = false;
    let always = [term(date(2020, 1, 1), None)];
    let found = outcome_of(&package, &with_exception(&package, &frame, &always), &run());
    assert_eq!((found.outcome(), found.by_exception), (Outcome::NotMet, false));

    let (mut package, frame) = half();
    package.criteria[0].is_soft = true;
    let found = outcome_of(&package, &with_exception(&package, &frame, &always), &run());
    assert_eq!((found.outcome(), found.by_exception), (Outcome::Met, false));
}

#[test]
fn an_exception_also_covers_a_figure_that_is_missing() {
    let (mut package, _) = soft();
    package.criteria[0].is_soft = true;
    let city = City::of_revenues(&[("50", true), ("50", false)]).without(Who::Enterprise(1), REVENUE);
    let frame = city.frame(&package);
    let frame = with_exception(&package, &frame, &[term(date(2024, 1, 1), None)]);
    let found = outcome_of(&package, &frame, &run());
    assert_eq!(found.test.outcome, Outcome::Undecided);
    assert!(!found.test.missing.is_empty(), "what is missing is still owed");
    assert_eq!((found.outcome(), found.by_exception), (Outcome::Met, true));
}

#[test]
fn what_was_decided_touches_the_outcomes_it_changes_and_no_figure() {
    let (package, frame) = half();
    let chosen = vec![choose(ABOVE, date(2024, 1, 1), None)];
    let changes = [Change::Readings { criterion: CRITERION, chosen }];
    let newer = frame.apply(&package, &changes, frame.known() + 1).expect("nothing to refuse");
    let found = touched(&package, &frame, &newer, &changes, &run()).expect("it runs");
    assert!(found.figures.is_empty());
    let [only] = &found.outcomes[..] else { panic!("one outcome: {:?}", found.outcomes) };
    assert_eq!((only.before, only.after), (Outcome::Met, Outcome::NotMet));

    let before = column::evaluate(&package, &frame, &run()).expect("it runs");
    let advanced = advance(&package, (&frame, &newer), &changes, &run(), &before).expect("it runs");
    let anew = column::evaluate(&package, &newer, &run()).expect("it runs");
    assert_eq!(advanced.result, anew);
    assert_eq!(advanced.flips, flips(&before, &anew));
    assert_eq!(advanced.flips.len(), 1);
}
