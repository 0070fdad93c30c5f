//! Laws over worlds: months, groups, registers, figures that rest on figures. Both evaluators agree with each other and,
//! where nothing is missing, with a second opinion; what they say of the missing holds however it turns out.

use xiyuan_policy::evaluate::{Overrides, column, figure, naive};
use xiyuan_policy::frame::{Frame, Period, SubjectIx};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::outcome::{Coverage, Figure, Outcome};
use xiyuan_policy::package::Test;
use xiyuan_policy::plan::{AggregateFunction, Expression, IndicatorIx};
use xiyuan_policy::trace::trace;

use crate::city::{City, FOUNDED, STAFF, cells};
use crate::oracle::{Fraction, Oracle, holds};
use crate::random::{completions, seeds};
use crate::worlds::{World, whose};

type Place = (IndicatorIx, SubjectIx, Period);

fn slow(world: &World, frame: &Frame, (indicator, subject, period): Place) -> (Figure, Coverage) {
    naive::figure(&world.package, frame, &Overrides::default(), indicator, subject, period)
        .expect("nothing overflows")
}

fn second_opinion(
    world: &World,
    city: &City,
    frame: &Frame,
    (indicator, subject, period): Place,
) -> Option<Fraction> {
    let whose = whose(frame, subject);
    let oracle = Oracle { package: &world.package, city, whose: &whose, period };
    oracle.figure(&world.package.indicators[indicator.index()].expression)
}

fn words(world: &World, frame: &Frame, (indicator, subject, period): Place) -> String {
    let of = &world.package.indicators[indicator.index()];
    let gone: Vec<_> = world.gone.iter().map(|(key, _)| key).collect();
    format!("{} of {} in {period}, without {gone:?}: {:#?}", of.id, frame.subject(subject).id, of.expression)
}

#[test]
fn both_evaluators_give_the_same_figures_to_everyone() {
    for seed in seeds(300) {
        let world = World::of(seed, 4);
        let frame = world.city.frame(&world.package);
        for place in world.figures(&frame) {
            let (indicator, subject, period) = place;
            let fast = figure(&world.package, &frame, &Overrides::default(), indicator, subject, period);
            let fast = fast.expect("nothing overflows");
            assert_eq!(slow(&world, &frame, place), fast, "seed {seed}: {}", words(&world, &frame, place));
        }
    }
}

#[test]
fn both_evaluators_give_the_same_outcomes() {
    for seed in seeds(1000) {
        let world = World::of(seed, 5);
        let frame = world.city.frame(&world.package);
        for assessment in [0, 1] {
            let run = World::run(assessment);
            let slow = naive::evaluate(&world.package, &frame, &run);
            let fast = column::evaluate(&world.package, &frame, &run);
            assert_eq!(slow, fast, "seed {seed}");
        }
    }
}

#[test]
fn complete_worlds_are_what_a_second_opinion_computes() {
    let (mut known, mut undefined) = (0, 0);
    for seed in seeds(500) {
        let world = World::of(seed, 0);
        let frame = world.city.frame(&world.package);
        for place in world.figures(&frame) {
            let (figure, coverage) = slow(&world, &frame, place);
            match (second_opinion(&world, &world.city, &frame, place), &figure) {
                (Some(expected), Figure::Known { value }) => {
                    known += 1;
                    assert_eq!(
                        expected,
                        Fraction::of_quotient(*value),
                        "seed {seed}: {}",
                        words(&world, &frame, place)
                    );
                }
                (None, Figure::Undefined { missing, .. }) => {
                    undefined += 1;
                    assert!(missing.is_empty(), "seed {seed}");
                }
                (expected, found) => {
                    panic!("seed {seed}: {expected:?} but {found:?}: {}", words(&world, &frame, place))
                }
            }
            assert_eq!(coverage.reported, coverage.expected, "seed {seed}: {}", words(&world, &frame, place));
        }
    }
    assert!(
        known > 3 * undefined && undefined > 50,
        "worth something: {known} known, {undefined} without value"
    );
}

fn is_absolute(part: &Expression) -> bool {
    matches!(part, Expression::Absolute(_))
}

#[test]
fn whatever_is_filed_later_stays_within_the_bounds_which_are_reached_unless_marked_wide() {
    let (mut tight, mut seen) = (0, 0);
    for seed in seeds(250) {
        let world = World::of(seed, 3);
        let frame = world.city.frame(&world.package);
        let cities = completions(&world.city, &world.gone);
        let is_open_ended = world.gone.iter().any(|((_, field, _), _)| matches!(*field, STAFF | FOUNDED));
        for place in world.figures(&frame) {
            if world.is_provisional(place.0) {
                continue;
            }
            let (figure, _) = slow(&world, &frame, place);
            let named = cells(&frame, figure.missing());
            // Only where something is named can anything move; one completion in ten is tried there all the same.
            let tried = cities.iter().enumerate().filter(|(at, _)| !named.is_empty() || at % 10 == 0);
            let figures: Vec<Option<Fraction>> =
                tried.map(|(_, city)| second_opinion(&world, city, &frame, place)).collect();
            let values: Vec<Fraction> = figures.iter().flatten().copied().collect();
            let is_always_defined = values.len() == figures.len();
            let say = || format!("seed {seed}: {}", words(&world, &frame, place));
            match &figure {
                Figure::Known { value } => {
                    let value = Fraction::of_quotient(*value);
                    assert!(is_always_defined && values.iter().all(|v| *v == value), "{}", say());
                }
                Figure::Undefined { .. } => assert!(values.is_empty(), "{}", say()),
                Figure::Missing { bounds, .. } => {
                    seen += 1;
                    assert!(!named.is_empty(), "{}", say());
                    let end = |value: Option<Quotient>| value.map(Fraction::of_quotient);
                    let (low, high) = (end(bounds.low), end(bounds.high));
                    for value in &values {
                        assert!(low.is_none_or(|low| low <= *value), "{value:?} < {low:?} {}", say());
                        assert!(high.is_none_or(|high| high >= *value), "{value:?} > {high:?} {}", say());
                    }
                    assert!(is_always_defined || bounds.may_be_undefined, "{}", say());
                    // Beside a divisor of zero there is no end, and corners need not come near it.
                    let is_near_nothing = bounds.may_be_undefined;
                    let is_tight = !bounds.is_wide && !is_near_nothing && is_always_defined && !is_open_ended;
                    if is_tight && !world.has(place.0, &is_absolute) {
                        tight += 1;
                        assert_eq!(low, values.iter().min().copied(), "low {}", say());
                        assert_eq!(high, values.iter().max().copied(), "high {}", say());
                    }
                }
            }
        }
    }
    assert!(seen > 150 && tight > 40, "the cases are worth something: {seen} missing, {tight} tight");
}

