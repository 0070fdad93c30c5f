//! The comparison compares, and the figures come from the database: where its own functions lie, it is noticed.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use xiyuan_policy::evaluate::naive;
use xiyuan_policy::package::{MissingRule, Package};
use xiyuan_policy::plan::{AggregateFunction, Arithmetic, Comparison, Expression};
use xiyuan_store::Database;

use crate::agreement::in_sql;
use crate::city::{
    INDUSTRY, IS_LEADING, PROFIT, REVENUE, STAFF, add_criterion, add_indicator, against, aggregate,
    arithmetic, count_where, divide, member, number, package, run, sum,
};
use crate::databases::on_postgres;
use crate::random::{Dice, city, punch};

/// (a function or aggregate, what it does instead of what it should, what is gone afterwards)
const LIES: [(&str, &str, &str); 8] = [
    (
        "the sum is the greatest part",
        "CREATE AGGREGATE sum(numeric) (SFUNC = numeric_larger, STYPE = numeric)",
        "AGGREGATE sum(numeric)",
    ),
    (
        "the least is the greatest",
        "CREATE AGGREGATE min(numeric) (SFUNC = numeric_larger, STYPE = numeric)",
        "AGGREGATE min(numeric)",
    ),
    (
        "the greatest is the least",
        "CREATE AGGREGATE max(numeric) (SFUNC = numeric_smaller, STYPE = numeric)",
        "AGGREGATE max(numeric)",
    ),
    (
        "one too many counts",
        "CREATE AGGREGATE count(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '1')",
        "AGGREGATE count(*)",
    ),
    (
        "nobody lacks anything",
        "CREATE FUNCTION nobody(integer[], integer) RETURNS integer[] LANGUAGE sql AS 'SELECT NULL::integer[]'; \
      CREATE AGGREGATE array_agg(integer) (SFUNC = nobody, STYPE = integer[])",
        "FUNCTION nobody CASCADE",
    ),
    (
        "one value is different",
        "CREATE FUNCTION last_one(text[], text) RETURNS text[] LANGUAGE sql AS 'SELECT ARRAY[$2]'; \
      CREATE AGGREGATE array_agg(text) (SFUNC = last_one, STYPE = text[])",
        "FUNCTION last_one(text[], text) CASCADE",
    ),
    (
        "a quotient is one too large",
        "CREATE FUNCTION div(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.div($1, $2) + 1'",
        "FUNCTION div(numeric, numeric)",
    ),
    (
        "the magnitude keeps its sign",
        "CREATE FUNCTION abs(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1'",
        "FUNCTION abs(numeric)",
    ),
];

/// Figures of every kind that SQL is asked about, each with a criterion.
fn package_of_each_kind() -> Package {
    let mut package = package();
    let of = |function, field| aggregate(function, Some(member(field)), None);
    let quotient = divide(member(REVENUE), arithmetic(Arithmetic::Add, member(STAFF), number("7")));
    let formulas = [
        sum(member(REVENUE)),
        count_where(Some(member(IS_LEADING))),
        of(AggregateFunction::Min, REVENUE),
        of(AggregateFunction::Max, REVENUE),
        of(AggregateFunction::CountDistinct, INDUSTRY),
        sum(quotient),
        sum(Expression::Absolute(Box::new(member(PROFIT)))),
    ];
    for formula in formulas {
        let indicator = add_indicator(&mut package, formula, MissingRule::Strict);
        add_criterion(&mut package, vec![against(indicator, Comparison::Greater, number("1"))]);
    }
    package
}

/// How many of some random cities are answered otherwise than by the naive evaluator.
async fn disagreements(db: &Database) -> usize {
    let package = package_of_each_kind();
    let mut different = 0;
    for seed in 0..15 {
        let mut dice = Dice(seed);
        let mut city = city(&mut dice);
        punch(&mut dice, &mut city, 4);
        let frame = city.frame(&package);
        let (answer, _) = in_sql(db, &package, &frame, &run()).await;
        different += usize::from(answer != naive::evaluate(&package, &frame, &run()));
    }
    different
}

#[test]
fn a_database_that_computes_wrongly_is_noticed_whatever_is_wrong() {
    on_postgres("sql_evaluator::lies", |db, url| async move {
        assert_eq!(disagreements(&db).await, 0);
        // What the schema defines comes before what PostgreSQL brings.
        let misled = format!("{url}%2Cpg_catalog");
        let mut liar = PgConnection::connect(&misled).await.expect("connect");
        let db = Database::connect(&misled).await.expect("open");
        for (what, lie, gone) in LIES {
            sqlx::raw_sql(AssertSqlSafe(lie)).execute(&mut liar).await.expect("create");
            assert!(disagreements(&db).await > 0, "{what}");
            sqlx::raw_sql(AssertSqlSafe(format!("DROP {gone}"))).execute(&mut liar).await.expect("drop");
        }
        assert_eq!(disagreements(&db).await, 0);
        db.close().await;
    });
}
