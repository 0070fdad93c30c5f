//! `policies/schema`: what editors check while a package is being written. The schemas accept every package of the
//! repository and refuse the mistakes of structure; what needs the whole package to be seen stays the compiler's.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::support::{conformance, read_folder, root};

/// Codes of the findings that a schema must find alone: shape, missing, unknown and contradictory keys. (Where a case
/// shows the code by something that needs more than one file, it is named in `BEYOND`.)
const OF_STRUCTURE: [&str; 12] = [
    "bad-id",
    "field-origin",
    "missing-key",
    "missing-rule",
    "parameter-value",
    "reading-without-test",
    "several-tests",
    "test-kind",
    "test-threshold",
    "not-cited",
    "unknown-key",
    "wrong-type",
];

/// Cases of those codes that only the compiler can see.
const BEYOND: [&str; 4] = [
    // The number is a number; that a share lies between 0 and 1 is the compiler's.
    "missing-rule",
    // Formulas are texts to a schema.
    "wrong-type--compare-text-with-number",
    "wrong-type--bare-date",
    // A date in quotation marks looks like a date to a schema.
    "wrong-type",
];

/// Which schema a file of a package has.
fn schema_of(path: &str) -> Option<&'static str> {
    let folders = [
        ("forms/", "form"),
        ("fields/", "fields"),
        ("records/", "record"),
        ("indicators/", "indicators"),
        ("criteria/", "criteria"),
        ("scorecards/", "scorecard"),
        ("tests/", "examples"),
    ];
    let files = [
        "policy",
        "clauses",
        "units",
        "catalogs",
        "parameters",
        "benchmarks",
        "facts",
        "assessments",
        "groupings",
        "targets",
        "tasks",
    ];
    let stem = path.strip_suffix(".toml")?;
    let in_folder = folders.iter().find(|(folder, _)| stem.starts_with(folder)).map(|(_, name)| *name);
    in_folder.or_else(|| files.into_iter().find(|name| *name == stem))
}

struct Schemas(BTreeMap<String, jsonschema::Validator>);

impl Schemas {
    fn read() -> Self {
        let files = read_folder(&root().join("policies/schema"));
        let validator = |text: &str| {
            let schema: Value = serde_json::from_str(text).expect("a schema is JSON");
            jsonschema::draft202012::meta::validate(&schema).expect("a schema is a schema");
            jsonschema::validator_for(&schema).expect("a schema that can be used")
        };
        let stem = |path: &str| path.strip_suffix(".json").expect("schemas only").to_owned();
        Self(files.iter().map(|file| (stem(&file.path), validator(&file.text))).collect())
    }

    /// What a schema has against a file; nothing for files without a schema and for what is not TOML.
    fn faults(&self, path: &str, text: &str) -> Vec<String> {
        let Some(name) = schema_of(path) else { return Vec::new() };
        let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
        let value = json_of(toml::Value::Table(table));
        self.0[name]
            .iter_errors(&value)
            .map(|error| format!("{path} {}: {error}", error.instance_path()))
            .collect()
    }
}

/// Dates are texts, as editors see them.
fn json_of(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(yes) => json!(yes),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(list) => list.into_iter().map(json_of).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json_of(value))).collect(),
    }
}

#[test]
fn the_schemas_accept_every_file_of_every_package() {
    let schemas = Schemas::read();
    let mut seen = 0;
    let mut faults = Vec::new();
    let policies = root().join("policies");
    for file in read_folder(&policies) {
        let Some((folder, _)) =
            file.path.rsplit_once("/policy.toml").or_else(|| file.path.split_once("/policy.toml"))
        else {
            continue;
        };
        if folder.starts_with("conformance/")
            && !["conformance/base", "conformance/evaluation/base"].contains(&folder)
        {
            continue;
        }
        for file in read_folder(&policies.join(folder)) {
            seen += usize::from(schema_of(&file.path).is_some());
            faults.extend(
                schemas.faults(&file.path, &file.text).into_iter().map(|fault| format!("{folder}/{fault}")),
            );
        }
    }
    for case in read_folder(&conformance().join("evaluation")) {
        if let Some((name, path)) = case.path.split_once("/package/") {
            faults
                .extend(schemas.faults(path, &case.text).into_iter().map(|fault| format!("{name}/{fault}")));
        }
    }
    assert!(seen > 50, "only {seen} files were looked at");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_schemas_refuse_the_mistakes_of_structure() {
    let schemas = Schemas::read();
    let mut silent = Vec::new();
    let mut refused = 0;
    let mut cases: Vec<String> = fs::read_dir(conformance())
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    cases.sort();
    for case in cases {
        let code = case.split("--").next().unwrap_or_default();
        let files = if conformance().join(&case).is_dir() {
            read_folder(&conformance().join(&case))
        } else {
            continue;
        };
        if case == "evaluation" || !OF_STRUCTURE.contains(&code) {
            continue;
        }
        let found = files.iter().any(|file| !schemas.faults(&file.path, &file.text).is_empty());
        refused += usize::from(found);
        if found == BEYOND.contains(&case.as_str()) {
            silent.push(format!(
                "{case}: {}",
                if found { "is refused by a schema already" } else { "is accepted" }
            ));
        }
    }
    assert!(refused >= 12, "only {refused} cases were refused");
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn an_editor_finds_a_schema_for_every_kind_of_file() {
    let settings = fs::read_to_string(root().join(".taplo.toml")).expect("the settings");
    for file in read_folder(&root().join("policies/schema")) {
        assert!(settings.contains(&format!("policies/schema/{}", file.path)), "{} is not used", file.path);
    }
}