#[test]
fn a_decided_park_stays_decided_whatever_is_filed_later() {
    let mut decided = 0;
    for seed in seeds(400) {
        let world = World::of(seed, 3);
        if world.gone.is_empty() {
            continue;
        }
        let frame = world.city.frame(&world.package);
        let cities = completions(&world.city, &world.gone);
        for assessment in [0, 1] {
            let run = World::run(assessment);
            let result = column::evaluate(&world.package, &frame, &run).expect("nothing overflows");
            for outcome in &result.parks {
                for criterion in &outcome.criteria {
                    let declared = &world.package.criteria[criterion.criterion.index()].readings[0].test;
                    let Test::Indicator { indicator, op, .. } = declared else {
                        panic!("a test of an indicator")
                    };
                    if criterion.test.outcome == Outcome::Undecided
                        || criterion.test.missing.is_empty()
                        || world.is_provisional(*indicator)
                    {
                        continue;
                    }
                    decided += 1;
                    let line =
                        criterion.test.measured.as_ref().and_then(|of| of.threshold).expect("a plain line");
                    let place = (*indicator, SubjectIx::Park(outcome.park), run.period);
                    for city in &cities {
                        let figure = second_opinion(&world, city, &frame, place);
                        let answer = figure.map(|figure| Outcome::of(holds(*op, figure, Fraction::of(line))));
                        assert_eq!(
                            answer,
                            Some(criterion.test.outcome),
                            "seed {seed}: {}",
                            words(&world, &frame, place)
                        );
                    }
                }
            }
        }
    }
    assert!(decided > 10, "the cases are worth something: {decided}");
}

#[test]
fn every_figure_can_be_opened_and_its_trace_says_the_same() {
    let mut parts = 0;
    for seed in seeds(100) {
        let world = World::of(seed, 3);
        let frame = world.city.frame(&world.package);
        for place in world.figures(&frame) {
            let (indicator, subject, period) = place;
            let opened = trace(&world.package, &frame, &Overrides::default(), indicator, subject, period);
            let opened = opened.expect("nothing overflows");
            assert_eq!((opened.figure, opened.coverage), slow(&world, &frame, place), "seed {seed}");
            for (at, aggregate) in opened.aggregates.iter().enumerate() {
                let Expression::Aggregate { function: AggregateFunction::Sum, .. } = aggregate.expression
                else {
                    continue;
                };
                let is_open = aggregate.missing > 0 || !frame.has_period(aggregate.period);
                assert!(
                    aggregate.value.is_some() || is_open,
                    "seed {seed}: {}",
                    words(&world, &frame, place)
                );
                let Some(value) = aggregate.value else { continue };
                let mut added = opened.members.iter().filter_map(|member| member.parts[at].1);
                let sum = added.try_fold(Exact::ZERO, Exact::checked_add);
                parts += 1;
                assert_eq!(sum, Some(value), "seed {seed}: {}", words(&world, &frame, place));
            }
        }
    }
    assert!(parts > 300, "the cases are worth something: {parts}");
}

#[test]
fn the_order_in_which_everyone_is_told_does_not_matter_to_any_figure_or_receipt() {
    for seed in seeds(150) {
        let world = World::of(seed, 3);
        let (one, other) = (world.city.frame(&world.package), world.city.frame_backward(&world.package));
        let ids = |frame: &Frame| {
            let mut figures: Vec<_> = world
                .figures(frame)
                .into_iter()
                .map(|place| {
                    let (figure, coverage) = slow(&world, frame, place);
                    let ends = match &figure {
                        Figure::Known { value } => (Some(*value), Some(*value)),
                        Figure::Missing { bounds, .. } => (bounds.low, bounds.high),
                        Figure::Undefined { .. } => (None, None),
                    };
                    let ends = (ends.0.map(Quotient::normalized), ends.1.map(Quotient::normalized));
                    let missing = cells(frame, figure.missing());
                    (frame.subject(place.1).id.clone(), place.0, format!("{ends:?} {coverage:?} {missing:?}"))
                })
                .collect();
            figures.sort();
            figures
        };
        assert_eq!(ids(&one), ids(&other), "seed {seed}");
        let receipts = [&one, &other].map(|frame| {
            let run = World::run(0);
            let result = column::evaluate(&world.package, frame, &run).expect("nothing overflows");
            xiyuan_policy::receipt::receipt(&world.package, frame, &run, &result.parks)
        });
        assert_eq!(receipts[0], receipts[1], "seed {seed}");
    }
}
