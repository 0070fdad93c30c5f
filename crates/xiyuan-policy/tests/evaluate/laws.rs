//! Laws over random cities: both evaluators agree, and what they say holds for every way the missing could turn out.

use std::collections::BTreeMap;

use xiyuan_policy::evaluate::{column, naive};
use xiyuan_policy::frame::{Frame, ParkIx, SubjectIx, Value};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::outcome::{Bounds, Figure, Outcome, ParkOutcome};
use xiyuan_policy::package::{MissingRule, Package};
use xiyuan_policy::plan::{Comparison, Expression, IndicatorIx};

use crate::city::{
    CellKey, City, MONEY_LINE, SHARE_LINE, STAFF, Who, YEAR, add_criterion, add_indicator, against, cells,
    exact, number, package, run,
};
use crate::oracle::{Fraction, Oracle, Whose, holds};
use crate::random::{Dice, around, city, comparison, completions, formula, punch, share, total};

/// A package with a random indicator and a criterion about it.
struct Case {
    package: Package,
    indicator: IndicatorIx,
    op: Comparison,
    line: Expression,
    city: City,
    gone: Vec<(CellKey, Value)>,
}

fn case(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let mut package = package();
    let inner = if dice.chance(70) { share(&mut dice) } else { total(&mut dice, true) };
    let inner = add_indicator(&mut package, inner, rule(&mut dice));
    let expression = match dice.below(6) {
        0..=2 => share(&mut dice),
        3 => total(&mut dice, true),
        4 => formula(&mut dice, 2),
        _ => around(&mut dice, &package, inner),
    };
    let indicator = add_indicator(&mut package, expression, rule(&mut dice));
    let op = comparison(&mut dice);
    let line = dice.pick(&[
        Expression::Parameter(SHARE_LINE),
        Expression::Parameter(MONEY_LINE),
        number("1"),
        number("0"),
        number("2"),
        number("1000000"),
    ]);
    add_criterion(&mut package, vec![against(indicator, op, line.clone())]);
    let mut city = city(&mut dice);
    let gone = punch(&mut dice, &mut city, 4);
    Case { package, indicator, op, line, city, gone }
}

/// A few indicators leave out whoever lacks something; the second opinion is asked only about the others.
fn rule(dice: &mut Dice) -> MissingRule {
    if dice.chance(10) {
        MissingRule::Covered { min_coverage: exact(dice.pick(&["0", "0.5", "0.8", "1"])) }
    } else {
        MissingRule::Strict
    }
}

impl Case {
    fn expression(&self) -> &Expression {
        &self.package.indicators[self.indicator.index()].expression
    }

    fn is_strict(&self) -> bool {
        self.package.indicators.iter().all(|of| matches!(of.missing, MissingRule::Strict))
    }
}

fn park_figure(outcome: &ParkOutcome) -> &Figure {
    &outcome.criteria[0].test.measured.as_ref().expect("an indicator test").figure
}

fn position(frame: &Frame, park: ParkIx) -> usize {
    frame.subject(SubjectIx::Park(park)).id[1..].parse().expect("a position")
}

fn seeds() -> std::ops::Range<u64> {
    crate::random::seeds(1000)
}

#[test]
fn the_column_evaluator_answers_as_the_naive_one() {
    for seed in seeds() {
        let case = case(seed);
        let frame = case.city.frame(&case.package);
        let slow = naive::evaluate(&case.package, &frame, &run());
        let fast = column::evaluate(&case.package, &frame, &run());
        assert_eq!(slow, fast, "seed {seed}: {:#?}", case.expression());
    }
}

#[test]
fn complete_figures_are_what_a_second_opinion_computes() {
    for seed in seeds() {
        let mut case = case(seed);
        case.city.cells.extend(case.gone.drain(..));
        let frame = case.city.frame(&case.package);
        let result = column::evaluate(&case.package, &frame, &run()).expect("nothing overflows");
        for outcome in &result.parks {
            let park = position(&frame, outcome.park);
            let oracle = Oracle {
                package: &case.package,
                city: &case.city,
                whose: &Whose::One(Who::Park(park)),
                period: YEAR,
            };
            let expression = case.expression();
            match (oracle.figure(expression), park_figure(outcome)) {
                (Some(expected), Figure::Known { value }) => {
                    assert_eq!(expected, Fraction::of_quotient(*value), "seed {seed}: {expression:#?}");
                    let line = oracle.figure(&case.line).expect("lines have a value");
                    let met = Outcome::of(holds(case.op, expected, line));
                    assert_eq!(met, outcome.outcome, "seed {seed}");
                }
                (None, Figure::Undefined { missing, .. }) => {
                    assert!(missing.is_empty(), "seed {seed}");
                    assert_eq!(outcome.outcome, Outcome::Undecided, "seed {seed}");
                    assert!(!outcome.criteria[0].test.could_change, "seed {seed}");
                }
                (expected, found) => panic!("seed {seed}: {expected:?} but {found:?}: {expression:#?}"),
            }
        }
    }
}

