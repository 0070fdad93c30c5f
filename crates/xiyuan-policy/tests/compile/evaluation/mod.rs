//! The conformance set of evaluation: figures in, figures and outcomes out, as `policies/conformance/README.md` says.
//!
//! What is expected was worked out by hand and stands in the files; the engine must say the same. And because a hand
//! can slip, the bounds and decisions that are expected are also checked by brute force (`brute.rs`): every missing
//! cell is filled with its extremes and the complete case is computed.

mod brute;
mod city;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use xiyuan_policy::compile::compile;
use xiyuan_policy::evaluate::{
    EvaluationError, Overrides, Run, column, figure, naive, one_criterion, one_park,
};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::outcome::{Coverage, Figure, Outcome};
use xiyuan_policy::package::Package;
use xiyuan_policy::plan::{CriterionIx, IndicatorIx};
use xiyuan_policy::source::SourceFile;

use crate::support::{conformance, read_folder};
use city::{City, period};

/// A case with everything that was read of it.
struct Case {
    name: String,
    package: Package,
    city: City,
    expected: Value,
}

fn folder() -> PathBuf {
    conformance().join("evaluation")
}

fn json_of(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder of cases").map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "base")
        .collect();
    names.sort();
    names
}

/// The base with the case's own files in place of those of the same path.
fn case(name: &str) -> Case {
    let own = folder().join(name).join("package");
    let own = if own.is_dir() { read_folder(&own) } else { Vec::new() };
    let mut files: Vec<SourceFile> = read_folder(&folder().join("base"));
    files.retain(|file| !own.iter().any(|other| other.path == file.path));
    files.extend(own);
    let compiled = compile(&files, &[]);
    let errors: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    let package = compiled.package.unwrap_or_else(|| panic!("{name}: {}", errors.join("\n")));
    let city = City::read(&json_of(&folder().join(name).join("input.json")));
    Case {
        name: name.to_owned(),
        package,
        city,
        expected: json_of(&folder().join(name).join("expected.json")),
    }
}

/// `3`, `-1/2`.
fn quotient(text: &str) -> Quotient {
    let exact = |part: &str| Exact::parse(part).unwrap_or_else(|error| panic!("{error}"));
    let (top, below) = text.split_once('/').unwrap_or((text, "1"));
    Quotient::new(exact(top), exact(below)).expect("a denominator that is not zero")
}

