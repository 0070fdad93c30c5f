//! One question as one statement, and its answer.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Row as _, query};
use xiyuan_policy::evaluate::Run;
use xiyuan_policy::evaluate::external::{Answer, Digest, Question};
use xiyuan_policy::number::Exact;
use xiyuan_policy::plan::Expression;

use super::pieces::Shape;
use super::projection::{Projection, code};
use super::translate::Translator;
use crate::error::{Result, StoreError};

/// Answers a question.
pub(super) async fn ask(
    projection: &mut Projection<'_>,
    connection: &mut PgConnection,
    run: &Run,
    question: &Question,
) -> Result<Answer> {
    let mut translator = Translator::new(projection.package, projection.frame, run, question);
    let Some((columns, answer)) = statement_parts(&mut translator, question) else {
        return Ok(Answer::Unanswerable);
    };
    if !translator.needs().is_empty() {
        return Ok(Answer::Needs(translator.needs().clone()));
    }
    for (table, period) in translator.tables() {
        projection.load(connection, table, period).await?;
    }
    let visits = projection.visits(connection, question.over, question.whose, question.period).await?;
    let mut joins: Vec<String> = translator
        .joins()
        .map(|(alias, table, period, ordinal)| {
            let (table, period) = (table.name(), code(period));
            format!(" LEFT JOIN {table} {alias} ON {alias}.period = {period} AND {alias}.ordinal = {ordinal}")
        })
        .collect();
    for (alias, given, ordinal) in translator.given() {
        let number = projection.give(connection, given, &question.figures[&given.figure]).await?;
        joins.push(format!(
            " LEFT JOIN ev_given {alias} ON {alias}.given = {number} AND {alias}.ordinal = {ordinal}"
        ));
    }
    let joins = joins.concat();
    // OFFSET 0: each formula is computed once, not wherever it is named.
    let text = format!(
        "SELECT subject, {answer} FROM (\
         SELECT m.subject, m.member, {columns} FROM ev_visit m{joins} WHERE m.visits = $2 OFFSET 0\
         ) AS q, LATERAL (SELECT $1::text[] AS unused) AS t GROUP BY subject"
    );
    let rows = query(AssertSqlSafe(text)).persistent(false).bind(translator.into_texts()).bind(visits);
    let rows = rows.fetch_all(&mut *connection).await?;
    let mut digests = BTreeMap::new();
    for row in &rows {
        let subject: i32 = row.try_get("subject")?;
        let Some(digest) = digest(row)? else { return Ok(Answer::Unanswerable) };
        digests.insert(u32::try_from(subject).map_err(StoreError::internal)?, digest);
    }
    Ok(Answer::Digests(digests))
}

/// The columns per member and the columns of the answer.
fn statement_parts(translator: &mut Translator<'_>, question: &Question) -> Option<(String, String)> {
    let mut columns = Vec::new();
    let (mut opens, mut counts) = (Vec::new(), Vec::new());
    let mut shape = Shape::Nothing;
    for (number, (argument, filter)) in question.parts.iter().enumerate() {
        let value = match argument {
            Some(argument) => {
                let value = translator.translate(argument);
                shape = value.shape;
                value.text
            }
            None => "1::numeric".to_owned(),
        };
        let filter = condition(translator, filter.as_ref());
        columns.push(format!("{value} AS v{number}, {filter} AS f{number}"));
        opens.push(format!("(f{number} IS NULL OR (f{number} AND v{number} IS NULL))"));
        counts.push(format!("(f{number} AND v{number} IS NOT NULL)"));
    }
    for (number, (argument, filter)) in question.beside.iter().enumerate() {
        let value = argument.as_ref().map_or_else(|| "1".to_owned(), |of| translator.translate(of).text);
        let filter = condition(translator, filter.as_ref());
        columns.push(format!(
            "CASE {filter} WHEN true THEN ({value}) IS NULL WHEN false THEN false ELSE true END AS b{number}"
        ));
        opens.push(format!("b{number}"));
    }
    let open = opens.join(" OR ");
    let counts = format!("NOT ({open}) AND ({})", counts.join(" OR "));
    let mut answer = vec![
        format!("count(*) FILTER (WHERE {counts}) AS members"),
        format!("array_agg(member ORDER BY member) FILTER (WHERE {open}) AS open"),
    ];
    answer.extend(numbers(question, shape, &counts)?);
    answer.push(different(question, shape, &counts)?);
    Some((columns.join(", "), answer.join(", ")))
}

fn condition(translator: &mut Translator<'_>, filter: Option<&Expression>) -> String {
    filter.map_or_else(|| "true".to_owned(), |filter| translator.truth(filter))
}

/// Sum, least, greatest and most decimals of those who count; `None` when they are no numbers.
fn numbers(question: &Question, shape: Shape, counts: &str) -> Option<Vec<String>> {
    let names = [("total", "sum"), ("least", "min"), ("greatest", "max")];
    if !question.wants_numbers {
        let nothing = names.iter().map(|(name, _)| format!("NULL::text AS {name}"));
        return Some(nothing.chain(["0 AS decimals".to_owned()]).collect());
    }
    let number = |(name, function): &(&str, &str)| {
        format!("trim_scale({function}(v0) FILTER (WHERE {counts}))::text AS {name}")
    };
    let decimals = format!("max(scale(v0)) FILTER (WHERE {counts}) AS decimals");
    (shape == Shape::Number).then(|| names.iter().map(number).chain([decimals]).collect())
}

/// The different values of those who count, as texts; `None` when they are not translated.
fn different(question: &Question, shape: Shape, counts: &str) -> Option<String> {
    if !question.wants_distinct {
        return Some("NULL::text[] AS different".to_owned());
    }
    let text = match shape {
        Shape::Nothing => return None,
        Shape::Number => "trim_scale(v0)::text",
        Shape::Date => "to_char(v0, 'YYYY-MM-DD')",
        Shape::Text => "v0",
        Shape::Bool => "v0::text",
    };
    Some(format!("array_agg(DISTINCT {text}) FILTER (WHERE {counts}) AS different"))
}

/// `None` when a number is beyond what the engine holds: the engine finds out where.
fn digest(row: &PgRow) -> Result<Option<Digest>> {
    let mut numbers = [None; 3];
    for (number, name) in numbers.iter_mut().zip(["total", "least", "greatest"]) {
        let text: Option<String> = row.try_get(name)?;
        if let Some(text) = text {
            let Ok(value) = Exact::parse(&text) else { return Ok(None) };
            *number = Some(value);
        }
    }
    let [sum, least, greatest] = numbers;
    let decimals: Option<i32> = row.try_get("decimals")?;
    let count: i64 = row.try_get("members")?;
    let open: Option<Vec<i32>> = row.try_get("open")?;
    let distinct: Option<Vec<String>> = row.try_get("different")?;
    let open: Result<Vec<u32>, _> = open.unwrap_or_default().into_iter().map(u32::try_from).collect();
    Ok(Some(Digest {
        count: usize::try_from(count).map_err(StoreError::internal)?,
        sum,
        least,
        greatest,
        decimals: u32::try_from(decimals.unwrap_or(0)).map_err(StoreError::internal)?,
        distinct: distinct.map(BTreeSet::from_iter).unwrap_or_default(),
        open: open.map_err(StoreError::internal)?,
    }))
}
