//! Random packages × cities. `SEEDS=5000` in the environment tries more, `FIRST=1000` begins there.

use xiyuan_policy::evaluate::{EvaluationError, Run, naive};
use xiyuan_policy::frame::Frame;
use xiyuan_policy::outcome::RunResult;
use xiyuan_policy::package::{MissingRule, Package};
use xiyuan_policy::plan::Expression;
use xiyuan_store::Database;
use xiyuan_store::sql_evaluator::{SqlEvaluationError, Work, evaluate_with_work};

use crate::city::{
    MONEY_LINE, SHARE_LINE, add_criterion, add_indicator, against, exact, number, package, run,
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
fn sums_and_shares_of_random_cities_are_answered_as_by_the_naive_evaluator() {
    on_postgres("sql_evaluator::sums_and_shares", |db, _| async move {
        let mut all = Work::default();
        for seed in seeds(60) {
            let mut dice = Dice(seed);
            let package = random_package(&mut dice);
            let mut city = city(&mut dice);
            punch(&mut dice, &mut city, 4);
            let frame = city.frame(&package);
            let expected = naive::evaluate(&package, &frame, &run());
            let (answer, work) = in_sql(&db, &package, &frame, &run()).await;
            assert_eq!(expected, answer, "seed {seed}: {:#?}", package.indicators);
            add(&mut all, work);
        }
        assert!(all.refused * 10 < all.answered, "SQL computes, the engine does not do it for it: {all:?}");
        assert!(all.counted > all.open && all.open > 0, "most is known, some is not: {all:?}");
    });
}

#[test]
fn worlds_of_months_groups_and_registers_are_answered_as_by_the_naive_evaluator() {
    on_postgres("sql_evaluator::worlds", |db, _| async move {
        let mut all = Work::default();
        for seed in seeds(40) {
            let world = World::of(seed, 5);
            let frame = world.city.frame(&world.package);
            for assessment in [0, 1] {
                let run = World::run(assessment);
                let expected = naive::evaluate(&world.package, &frame, &run);
                let (answer, work) = in_sql(&db, &world.package, &frame, &run).await;
                assert_eq!(expected, answer, "seed {seed}: {:#?}", world.package.indicators);
                add(&mut all, work);
            }
        }
        assert!(all.answered > all.refused, "SQL computes most of it: {all:?}");
        assert!(all.counted > all.open && all.open > 0, "most is known, some is not: {all:?}");
    });
}
