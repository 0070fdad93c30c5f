//! A package as JSON in which positions are ids and what has no meaning for the policy is left out.

use serde_json::{Map, Value as Json};

use crate::package::Package;

/// Places in files, and what follows from something else.
const WITHOUT_MEANING: [&str; 3] = ["place", "digest", "unitFactor"];

/// The package without places, with ids for positions; checked formulas are one text each.
pub(super) fn of(package: &Package) -> Json {
    let written = serde_json::to_value(package).expect("invariant: a package has only text keys");
    named(package, "", &written)
}

/// Rows of a section by id; `None` for plain values. Units and code lists are by name.
pub(super) fn rows(section: &Json) -> Option<Vec<(String, &Json)>> {
    match section {
        Json::Object(rows) => Some(rows.iter().map(|(id, row)| (id.clone(), row)).collect()),
        Json::Array(rows) => {
            rows.iter().map(|row| Some((row.get("id")?.as_str()?.to_owned(), row))).collect()
        }
        _ => None,
    }
}

fn named(package: &Package, key: &str, value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !WITHOUT_MEANING.contains(&key.as_str()));
            let parts: Map<String, Json> = kept
                .map(|(key, part)| {
                    let part = named(package, key, part);
                    let is_formula = key == "expression" && !part.is_string();
                    (key.clone(), if is_formula { Json::String(part.to_string()) } else { part })
                })
                .collect();
            Json::Object(parts)
        }
        Json::Array(list) => Json::Array(list.iter().map(|part| named(package, key, part)).collect()),
        Json::Number(number) => {
            let at = number.as_u64().and_then(|at| usize::try_from(at).ok());
            at.and_then(|at| id(package, key, at)).map_or_else(|| value.clone(), Json::String)
        }
        other => other.clone(),
    }
}

/// The id of a position under a key; `None` for keys that hold plain numbers.
fn id(package: &Package, key: &str, at: usize) -> Option<String> {
    let id = match key {
        "field" | "fields" | "enterprises" | "parks" => &package.fields.get(at)?.id,
        "parameter" | "Parameter" => &package.parameters.get(at)?.id,
        "benchmark" | "benchmarks" => &package.benchmarks.get(at)?.id,
        "indicator" | "score" | "eligible" | "when" => &package.indicators.get(at)?.id,
        "criterion" | "criteria" => &package.criteria.get(at)?.id,
        "fact" => &package.facts.get(at)?.id,
        "evidence" => &package.evidence.get(at)?.id,
        "grouping" | "group" => &package.groupings.get(at)?.id,
        "record" | "Records" => &package.records.get(at)?.id,
        _ => return None,
    };
    Some(id.clone())
}
