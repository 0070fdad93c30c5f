//! What leaves the range of numbers is the same error in SQL, also where SQL's own logic would not look.

use xiyuan_policy::evaluate::{Run, naive};
use xiyuan_policy::frame::Frame;
use xiyuan_policy::package::{Frequency, MissingRule, Package, Subject};
use xiyuan_policy::plan::{AggregateFunction, Arithmetic, Comparison, Expression, Members, Of, Span};
use xiyuan_store::Database;

use crate::agreement::in_sql;
use crate::city::{
    City, IS_LEADING, REVENUE, Who, YEAR, add_criterion, add_indicator, against, arithmetic, count_where,
    member, number, own, package, run, sum, sum_where,
};
use crate::databases::on_postgres;

/// Nearly as large as numbers can be.
const HUGE: &str = "99999999999999999999999999999999999999";

fn overflowing() -> Expression {
    arithmetic(Arithmetic::Multiply, member(REVENUE), number(HUGE))
}

fn is_positive(of: Expression) -> Expression {
    let op = Comparison::Greater;
    Expression::Compare { op, left: Box::new(of), right: Box::new(number("0")) }
}

/// A package with one criterion about a formula of parks.
fn about(mut package: Package, formula: Expression) -> Package {
    let indicator = add_indicator(&mut package, formula, MissingRule::Strict);
    add_criterion(&mut package, vec![against(indicator, Comparison::Greater, number("0"))]);
    package
}

async fn is_the_same_error(db: &Database, package: &Package, frame: &Frame, run: &Run) {
    let expected = naive::evaluate(package, frame, run);
    assert!(expected.is_err(), "{expected:?}");
    assert_eq!(in_sql(db, package, frame, run).await.0, expected);
}

#[test]
fn a_part_or_a_sum_that_leaves_the_range_is_the_same_error() {
    on_postgres("sql_evaluator::overflow", |db, _| async move {
        let steps =
            [sum(overflowing()), arithmetic(Arithmetic::Multiply, sum(member(REVENUE)), number(HUGE))];
        for step in steps {
            let package = about(package(), step);
            let city = City::of_revenues(&[("99.99", true), ("1", false), ("3", true)]);
            is_the_same_error(&db, &package, &city.frame(&package), &run()).await;
            let frame = city.without(Who::Enterprise(2), REVENUE).frame(&package);
            is_the_same_error(&db, &package, &frame, &run()).await;
        }
    });
}

#[test]
fn a_condition_that_its_other_part_decides_is_the_same_error() {
    on_postgres("sql_evaluator::overflow_beside", |db, _| async move {
        let is_leading = || Box::new(member(IS_LEADING));
        let large = || Box::new(is_positive(overflowing()));
        let conditions = [
            Expression::And(is_leading(), large()),
            Expression::And(large(), is_leading()),
            Expression::Or(Box::new(Expression::Not(is_leading())), large()),
            Expression::Or(large(), Box::new(Expression::Not(is_leading()))),
        ];
        for condition in conditions {
            // Nobody is leading: the first part decides, and the second is an error all the same.
            let frame = |package: &Package| City::of_revenues(&[("99.99", false)]).frame(package);
            for formula in [count_where(Some(condition.clone())), sum_where(member(REVENUE), condition)] {
                let package = about(package(), formula);
                is_the_same_error(&db, &package, &frame(&package), &run()).await;
            }
        }
    });
}

#[test]
fn a_sum_over_years_that_no_branch_takes_is_the_same_error() {
    on_postgres("sql_evaluator::overflow_unread", |db, _| async move {
        let mut package = package();
        let years = Expression::Aggregate {
            over: Members::Periods(Span { frequency: Frequency::Year, last: Some(1) }),
            function: AggregateFunction::Sum,
            argument: Some(Box::new(arithmetic(Arithmetic::Multiply, own(REVENUE), number(HUGE)))),
            filter: None,
        };
        let choice = Expression::Case {
            branches: vec![(Expression::Bool(true), own(REVENUE))],
            otherwise: Some(Box::new(years)),
        };
        let indicator = add_indicator(&mut package, choice, MissingRule::Strict);
        package.indicators[indicator.index()].subject = Subject::Enterprise;
        let package = about(package, sum(Expression::Indicator { indicator, of: Of::Member, shift: 0 }));
        assert_eq!(run().period, YEAR);
        let frame = City::of_revenues(&[("99.99", true)]).frame(&package);
        is_the_same_error(&db, &package, &frame, &run()).await;
    });
}