/// The figures and answers of every completion.
fn all_answers(case: &Case, park: usize) -> Vec<(City, Option<Fraction>, Option<bool>)> {
    let expression = case.expression();
    completions(&case.city, &case.gone)
        .into_iter()
        .map(|city| {
            let oracle = Oracle {
                package: &case.package,
                city: &city,
                whose: &Whose::One(Who::Park(park)),
                period: YEAR,
            };
            let figure = oracle.figure(expression);
            let line = oracle.figure(&case.line).expect("lines have a value");
            let answer = figure.map(|figure| holds(case.op, figure, line));
            (city, figure, answer)
        })
        .collect()
}

#[test]
fn a_decided_outcome_stands_however_the_missing_turns_out() {
    let (mut decided, mut open) = (0, 0);
    for seed in seeds() {
        let case = case(seed);
        if !case.is_strict() {
            continue;
        }
        let frame = case.city.frame(&case.package);
        let result = column::evaluate(&case.package, &frame, &run()).expect("nothing overflows");
        for outcome in &result.parks {
            let answers = all_answers(&case, position(&frame, outcome.park));
            let test = &outcome.criteria[0].test;
            match test.outcome {
                Outcome::Undecided => {
                    open += 1;
                    if test.could_change {
                        assert!(!test.missing.is_empty(), "seed {seed}");
                    } else {
                        assert!(answers.iter().all(|(_, _, answer)| answer.is_none()), "seed {seed}");
                    }
                }
                Outcome::Met | Outcome::NotMet => {
                    decided += usize::from(!test.missing.is_empty());
                    let expected = Some(test.outcome == Outcome::Met);
                    assert!(!test.could_change, "seed {seed}");
                    for (_, figure, answer) in &answers {
                        assert_eq!(*answer, expected, "seed {seed}: {figure:?} {:#?}", case.expression());
                    }
                }
            }
        }
    }
    assert!(decided > 50 && open > 200, "the cases are worth something: {decided} decided, {open} open");
}

/// The extremes of the formula lie where its cells are at their ends, which is where the completions look: a magnitude
/// can be least in between.
fn turns_at_ends(expression: &Expression) -> bool {
    !format!("{expression:?}").contains("Absolute")
}

#[test]
fn bounds_hold_every_possible_figure_and_are_reached_unless_marked_wide() {
    let mut tight = 0;
    for seed in seeds() {
        let case = case(seed);
        if !case.is_strict() {
            continue;
        }
        let frame = case.city.frame(&case.package);
        let result = column::evaluate(&case.package, &frame, &run()).expect("nothing overflows");
        let is_open_ended = case.gone.iter().any(|((_, field, _), _)| *field == STAFF);
        for outcome in &result.parks {
            let answers = all_answers(&case, position(&frame, outcome.park));
            let values: Vec<Fraction> = answers.iter().filter_map(|(_, figure, _)| *figure).collect();
            let is_always_defined = values.len() == answers.len();
            let expression = case.expression();
            match park_figure(outcome) {
                Figure::Known { value } => {
                    let value = Fraction::of_quotient(*value);
                    assert!(is_always_defined && values.iter().all(|v| *v == value), "seed {seed}");
                }
                Figure::Undefined { .. } => {
                    assert!(values.is_empty(), "seed {seed}: {expression:#?}");
                }
                Figure::Missing { bounds, .. } => {
                    let end = |value: Option<Quotient>| value.map(Fraction::of_quotient);
                    let (low, high) = (end(bounds.low), end(bounds.high));
                    for value in &values {
                        assert!(
                            low.is_none_or(|low| low <= *value),
                            "seed {seed}: {value:?} < {low:?} {expression:#?}"
                        );
                        assert!(
                            high.is_none_or(|high| high >= *value),
                            "seed {seed}: {value:?} > {high:?} {expression:#?}"
                        );
                    }
                    assert!(is_always_defined || bounds.may_be_undefined, "seed {seed}: {expression:#?}");
                    let is_tight = is_tight(bounds) && is_always_defined && !is_open_ended;
                    if is_tight && turns_at_ends(expression) {
                        tight += 1;
                        assert_eq!(low, values.iter().min().copied(), "seed {seed}: {expression:#?}");
                        assert_eq!(high, values.iter().max().copied(), "seed {seed}: {expression:#?}");
                    }
                }
            }
        }
    }
    assert!(tight > 40, "the cases are worth something: {tight} tight bounds");
}

/// Bounds that some filling reaches. Beside a divisor of zero there is no end, and corners need not come near it.
fn is_tight(bounds: &Bounds) -> bool {
    !bounds.is_wide && !bounds.may_be_undefined
}