fn same(found: Option<Quotient>, expected: &Value) -> bool {
    match (found, expected) {
        (None, Value::Null) => true,
        (Some(found), Value::String(text)) => found == quotient(text),
        _ => false,
    }
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn outcome(value: &Value) -> Outcome {
    serde_json::from_value(value.clone()).expect("met, not_met or undecided")
}

impl Case {
    fn indicator(&self, id: &Value) -> IndicatorIx {
        let position =
            self.package.indicators.iter().position(|indicator| Some(indicator.id.as_str()) == id.as_str());
        IndicatorIx(u32::try_from(position.expect("an indicator of the case")).expect("few"))
    }

    fn criterion(&self, id: &Value) -> CriterionIx {
        let position =
            self.package.criteria.iter().position(|criterion| Some(criterion.id.as_str()) == id.as_str());
        CriterionIx(u32::try_from(position.expect("a criterion of the case")).expect("few"))
    }

    fn overrides(&self) -> Overrides {
        let parameters = self.city.parameters.iter().map(|(id, value)| (id.as_str(), *value));
        let readings = self.city.readings.iter().map(|(id, reading)| (id.as_str(), reading.as_str()));
        Overrides::resolve(&self.package, parameters, readings).expect("names of the case")
    }

    fn run(&self, expected: &Value) -> Run {
        let mut overrides = self.overrides();
        if let Some(reading) = expected["reading"].as_str() {
            let criterion = self.criterion(&expected["criterion"]);
            let readings = &self.package.criteria[criterion.index()].readings;
            let position =
                readings.iter().position(|known| known.id == reading).expect("a reading of the criterion");
            overrides.readings.insert(criterion, position);
        }
        Run { assessment: 0, period: period(&self.city.period), overrides }
    }

    /// A figure of a city, by name of its subject.
    fn figure(&self, city: &City, expected: &Value) -> Result<(Figure, Coverage), EvaluationError> {
        let frame = city.frame(&self.package);
        let subject = city::subject(&self.package, &frame, expected["subject"].as_str().expect("a name"));
        let indicator = self.indicator(&expected["indicator"]);
        figure(&self.package, &frame, &self.overrides(), indicator, subject, period(&city.period))
    }

    fn in_unit(&self, value: Quotient, indicator: IndicatorIx) -> Quotient {
        value.over(self.package.indicators[indicator.index()].unit_factor).expect("it fits")
    }

    fn check_figure(&self, expected: &Value, wrong: &mut Vec<String>) {
        let frame = self.city.frame(&self.package);
        let indicator = self.indicator(&expected["indicator"]);
        let (found, coverage) = self.figure(&self.city, expected).expect("it can be computed");
        let shown = |value: Option<Quotient>| value.map(|value| self.in_unit(value, indicator));
        let cells: BTreeSet<String> =
            found.missing().iter().map(|cell| city::cell_name(&self.package, &frame, cell, "")).collect();
        let holds = match &found {
            Figure::Known { value } => same(shown(Some(*value)), &expected["known"]),
            Figure::Undefined { reason, .. } => {
                json!(reason) == expected["undefined"] && cells == texts(&expected["missing"])
            }
            Figure::Missing { bounds, .. } => {
                let (low, high) = (shown(bounds.low), shown(bounds.high));
                let is_exact = same(low, &expected["low"])
                    && same(high, &expected["high"])
                    && expected["isWide"].as_bool().is_none_or(|wide| wide == bounds.is_wide);
                // Where wider bounds are allowed they must hold the narrow ones, and say that they are wide.
                let holds =
                    |end: Option<Quotient>, key: &str, is_beyond: fn(&Quotient, &Quotient) -> bool| {
                        let narrow = expected[key].as_str().map(quotient);
                        end.is_none_or(|end| narrow.is_some_and(|narrow| is_beyond(&end, &narrow)))
                    };
                let is_wider = expected["widerAllowed"] == true
                    && bounds.is_wide
                    && holds(low, "low", Quotient::le)
                    && holds(high, "high", Quotient::ge);
                expected.get("low").is_some()
                    && cells == texts(&expected["missing"])
                    && (is_exact || is_wider)
                    && expected["mayBeUndefined"] == json!(bounds.may_be_undefined)
            }
        };
        let is_covered = expected.get("coverage").is_none_or(|covered| *covered == json!(coverage));
        if !holds || !is_covered {
            wrong
                .push(format!("{}: {expected}\n  found {found:?} {coverage:?} missing {cells:?}", self.name));
        }
        brute::check_figure(self, expected, wrong);
    }

    fn check_criterion(&self, expected: &Value, wrong: &mut Vec<String>) {
        let frame = self.city.frame(&self.package);
        let park = expected["park"].as_str().expect("a park");
        let run = self.run(expected);
        let criterion = self.criterion(&expected["criterion"]);
        let found = one_criterion(&self.package, &frame, &run, criterion, city::park(&frame, park))
            .expect("it can be computed");
        let declared = &self.package.criteria[criterion.index()];
        let measured = found.test.measured.as_ref();
        let factor = measured
            .map_or(Exact::ONE, |measured| self.package.indicators[measured.indicator.index()].unit_factor);
        let shown = |value: Option<Quotient>| value.and_then(|value| value.over(factor));
        let cells: BTreeSet<String> = found
            .test
            .missing
            .iter()
            .map(|cell| city::cell_name(&self.package, &frame, cell, park))
            .collect();
        let says = |key: &str, value: Option<Quotient>| {
            expected.get(key).is_none_or(|wanted| same(shown(value), wanted))
        };
        let tells = |key: &str, value: Value| expected.get(key).is_none_or(|wanted| *wanted == value);
        let reading = &declared.readings[found.reading].id;
        let asked = run.overrides.readings.get(&criterion).copied().unwrap_or(0);
        let wanted = expected.get("reading").or(expected.get("readingInUse"));
        let holds = found.test.outcome == outcome(&expected["outcome"])
            && wanted.map_or(found.reading == asked, |wanted| wanted == reading)
            && expected.get("counts").map_or(found.test.outcome, outcome) == found.outcome()
            && tells("byException", json!(found.by_exception))
            && cells == texts(&expected["missing"])
            && found.test.could_change == expected["couldChange"]
            && says("value", measured.and_then(|measured| measured.figure.known()))
            && says("threshold", measured.and_then(|measured| measured.threshold).map(Quotient::of))
            && says("distance", measured.and_then(|measured| measured.distance).map(Quotient::of))
            && tells("undefined", json!(found.test.undefined))
            && tells("isSoft", json!(declared.is_soft))
            && tells("judgedBy", json!(declared.judged_by));
        if !holds {
            wrong.push(format!("{}: {expected}\n  found {found:?} missing {cells:?}", self.name));
        }
        brute::check_criterion(self, expected, wrong);
    }

    fn check_assessment(&self, expected: &Value, wrong: &mut Vec<String>) {
        let frame = self.city.frame(&self.package);
        let assessments = &self.package.assessments;
        let assessment = assessments
            .iter()
            .position(|known| Some(known.id.as_str()) == expected["assessment"].as_str())
            .expect("an assessment of the case");
        let run = Run { assessment, period: period(&self.city.period), overrides: self.overrides() };
        let park = city::park(&frame, expected["park"].as_str().expect("a park"));
        let found = one_park(&self.package, &frame, &run, park).expect("it can be computed");
        let slow = naive::evaluate(&self.package, &frame, &run).expect("it runs");
        let fast = column::evaluate(&self.package, &frame, &run).expect("it runs");
        if found.outcome != outcome(&expected["outcome"]) || slow != fast {
            wrong.push(format!("{}: {expected}\n  found {:?}", self.name, found.outcome));
        }
    }

    fn check_error(&self, expected: &Value, wrong: &mut Vec<String>) {
        let found = self.figure(&self.city, &expected["of"]).expect_err("the numbers leave the range");
        let place = match &found {
            EvaluationError::Overflow { place } => ("overflow", place.as_str()),
            EvaluationError::Shape { place } => ("shape", place.as_str()),
            _ => ("other", ""),
        };
        if (json!(place.0), json!(place.1)) != (expected["code"].clone(), expected["place"].clone()) {
            wrong.push(format!("{}: {expected}\n  found {found:?}", self.name));
        }
    }
}

#[test]
fn every_case_comes_out_as_it_was_worked_out_by_hand() {
    let names = names();
    assert!(names.len() >= 60, "only {} cases were found", names.len());
    let mut wrong = Vec::new();
    for name in names {
        let case = case(&name);
        let list = |key: &str| case.expected[key].as_array().cloned().unwrap_or_default();
        let error = case.expected.get("error");
        let count = list("figures").len() + list("criteria").len() + list("assessments").len();
        assert!(count > 0 || error.is_some(), "{name}: nothing is expected");
        assert!(
            case.expected["why"].as_str().is_some_and(|why| !why.is_empty()),
            "{name}: no reason is given"
        );
        for expected in &list("figures") {
            case.check_figure(expected, &mut wrong);
        }
        for expected in &list("criteria") {
            case.check_criterion(expected, &mut wrong);
        }
        for expected in &list("assessments") {
            case.check_assessment(expected, &mut wrong);
        }
        if let Some(expected) = error {
            case.check_error(expected, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
