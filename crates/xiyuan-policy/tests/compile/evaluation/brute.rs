//! Brute force: every missing cell takes its extremes (and something between), the complete case is computed, and what
//! is expected of bounds and decisions must agree. Only the path of complete figures is used, never bounds.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xiyuan_policy::evaluate::one_criterion;
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::outcome::{Figure, Outcome};
use xiyuan_policy::package::{FieldType, Range, Subject};

use super::city::City;
use super::{Case, outcome, quotient, texts};

/// Stands for "without end": far beyond every number of the cases.
const FAR: i64 = 1_000_000_000;
/// More completions than this are not tried; no case needs them.
const MOST: usize = 20_000;

/// Values a number may take: both ends and the middle.
fn between(range: Range, decimals: u32) -> Vec<Value> {
    let far = Exact::integer(FAR);
    let low = range.min.unwrap_or(far.negated());
    let high = range.max.unwrap_or(far);
    let half = Exact::new(5, 1).expect("a half");
    let middle = low.checked_add(high).and_then(|sum| sum.checked_mul(half)).expect("it fits");
    let middle =
        Quotient::of(middle).rounded(decimals.min(2), xiyuan_policy::plan::Rounding::Floor).expect("it fits");
    [low, middle, high].iter().map(|value| json!(value.normalized().to_string())).collect()
}

/// Every way to fill the cells that are said to be missing.
fn completions(case: &Case, missing: &BTreeSet<String>) -> Vec<City> {
    let mut cities = vec![case.city.clone()];
    for cell in missing {
        let options = options(case, cell);
        cities = cities
            .iter()
            .flat_map(|city| options.iter().map(|fill| fill(city.clone())).collect::<Vec<_>>())
            .collect();
        assert!(cities.len() <= MOST, "{}: too many completions", case.name);
    }
    cities
}

/// Where a cell stands.
#[derive(Clone, Copy)]
enum Home {
    Park,
    Enterprise,
    Record,
}

type Fill = Box<dyn Fn(City) -> City>;

fn options(case: &Case, cell: &str) -> Vec<Fill> {
    let (whose, what) = cell.split_once('.').expect("whose.what");
    let own = (whose.to_owned(), what.to_owned());
    if let Some(fact) = what.strip_prefix("fact.") {
        let key = (own.0, fact.to_owned());
        return [true, false]
            .into_iter()
            .map(|value| -> Fill {
                let key = key.clone();
                Box::new(move |mut city| {
                    city.facts.insert(key.clone(), value);
                    city
                })
            })
            .collect();
    }
    if let Some(kind) = what.strip_prefix("evidence.") {
        let key = (own.0, kind.to_owned());
        let there: Fill = Box::new(move |mut city: City| {
            city.evidence.insert(key.clone());
            city
        });
        return vec![there, Box::new(|city| city)];
    }
    let (key, at) = what.split_once('@').expect("with its period");
    if whose == "city" {
        let id = format!("city.{key}");
        let benchmark =
            case.package.benchmarks.iter().find(|benchmark| benchmark.id == id).expect("declared");
        let at = at.to_owned();
        return between(benchmark.admissible, benchmark.decimals)
            .into_iter()
            .map(|value| -> Fill {
                let key = (id.clone(), at.clone());
                Box::new(move |mut city| {
                    city.benchmarks.insert(key.clone(), value.clone());
                    city
                })
            })
            .collect();
    }
    let home = if case.city.parks.contains_key(whose) {
        Home::Park
    } else if case.city.records.contains_key(whose) {
        Home::Record
    } else {
        Home::Enterprise
    };
    let is_own = |subject: Subject| match home {
        Home::Park => subject == Subject::Park,
        Home::Enterprise => subject == Subject::Enterprise,
        Home::Record => matches!(subject, Subject::Record(_)),
    };
    let field =
        case.package.fields.iter().find(|field| is_own(field.subject) && field.key == key).expect("declared");
    let values = match &field.ty {
        FieldType::Bool => vec![json!(true), json!(false)],
        FieldType::Choice { catalog } => {
            case.package.catalogs[catalog].entries.iter().map(|entry| json!(entry.code)).collect()
        }
        FieldType::Decimal | FieldType::Integer => between(field.admissible, field.decimals),
        FieldType::Text | FieldType::Date => panic!("{cell}: no extremes"),
    };
    values
        .into_iter()
        .map(|value| -> Fill {
            let own = own.clone();
            Box::new(move |mut city| {
                let subjects = match home {
                    Home::Park => &mut city.parks,
                    Home::Enterprise => &mut city.enterprises,
                    Home::Record => &mut city.records,
                };
                subjects.get_mut(&own.0).expect("known").insert(own.1.clone(), value.clone());
                city
            })
        })
        .collect()
}

