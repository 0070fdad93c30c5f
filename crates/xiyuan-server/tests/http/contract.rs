//! The OpenAPI document in the repository is the one that the routes give.

use std::{collections::BTreeSet, path::Path};

fn snapshot() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json")
}

fn current() -> String {
    serde_json::to_string_pretty(&xiyuan_server::openapi()).expect("document is JSON") + "\n"
}

/// `XIYUAN_UPDATE_OPENAPI=1 cargo test -p xiyuan-server contract` writes it anew.
#[test]
fn the_committed_openapi_document_is_fresh() {
    let current = current();
    if std::env::var_os("XIYUAN_UPDATE_OPENAPI").is_some() {
        std::fs::write(snapshot(), &current).expect("openapi.json is writable");
    }
    let committed = std::fs::read_to_string(snapshot()).expect("openapi.json is there");
    assert!(
        committed == current,
        "openapi.json is stale: run XIYUAN_UPDATE_OPENAPI=1 cargo test -p xiyuan-server contract"
    );
}

#[test]
fn every_operation_has_an_own_id_of_verb_and_resource() {
    let document = serde_json::to_value(xiyuan_server::openapi()).expect("document is JSON");
    let mut seen = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("item") {
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            assert!(id.contains('_') && id == id.to_lowercase(), "{method} {path}: {id:?}");
            assert!(seen.insert(id.clone()), "{id} is used twice");
            assert!(operation["responses"]["default"].is_object(), "{id} does not name the problem document");
        }
    }
    assert!(seen.len() > 40, "only {} operations", seen.len());
}

#[test]
fn every_schema_that_is_named_exists() {
    let document = serde_json::to_value(xiyuan_server::openapi()).expect("document is JSON");
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let mut missing = BTreeSet::new();
    walk(&document, &mut |name| {
        if !schemas.contains_key(name) {
            missing.insert(name.to_owned());
        }
    });
    assert!(missing.is_empty(), "{missing:?}");
}

/// Every operation with its path.
fn operations(document: &serde_json::Value) -> Vec<(String, &serde_json::Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let each = paths.iter().flat_map(|(path, item)| {
        item.as_object().expect("item").values().map(move |operation| (path.clone(), operation))
    });
    each.collect()
}

#[test]
fn a_parameter_is_of_the_path_exactly_when_the_path_names_it() {
    let document = serde_json::to_value(xiyuan_server::openapi()).expect("document is JSON");
    let mut wrong = Vec::new();
    let mut queries = 0;
    for (path, operation) in operations(&document) {
        let id = &operation["operationId"];
        let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        for parameter in parameters {
            let (name, place) = (parameter["name"].as_str().expect("a name"), parameter["in"].as_str());
            queries += usize::from(place == Some("query"));
            if path.contains(&format!("{{{name}}}")) != (place == Some("path")) {
                wrong.push(format!("{id}: {name} in {place:?}"));
            }
        }
        for named in path.split('{').skip(1).filter_map(|rest| rest.split_once('}')) {
            if !parameters.iter().any(|parameter| parameter["name"] == named.0) {
                wrong.push(format!("{id}: {} is not declared", named.0));
            }
        }
    }
    assert!(queries > 30, "only {queries} query parameters were seen");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_in_json_are_in_camel_case() {
    let document = serde_json::to_value(xiyuan_server::openapi()).expect("document is JSON");
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let mut wrong = Vec::new();
    for (name, schema) in schemas {
        let empty = serde_json::Map::new();
        for property in schema["properties"].as_object().unwrap_or(&empty).keys() {
            if property.contains('_') || property.starts_with(|c: char| c.is_uppercase()) {
                wrong.push(format!("{name}.{property}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn walk(value: &serde_json::Value, visit: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Object(map) => {
            if let Some(path) = map.get("$ref").and_then(serde_json::Value::as_str) {
                visit(path.rsplit('/').next().unwrap_or_default());
            }
            map.values().for_each(|value| walk(value, visit));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| walk(value, visit)),
        _ => {}
    }
}