#[test]
fn an_open_outcome_of_a_share_with_tight_bounds_could_go_either_way() {
    let mut seen = 0;
    for seed in seeds() {
        let case = case(seed);
        if !case.is_strict() {
            continue;
        }
        if matches!(case.op, Comparison::Equal | Comparison::NotEqual) {
            continue;
        }
        let frame = case.city.frame(&case.package);
        let result = column::evaluate(&case.package, &frame, &run()).expect("nothing overflows");
        let is_open_ended = case.gone.iter().any(|((_, field, _), _)| *field == STAFF);
        for outcome in &result.parks {
            let Figure::Missing { bounds, .. } = park_figure(outcome) else { continue };
            let expression = case.expression();
            let is_tight = is_tight(bounds) && !is_open_ended && turns_at_ends(expression);
            if outcome.outcome != Outcome::Undecided || !is_tight {
                continue;
            }
            let answers = all_answers(&case, position(&frame, outcome.park));
            let has = |wanted: Option<bool>| answers.iter().any(|(_, _, answer)| *answer == wanted);
            let ways = [Some(true), Some(false), None].into_iter().filter(|way| has(*way)).count();
            assert!(ways >= 2, "seed {seed}: {expression:#?}");
            seen += 1;
        }
    }
    assert!(seen > 5, "the cases are worth something: {seen}");
}

#[test]
fn nothing_that_is_not_named_as_missing_moves_a_figure() {
    for seed in seeds() {
        let case = case(seed);
        if !case.is_strict() {
            continue;
        }
        let frame = case.city.frame(&case.package);
        let result = column::evaluate(&case.package, &frame, &run()).expect("nothing overflows");
        for outcome in &result.parks {
            let figure = park_figure(outcome);
            let named = cells(&frame, figure.missing());
            let mut by_named: BTreeMap<Vec<String>, Option<Fraction>> = BTreeMap::new();
            for (city, figure, _) in all_answers(&case, position(&frame, outcome.park)) {
                let chosen = named.iter().map(|key| format!("{:?}", city.cells.get(key))).collect();
                let first = by_named.entry(chosen).or_insert(figure);
                assert_eq!(*first, figure, "seed {seed}: {:#?}", case.expression());
            }
        }
    }
}

#[test]
fn the_order_in_which_enterprises_are_told_does_not_matter() {
    for seed in seeds() {
        let case = case(seed);
        let one = case.city.frame(&case.package);
        let other = case.city.frame_backward(&case.package);
        let a = column::evaluate(&case.package, &one, &run()).expect("nothing overflows");
        let b = column::evaluate(&case.package, &other, &run()).expect("nothing overflows");
        for (a, b) in a.parks.iter().zip(b.parks.iter().rev()) {
            let (first, second) = (&a.criteria[0].test, &b.criteria[0].test);
            assert_eq!(first.outcome, second.outcome, "seed {seed}");
            assert_eq!(cells(&one, &first.missing), cells(&other, &second.missing), "seed {seed}");
            let bounds = |figure: &Figure| match figure {
                Figure::Known { value } => (Some(*value), Some(*value)),
                Figure::Missing { bounds, .. } => (bounds.low, bounds.high),
                Figure::Undefined { .. } => (None, None),
            };
            assert_eq!(bounds(park_figure(a)), bounds(park_figure(b)), "seed {seed}");
        }
        let receipts = [(&a, &one), (&b, &other)].map(|(result, frame)| {
            xiyuan_policy::receipt::receipt(&case.package, frame, &run(), &result.parks)
        });
        assert_eq!(receipts[0], receipts[1], "seed {seed}");
    }
}

#[test]
fn writing_a_field_in_another_unit_changes_no_figure() {
    for seed in seeds() {
        let case = case(seed);
        let frame = case.city.frame(&case.package);
        let before = column::evaluate(&case.package, &frame, &run()).expect("nothing overflows");
        // 万元 with two decimals become 元 with none.
        let mut package = case.package.clone();
        let revenue = &mut package.fields[0];
        revenue.unit = Some("元".to_owned());
        revenue.decimals = 0;
        revenue.admissible.max = Some(Exact::integer(1_000_000));
        let mut city = case.city.clone();
        for ((_, field, _), value) in &mut city.cells {
            if let (0, Value::Number(number)) = (field.0, &mut *value) {
                let scaled = number.checked_mul(Exact::integer(10_000)).expect("small");
                *number = scaled.rescale_exact(0).expect("hundredths of 万元 are whole 元");
            }
        }
        let frame = city.frame(&package);
        let after = column::evaluate(&package, &frame, &run()).expect("nothing overflows");
        for (a, b) in before.parks.iter().zip(&after.parks) {
            assert_eq!(park_figure(a), park_figure(b), "seed {seed}: {:#?}", case.expression());
            assert_eq!(a.outcome, b.outcome, "seed {seed}");
        }
    }
}