/// Bounds hold every completion; tight ones are reached (an open end is passed by far).
pub fn check_figure(case: &Case, expected: &Value, wrong: &mut Vec<String>) {
    if expected.get("low").is_none() || case.package.indicators.iter().any(is_covered) {
        return;
    }
    let indicator = case.indicator(&expected["indicator"]);
    let (mut values, mut is_undefined) = (Vec::new(), false);
    for city in completions(case, &texts(&expected["missing"])) {
        match case.figure(&city, expected).expect("it can be computed").0 {
            Figure::Known { value } => values.push(case.in_unit(value, indicator)),
            Figure::Undefined { .. } => is_undefined = true,
            Figure::Missing { missing, .. } => {
                wrong.push(format!("{}: {expected}\n  still missing: {missing:?}", case.name));
            }
        }
    }
    let end = |key: &str| expected[key].as_str().map(quotient);
    let (low, high) = (end("low"), end("high"));
    let (least, most) = (values.iter().min().copied(), values.iter().max().copied());
    let far = Quotient::of(Exact::integer(FAR / 1000));
    let holds = values
        .iter()
        .all(|value| low.is_none_or(|low| low <= *value) && high.is_none_or(|high| *value <= high));
    let reached = |end: Option<Quotient>, found: Option<Quotient>| match end {
        Some(end) => found == Some(end),
        None => found.is_some_and(|found| found.absolute() > far),
    };
    let is_tight = expected["isWide"] == false;
    let is_right = holds
        && (!is_tight || (reached(low, least) && reached(high, most)))
        && (expected["mayBeUndefined"] == true || !is_undefined);
    if !is_right {
        wrong.push(format!(
            "{}: {expected}\n  by brute force between {least:?} and {most:?}, undefined: {is_undefined}",
            case.name
        ));
    }
}

/// Filling gaps of a figure that is computed from what is there also changes what is there.
fn is_covered(indicator: &xiyuan_policy::package::Indicator) -> bool {
    matches!(indicator.missing, xiyuan_policy::package::MissingRule::Covered { .. })
}

/// A decided outcome is the outcome of every completion; an open one that could change has both.
pub fn check_criterion(case: &Case, expected: &Value, wrong: &mut Vec<String>) {
    let missing = texts(&expected["missing"]);
    if missing.is_empty() || case.package.indicators.iter().any(is_covered) {
        return;
    }
    let run = case.run(expected);
    let criterion = case.criterion(&expected["criterion"]);
    let mut found = BTreeSet::new();
    for city in completions(case, &missing) {
        let frame = city.frame(&case.package);
        let park = super::city::park(&frame, expected["park"].as_str().expect("a park"));
        let outcome =
            one_criterion(&case.package, &frame, &run, criterion, park).expect("it can be computed");
        found.insert(outcome.test.outcome);
    }
    let wanted = outcome(&expected["outcome"]);
    let is_right = match wanted {
        Outcome::Met | Outcome::NotMet => found == BTreeSet::from([wanted]),
        Outcome::Undecided => expected["couldChange"] == false || found.len() > 1,
    };
    if !is_right {
        wrong.push(format!("{}: {expected}\n  by brute force: {found:?}", case.name));
    }
}
