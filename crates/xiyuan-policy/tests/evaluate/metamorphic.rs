//! What must not change when a city is told in another way, and what may only change in one direction.

use std::collections::BTreeSet;

use xiyuan_policy::evaluate::{Overrides, column, naive};
use xiyuan_policy::frame::{Frame, SubjectIx, Value};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::outcome::{Figure, Outcome};
use xiyuan_policy::package::{MissingRule, Package};
use xiyuan_policy::plan::{Expression, FieldIx, IndicatorIx};

use crate::city::{
    ALL, CellKey, City, IS_ABOVE_SCALE, IS_LEADING, MONEY_LINE, OUTPUT, PROFIT, REVENUE, SHARE_LINE, STAFF,
    Who, YEAR, add_indicator, cells, count_where, divide, exact, member, package, run, sum, sum_where,
};
use crate::random::{Dice, city, punch, seeds, share};
use crate::worlds::World;

/// Every figure of a world by the ids of indicator and subject.
fn figures(
    world: &World,
    city: &City,
    package: &Package,
) -> Vec<(IndicatorIx, String, Figure, BTreeSet<CellKey>)> {
    let frame = city.frame(package);
    let of = |(indicator, subject, period)| {
        let figure = naive::figure(package, &frame, &Overrides::default(), indicator, subject, period);
        let (figure, _) = figure.expect("nothing overflows");
        let missing = cells(&frame, figure.missing());
        (indicator, frame.subject(subject).id.clone(), figure, missing)
    };
    world.figures(&frame).into_iter().map(of).collect()
}

/// A figure without positions of the frame.
fn plain(figure: &Figure) -> String {
    match figure {
        Figure::Known { value } => format!("{:?}", value.normalized()),
        Figure::Missing { bounds, .. } => format!("{bounds:?}"),
        Figure::Undefined { reason, .. } => format!("{reason:?}"),
    }
}

fn value_of(package: &Package, city: &City, park: &str, indicator: IndicatorIx) -> Option<Quotient> {
    let frame: Frame = city.frame(package);
    let park = SubjectIx::Park(frame.find_park(park).expect("it is there"));
    let figure = naive::figure(package, &frame, &Overrides::default(), indicator, park, YEAR);
    figure.expect("nothing overflows").0.known().map(Quotient::normalized)
}

#[test]
fn an_enterprise_split_in_two_that_add_up_leaves_sums_and_ratios_of_sums() {
    let mut moved_counts = 0;
    for seed in seeds(200) {
        let mut dice = Dice(seed);
        let mut package = package();
        let fields = [REVENUE, OUTPUT, PROFIT, STAFF];
        let flags = [IS_LEADING, IS_ABOVE_SCALE];
        let part = sum_where(member(dice.pick(&fields)), member(dice.pick(&flags)));
        let ratio = divide(part.clone(), sum(member(dice.pick(&fields))));
        let kept = [part, ratio].map(|formula| add_indicator(&mut package, formula, MissingRule::Strict));
        let count = add_indicator(&mut package, count_where(None), MissingRule::Strict);
        let whole = city(&mut dice);
        let mut split = whole.clone();
        let (old, new) = (dice.below(whole.enterprises), whole.enterprises);
        split.enterprises += 1;
        for (period, park, enterprise) in &whole.members {
            if *enterprise == old {
                split.members.insert((*period, *park, new));
            }
        }
        for ((who, field, period), value) in &whole.cells {
            if *who != Who::Enterprise(old) {
                continue;
            }
            let (one, other) = match value {
                Value::Number(number) => {
                    let share = i128::try_from(dice.below(7)).expect("small");
                    let one = Exact { mantissa: number.mantissa * share / 7, scale: number.scale };
                    (Value::Number(one), Value::Number(number.checked_sub(one).expect("small")))
                }
                other => (other.clone(), other.clone()),
            };
            split.cells.insert((Who::Enterprise(old), *field, *period), one);
            split.cells.insert((Who::Enterprise(new), *field, *period), other);
        }
        for park in (0..whole.parks).map(|park| format!("p{park}")) {
            for indicator in kept {
                let (before, after) = (
                    value_of(&package, &whole, &park, indicator),
                    value_of(&package, &split, &park, indicator),
                );
                assert_eq!(before, after, "seed {seed}, {park}");
            }
            let counts = [&whole, &split].map(|city| value_of(&package, city, &park, count));
            moved_counts += usize::from(counts[0] != counts[1]);
        }
    }
    assert!(moved_counts > 50, "the split ones were members somewhere: {moved_counts}");
}

