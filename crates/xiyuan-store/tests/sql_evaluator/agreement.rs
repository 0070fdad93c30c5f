//! Random packages × cities. `SEEDS=5000` in the environment tries more, `FIRST=1000` begins there.

use std::collections::BTreeSet;

use xiyuan_policy::evaluate::{EvaluationError, Run, column, naive};
use xiyuan_policy::frame::Frame;
use xiyuan_policy::outcome::RunResult;
use xiyuan_policy::package::{MissingRule, Package};
use xiyuan_policy::plan::{Expression, Members};
use xiyuan_store::Database;
use xiyuan_store::sql_evaluator::{Kind, SqlEvaluationError, Wants, Work, evaluate_with_work};

use crate::city::{
    LOAN, MONEY_LINE, SHARE_LINE, SITE, add_criterion, add_indicator, against, exact, number, package, run,
};
use crate::databases::on_postgres;
use crate::random::{Dice, around, city, comparison, formula, punch, seeds, share, total};
use crate::worlds::World;

/// What SQL answers, and what it did for it.
pub async fn in_sql(
    db: &Database,
    package: &Package,
    frame: &Frame,
    run: &Run,
) -> (Result<RunResult, EvaluationError>, Work) {
    match evaluate_with_work(db, package, frame, run).await {
        Ok((result, work)) => (Ok(result), work),
        Err(SqlEvaluationError::Evaluation(error)) => (Err(error), Work::default()),
        Err(other) => panic!("the database fails: {other:?}"),
    }
}

fn add(all: &mut Work, one: Work) {
    all.answered += one.answered;
    all.refused += one.refused;
    all.counted += one.counted;
    all.open += one.open;
    for (kind, counted) in one.kinds {
        *all.kinds.entry(kind).or_default() += counted;
    }
}

/// Holds the three evaluators together.
async fn agree(db: &Database, package: &Package, frame: &Frame, run: &Run, seed: u64) -> Work {
    let expected = naive::evaluate(package, frame, run);
    assert_eq!(expected, column::evaluate(package, frame, run), "seed {seed}: {:#?}", package.indicators);
    let (answer, work) = in_sql(db, package, frame, run).await;
    assert_eq!(expected, answer, "seed {seed}: {:#?}", package.indicators);
    work
}

/// Whether members counted in an answer of such a kind.
fn counted(work: &Work, is: impl Fn(&Kind) -> bool) -> bool {
    work.kinds.iter().any(|(kind, counted)| *counted > 0 && is(kind))
}

fn rule(dice: &mut Dice) -> MissingRule {
    if dice.chance(10) {
        MissingRule::Covered { min_coverage: exact(dice.pick(&["0", "0.5", "0.8", "1"])) }
    } else {
        MissingRule::Strict
    }
}

/// A package with two random indicators of parks, the second perhaps around the first.
fn random_package(dice: &mut Dice) -> Package {
    let mut package = package();
    let inner = if dice.chance(70) { share(dice) } else { total(dice, true) };
    let inner = add_indicator(&mut package, inner, rule(dice));
    let expression = match dice.below(6) {
        0..=1 => share(dice),
        2 => total(dice, true),
        3 | 4 => formula(dice, 2),
        _ => around(dice, &package, inner),
    };
    let indicator = add_indicator(&mut package, expression, rule(dice));
    let op = comparison(dice);
    let lines =
        [Expression::Parameter(SHARE_LINE), Expression::Parameter(MONEY_LINE), number("1"), number("0")];
    let line = dice.pick(&lines);
    add_criterion(&mut package, vec![against(indicator, op, line)]);
    package
}

#[test]
fn sums_and_shares_of_random_cities_are_answered_alike_by_all_three() {
    on_postgres("sql_evaluator::sums_and_shares", |db, _| async move {
        let mut all = Work::default();
        for seed in seeds(100) {
            let mut dice = Dice(seed);
            let package = random_package(&mut dice);
            let mut city = city(&mut dice);
            punch(&mut dice, &mut city, 4);
            let frame = city.frame(&package);
            add(&mut all, agree(&db, &package, &frame, &run(), seed).await);
        }
        assert!(all.refused * 10 < all.answered, "SQL computes, the engine does not do it for it: {all:?}");
        assert!(all.counted > all.open && all.open > 0, "most is known, some is not: {all:?}");
    });
}

#[test]
fn worlds_of_months_groups_and_registers_are_answered_alike_by_all_three() {
    on_postgres("sql_evaluator::worlds", |db, _| async move {
        let mut all = Work::default();
        for seed in seeds(70) {
            let world = World::of(seed, 5);
            let frame = world.city.frame(&world.package);
            for assessment in [0, 1] {
                let run = World::run(assessment);
                add(&mut all, agree(&db, &world.package, &frame, &run, seed).await);
            }
        }
        assert!(all.answered > 20 * all.refused, "SQL computes nearly all of it: {all:?}");
        assert!(all.counted > all.open && all.open > 0, "most is known, some is not: {all:?}");
        let kinds: BTreeSet<(bool, Members)> =
            all.kinds.keys().map(|of| (of.is_of_groups, of.over)).collect();
        let (loans, sites) = (Members::Records(LOAN), Members::Records(SITE));
        let expected = [
            (false, Members::Enterprises),
            (false, sites),
            (true, Members::Enterprises),
            (true, Members::Parks),
            (true, loans),
            (true, sites),
        ];
        assert_eq!(kinds, BTreeSet::from(expected));
        for (is_of_groups, over) in expected {
            for wants in [Wants::Count, Wants::Numbers] {
                let is = |of: &Kind| (of.is_of_groups, of.over, of.wants) == (is_of_groups, over, wants);
                assert!(counted(&all, is), "{is_of_groups} {over:?} {wants:?} in {all:?}");
            }
        }
        assert!(counted(&all, |of| of.wants == Wants::Distinct), "{all:?}");
        assert!(counted(&all, |of| of.wants == Wants::Coverage), "{all:?}");
        assert!(counted(&all, |of| of.leaves_out), "{all:?}");
        assert!(counted(&all, |of| of.rests), "{all:?}");
    });
}
