//! Cases officials ask about, in SQL.

use xiyuan_policy::evaluate::{column, naive};
use xiyuan_policy::frame::Value;
use xiyuan_policy::number::Exact;
use xiyuan_policy::outcome::{Missing, Outcome};
use xiyuan_policy::package::{MissingRule, Package, Subject};
use xiyuan_policy::plan::{AggregateFunction, Arithmetic, Comparison, Expression, Of};
use xiyuan_store::Dialect;
use xiyuan_store::sql_evaluator::{SqlEvaluationError, evaluate};

use crate::agreement::in_sql;
use crate::city::{
    City, IS_LEADING, REVENUE, SHARE_LINE, Who, YEAR, add_criterion, add_indicator, against, aggregate,
    arithmetic, count_where, divide, member, number, own, package, run, sum, sum_where,
};
use crate::databases::{on_postgres, on_sqlite};

/// Revenue of the leading industry over all revenue, at least the line.
fn share_of_leading() -> Package {
    let mut package = package();
    let share = divide(sum_where(member(REVENUE), member(IS_LEADING)), sum(member(REVENUE)));
    let indicator = add_indicator(&mut package, share, MissingRule::Strict);
    let line = Expression::Parameter(SHARE_LINE);
    add_criterion(&mut package, vec![against(indicator, Comparison::GreaterOrEqual, line)]);
    package
}

#[test]
fn exactly_half_is_half_and_a_hair_less_is_not() {
    on_postgres("sql_evaluator::half", |db, _| async move {
        let package = share_of_leading();
        for (rest, expected) in [("33.33", Outcome::Met), ("33.34", Outcome::NotMet)] {
            let city = City::of_revenues(&[("33.33", true), (rest, false)]);
            let frame = city.frame(&package);
            let (result, _) = in_sql(&db, &package, &frame, &run()).await;
            let result = result.expect("nothing overflows");
            assert_eq!(result.parks[0].outcome, expected);
            assert_eq!(Ok(result), naive::evaluate(&package, &frame, &run()));
        }
    });
}

#[test]
fn one_missing_figure_decides_only_where_it_can() {
    on_postgres("sql_evaluator::deciding", |db, _| async move {
        let package = share_of_leading();
        // At most 100 are missing: 10 against 40 + 0…100 can be neither more nor less than it is – below half for sure;
        // 60 against 40 + 0…100 can be either.
        for (leading, expected) in [("10", Outcome::NotMet), ("60", Outcome::Undecided)] {
            let city = City::of_revenues(&[(leading, true), ("40", false), ("7", false)]);
            let city = city.without(Who::Enterprise(2), REVENUE);
            let frame = city.frame(&package);
            let (result, work) = in_sql(&db, &package, &frame, &run()).await;
            let result = result.expect("nothing overflows");
            let park = &result.parks[0];
            assert_eq!(park.outcome, expected);
            let missing = &park.criteria[0].test.missing;
            assert!(
                matches!(missing[..], [Missing::Figure { field: REVENUE, period: YEAR, .. }]),
                "{missing:?}"
            );
            assert!(work.open > 0 && work.refused == 0, "SQL names who is open: {work:?}");
            assert_eq!(Ok(result), naive::evaluate(&package, &frame, &run()));
        }
    });
}

#[test]
fn a_giant_park_is_summed_by_the_database() {
    on_postgres("sql_evaluator::giant", |db, _| async move {
        let package = share_of_leading();
        let mut city = City::new(1, 12_000, vec![YEAR]);
        for at in 0..12_000 {
            city.members.insert((YEAR, 0, at));
            let revenue = Exact { mantissa: i128::try_from(at % 9_973).expect("small"), scale: 2 };
            if at % 4_001 != 7 {
                city.set(Who::Enterprise(at), REVENUE, Value::Number(revenue));
            }
            city.set(Who::Enterprise(at), IS_LEADING, Value::Bool(at % 3 != 0));
        }
        let frame = city.frame(&package);
        let (result, work) = in_sql(&db, &package, &frame, &run()).await;
        let result = result.expect("nothing overflows");
        assert_eq!(result.parks[0].criteria[0].test.missing.len(), 3);
        assert!(work.open < 12 && work.counted > 24_000, "only who lacks something is open: {work:?}");
        assert_eq!(Ok(result), column::evaluate(&package, &frame, &run()));
    });
}

#[test]
fn who_is_above_the_mean_of_the_own_park_is_counted_by_the_database() {
    on_postgres("sql_evaluator::above_the_mean", |db, _| async move {
        let mut package = package();
        let mean = aggregate(AggregateFunction::Avg, Some(member(REVENUE)), None);
        let indicator = add_indicator(&mut package, mean, MissingRule::Strict);
        let mean = Expression::Indicator { indicator, of: Of::Subject, shift: 0 };
        let op = Comparison::GreaterOrEqual;
        let above = Expression::Compare { op, left: Box::new(member(REVENUE)), right: Box::new(mean) };
        let count = add_indicator(&mut package, count_where(Some(above)), MissingRule::Strict);
        add_criterion(&mut package, vec![against(count, Comparison::Equal, number("2"))]);
        let frame = City::of_revenues(&[("1", true), ("2", true), ("3", false)]).frame(&package);
        let (result, work) = in_sql(&db, &package, &frame, &run()).await;
        assert_eq!(result.as_ref().expect("nothing overflows").parks[0].outcome, Outcome::Met);
        assert!(work.open == 0 && work.refused == 0, "the database does it: {work:?}");
        assert!(work.kinds.iter().any(|(kind, counted)| kind.rests && *counted == 2), "{work:?}");
        assert_eq!(result, naive::evaluate(&package, &frame, &run()));
    });
}

#[test]
fn what_is_too_long_to_be_written_out_is_left_to_the_engine() {
    on_postgres("sql_evaluator::too_long", |db, _| async move {
        for (doublings, is_open) in [(8, false), (12, true)] {
            let mut package = package();
            let mut expression = own(REVENUE);
            for _ in 0..doublings {
                let indicator = add_indicator(&mut package, expression, MissingRule::Strict);
                package.indicators[indicator.index()].subject = Subject::Enterprise;
                let of = |of| Expression::Indicator { indicator, of, shift: 0 };
                expression = arithmetic(Arithmetic::Add, of(Of::Subject), of(Of::Subject));
            }
            let indicator = add_indicator(&mut package, expression, MissingRule::Strict);
            package.indicators[indicator.index()].subject = Subject::Enterprise;
            let all = sum(Expression::Indicator { indicator, of: Of::Member, shift: 0 });
            let indicator = add_indicator(&mut package, all, MissingRule::Strict);
            add_criterion(&mut package, vec![against(indicator, Comparison::Greater, number("0"))]);
            let frame = City::of_revenues(&[("1", true), ("2", true)]).frame(&package);
            let (result, work) = in_sql(&db, &package, &frame, &run()).await;
            assert_eq!(work.open + work.refused > 0, is_open, "{work:?}");
            assert_eq!(result, naive::evaluate(&package, &frame, &run()));
        }
    });
}

#[test]
fn the_embedded_database_says_that_it_does_not_evaluate() {
    on_sqlite(|db, _| async move {
        let package = share_of_leading();
        let frame = City::of_revenues(&[("1", true)]).frame(&package);
        let answer = evaluate(&db, &package, &frame, &run()).await;
        assert!(matches!(answer, Err(SqlEvaluationError::NotSupported(Dialect::Sqlite))));
    });
}