#[test]
fn two_parks_that_merge_have_the_sum_of_their_sums_and_counts() {
    for seed in seeds(200) {
        let mut dice = Dice(seed);
        let mut package = package();
        let fields: [FieldIx; 3] = [REVENUE, PROFIT, STAFF];
        let total = sum_where(member(dice.pick(&fields)), member(IS_LEADING));
        let added = [total, count_where(Some(member(IS_ABOVE_SCALE)))];
        let added = added.map(|formula| add_indicator(&mut package, formula, MissingRule::Strict));
        let mut apart = city(&mut dice);
        apart.parks = 2;
        apart.members = (0..apart.enterprises).map(|at| (YEAR, dice.below(2), at)).collect();
        apart.cells.retain(|(who, ..), _| !matches!(who, Who::Park(_)));
        let mut merged = apart.clone();
        merged.members = (0..apart.enterprises).map(|at| (YEAR, 0, at)).collect();
        for indicator in added {
            let parts =
                ["p0", "p1"].map(|park| value_of(&package, &apart, park, indicator).expect("complete"));
            let sum = parts[0].numerator.checked_add(parts[1].numerator).expect("small");
            assert_eq!(parts.map(|part| part.denominator), [Exact::ONE; 2], "sums are no quotients");
            let whole = value_of(&package, &merged, "p0", indicator);
            assert_eq!(whole, Some(Quotient::of(sum).normalized()), "seed {seed}");
        }
    }
}

#[test]
fn an_enterprise_that_belongs_nowhere_changes_nobody_elses_figures() {
    for seed in seeds(120) {
        let world = World::of(seed, 3);
        let mut wider = world.city.clone();
        wider.enterprises += 1;
        let newcomer = format!("e{}", world.city.enterprises);
        let of_everyone = |part: &Expression| matches!(part, Expression::Wider { grouping: ALL, .. });
        let before = figures(&world, &world.city, &world.package);
        let after = figures(&world, &wider, &world.package);
        let mut after = after.into_iter().filter(|(_, id, ..)| *id != newcomer);
        for (indicator, id, figure, missing) in before {
            let (other, same_id, now, lacking) = after.next().expect("the same figures");
            assert_eq!((indicator, &id), (other, &same_id));
            if id != "all" && !world.has(indicator, &of_everyone) {
                assert_eq!(
                    (plain(&figure), missing),
                    (plain(&now), lacking),
                    "seed {seed}: {indicator:?} of {id}"
                );
            }
        }
    }
}

#[test]
fn other_ids_and_names_of_rules_and_a_period_told_twice_change_no_figure() {
    for seed in seeds(120) {
        let world = World::of(seed, 3);
        let before = figures(&world, &world.city, &world.package);
        let mut renamed = world.package.clone();
        for indicator in &mut renamed.indicators {
            indicator.id = format!("z_{}", indicator.id);
            indicator.name = "另一个名字".to_owned();
        }
        assert_eq!(before, figures(&world, &world.city, &renamed), "seed {seed}");
        let mut twice = world.city.clone();
        twice.periods.extend(world.city.periods.clone());
        assert_eq!(before, figures(&world, &twice, &world.package), "seed {seed}");
    }
}

#[test]
fn another_figure_filed_narrows_what_is_known_and_never_undoes_a_decision() {
    let (mut narrowed, mut settled) = (0, 0);
    for seed in seeds(200) {
        let world = World::of(seed, 9);
        let Some((key, value)) = world.gone.first() else { continue };
        let mut fuller = world.city.clone();
        fuller.cells.insert(*key, value.clone());
        let before = figures(&world, &world.city, &world.package);
        let after = figures(&world, &fuller, &world.package);
        for ((indicator, id, old, lacked), (_, _, new, lacks)) in before.iter().zip(&after) {
            if world.is_provisional(*indicator) {
                continue;
            }
            let say = || format!("seed {seed}: {indicator:?} of {id} with {key:?}: {old:?} then {new:?}");
            assert!(lacks.is_subset(lacked), "{}", say());
            match (old, new) {
                (Figure::Missing { bounds: old, .. }, Figure::Missing { bounds: new, .. }) => {
                    assert!(old.low.is_none_or(|low| new.low.is_some_and(|new| new >= low)), "{}", say());
                    assert!(old.high.is_none_or(|high| new.high.is_some_and(|new| new <= high)), "{}", say());
                    assert!(old.may_be_undefined || !new.may_be_undefined, "{}", say());
                    narrowed += usize::from(old != new);
                }
                (Figure::Missing { bounds, .. }, Figure::Known { value }) => {
                    assert!(bounds.low.is_none_or(|low| *value >= low), "{}", say());
                    assert!(bounds.high.is_none_or(|high| *value <= high), "{}", say());
                    settled += 1;
                }
                (Figure::Missing { bounds, .. }, Figure::Undefined { .. }) => {
                    assert!(bounds.may_be_undefined, "{}", say());
                }
                (Figure::Known { .. }, _) => assert_eq!(plain(old), plain(new), "{}", say()),
                (Figure::Undefined { .. }, new) => {
                    assert!(matches!(new, Figure::Undefined { .. }), "{}", say());
                }
            }
        }
        for assessment in [0, 1] {
            let [old, new] = [&world.city, &fuller].map(|city| {
                let frame = city.frame(&world.package);
                column::evaluate(&world.package, &frame, &World::run(assessment)).expect("nothing overflows")
            });
            let criteria = |of: &xiyuan_policy::outcome::RunResult| -> Vec<(Outcome, IndicatorIx)> {
                let all = of.parks.iter().flat_map(|park| &park.criteria);
                let measured = |test: &xiyuan_policy::outcome::TestOutcome| {
                    test.measured.as_ref().expect("a test of an indicator").indicator
                };
                all.map(|of| (of.test.outcome, measured(&of.test))).collect()
            };
            for ((old, indicator), (new, _)) in criteria(&old).into_iter().zip(criteria(&new)) {
                let is_kept = old == Outcome::Undecided || old == new || world.is_provisional(indicator);
                assert!(is_kept, "seed {seed}: {old:?} then {new:?}");
            }
        }
    }
    assert!(
        narrowed > 10 && settled > 50,
        "the cases are worth something: {narrowed} narrowed, {settled} settled"
    );
}

#[test]
fn a_what_if_of_the_values_in_force_changes_nothing() {
    for seed in seeds(120) {
        let world = World::of(seed, 3);
        let frame = world.city.frame(&world.package);
        let plain = World::run(0);
        let mut same = plain.clone();
        same.overrides.parameters = [(SHARE_LINE, exact("50")), (MONEY_LINE, exact("40.00"))].into();
        let [one, other] = [plain, same].map(|run| column::evaluate(&world.package, &frame, &run));
        assert_eq!(one, other, "seed {seed}");
    }
    assert_eq!(run().overrides, Overrides::default());
}

#[test]
fn a_covered_figure_is_the_strict_one_of_those_who_lack_nothing() {
    let (mut kept, mut refused) = (0, 0);
    for seed in seeds(300) {
        let mut dice = Dice(seed);
        let mut package = package();
        let formula = share(&mut dice);
        let strict = add_indicator(&mut package, formula.clone(), MissingRule::Strict);
        let covered =
            add_indicator(&mut package, formula, MissingRule::Covered { min_coverage: Exact::ZERO });
        let mut city = city(&mut dice);
        let gone = punch(&mut dice, &mut city, 6);
        let of = |city: &City, park: usize, indicator: IndicatorIx| {
            let frame = city.frame(&package);
            let park = SubjectIx::Park(frame.find_park(&format!("p{park}")).expect("it is there"));
            naive::figure(&package, &frame, &Overrides::default(), indicator, park, YEAR)
                .expect("nothing overflows")
        };
        for park in (0..city.parks).filter(|_| !gone.is_empty()) {
            let with = |members: &[usize]| {
                let mut city = city.clone();
                city.members.retain(|(period, of, _)| *period != YEAR || *of != park);
                city.members.extend(members.iter().map(|member| (YEAR, park, *member)));
                city
            };
            let members: Vec<usize> =
                (0..city.enterprises).filter(|at| city.members.contains(&(YEAR, park, *at))).collect();
            let is_complete = |member: &usize| of(&with(&[*member]), park, strict).0.missing().is_empty();
            let complete: Vec<usize> = members.iter().copied().filter(is_complete).collect();
            let (figure, coverage) = of(&city, park, covered);
            if complete.len() < members.len() && coverage.reported == 0 {
                refused += 1;
                assert!(matches!(figure, Figure::Missing { .. }), "seed {seed}: {figure:?}");
            } else {
                kept += usize::from(complete.len() < members.len());
                assert_eq!(plain(&figure), plain(&of(&with(&complete), park, strict).0), "seed {seed}");
            }
        }
    }
    assert!(kept > 40 && refused > 20, "the cases are worth something: {kept} kept, {refused} refused");
}

#[test]
fn where_nothing_is_missing_covered_is_strict() {
    for seed in seeds(120) {
        let world = World::of(seed, 0);
        let rules = [MissingRule::Strict, MissingRule::Covered { min_coverage: Exact::ONE }];
        let [strict, covered] = rules.map(|rule| {
            let mut package = world.package.clone();
            package.indicators.iter_mut().for_each(|indicator| indicator.missing = rule);
            figures(&world, &world.city, &package)
        });
        assert_eq!(strict, covered, "seed {seed}");
    }
}
