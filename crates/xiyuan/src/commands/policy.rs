//! `xiyuan policy`: packages as folders. Nothing here needs a database.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use xiyuan_policy::compile::{Compiled, compile};
use xiyuan_policy::diagnostic::Diagnostic;
use xiyuan_policy::examples;
use xiyuan_policy::package::Package;

use super::rule;
use crate::cli::Place;
use crate::failure::Failure;
use crate::output::{Answer, print};
use crate::packages;

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// 编译并检查政策包，指出每处错误的文件、行、列
    Check {
        /// 政策包目录
        dir: PathBuf,
    },
    /// 运行政策包里的算例
    Test {
        /// 政策包目录
        dir: PathBuf,
    },
    /// 比较两个版本
    Diff {
        /// 旧版目录
        old: PathBuf,
        /// 新版目录
        new: PathBuf,
    },
    /// 用文字说明一条规则及其条款
    Explain {
        /// 政策包目录
        dir: PathBuf,
        /// 条件、指标、参数、条款或字段的标识
        id: String,
    },
}

/// Runs.
pub fn run(place: &Place, command: Policy) -> Result<Answer, Failure> {
    match command {
        Policy::Check { dir } => check(place, &dir),
        Policy::Test { dir } => test(place, &dir),
        Policy::Diff { old, new } => diff(place, &old, &new),
        Policy::Explain { dir, id } => explain(place, &dir, &id),
    }
}

fn compiled(dir: &Path) -> Result<Compiled, Failure> {
    let folder = packages::read(dir)?;
    let library = packages::library_of(dir)?;
    Ok(compile(&folder.files, &packages::sources(&library)))
}

/// The package, or its findings on stderr.
fn package(dir: &Path) -> Result<Option<(Package, Compiled)>, Failure> {
    let mut compiled = compiled(dir)?;
    if let Some(package) = compiled.package.take() {
        return Ok(Some((package, compiled)));
    }
    for finding in &compiled.diagnostics {
        eprintln!("{}", located(dir, finding));
    }
    eprintln!("政策包 {} 有错误，见上。", dir.display());
    Ok(None)
}

/// A finding with the path as it can be opened from here.
fn located(dir: &Path, finding: &Diagnostic) -> String {
    let path = dir.join(&finding.place.file);
    let path = if path.exists() { path.display().to_string() } else { finding.place.file.clone() };
    format!("{path}{}", &finding.to_string()[finding.place.file.len()..])
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked {
    package: Option<String>,
    title: Option<String>,
    digest: Option<String>,
    errors: usize,
    warnings: usize,
    findings: Vec<Diagnostic>,
}

fn check(place: &Place, dir: &Path) -> Result<Answer, Failure> {
    let compiled = compiled(dir)?;
    let errors = compiled.diagnostics.iter().filter(|finding| finding.is_error()).count();
    let package = compiled.package.as_ref();
    let checked = Checked {
        package: package.map(|package| package.id.clone()),
        title: package.map(|package| package.title.clone()),
        digest: package.map(|package| package.digest.clone()),
        errors,
        warnings: compiled.diagnostics.len() - errors,
        findings: compiled.diagnostics,
    };
    print(place.format, &checked, |checked| {
        let mut out: Vec<String> =
            checked.findings.iter().map(|finding| located(dir, finding) + "\n").collect();
        out.push(match (&checked.package, &checked.title) {
            (Some(id), Some(title)) => format!("{id}《{title}》可以使用，提醒 {} 处。", checked.warnings),
            _ => format!("错误 {} 处，提醒 {} 处。", checked.errors, checked.warnings),
        });
        out.concat()
    })?;
    Ok(Answer::of(checked.package.is_some()))
}

#[derive(Serialize)]
struct Tested {
    examples: usize,
    expectations: usize,
    failures: Vec<TestFailure>,
}

#[derive(Serialize)]
struct TestFailure {
    example: String,
    name: String,
    file: String,
    line: u32,
    about: String,
    expected: String,
    found: String,
}

fn test(place: &Place, dir: &Path) -> Result<Answer, Failure> {
    let Some((package, compiled)) = package(dir)? else { return Ok(Answer::No) };
    let reports = examples::run_all(&package, &compiled.examples);
    let failures = reports.iter().flat_map(|report| {
        report.failures.iter().map(|failure| TestFailure {
            example: report.id.clone(),
            name: report.name.clone(),
            file: dir.join(&failure.place.file).display().to_string(),
            line: failure.place.line,
            about: failure.about.clone(),
            expected: failure.expected.clone(),
            found: failure.found.clone(),
        })
    });
    let tested = Tested {
        examples: reports.len(),
        expectations: reports.iter().map(|report| report.expectations).sum(),
        failures: failures.collect(),
    };
    print(place.format, &tested, |tested| {
        let mut out = Vec::new();
        for failure in &tested.failures {
            let TestFailure { file, line, name, about, expected, found, .. } = failure;
            out.push(format!(
                "{file}:{line}: 算例“{name}”{about}\n    应为：{expected}\n    实际：{found}\n"
            ));
        }
        let (examples, expectations, failed) = (tested.examples, tested.expectations, tested.failures.len());
        out.push(format!("算例 {examples} 个，核对 {expectations} 处，不符 {failed} 处。"));
        out.concat()
    })?;
    Ok(Answer::of(tested.failures.is_empty()))
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Difference {
    section: String,
    id: String,
    change: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Detail {
    path: String,
    before: Json,
    after: Json,
}

fn diff(place: &Place, old: &Path, new: &Path) -> Result<Answer, Failure> {
    let (Some((old, _)), Some((new, _))) = (package(old)?, package(new)?) else {
        return Err(Failure::Usage("两个政策包都没有错误才能比较。".to_owned()));
    };
    let as_json =
        |package: &Package| serde_json::to_value(package).map_err(|error| Failure::Inside(error.into()));
    let differences = differences(&as_json(&old)?, &as_json(&new)?);
    print(place.format, &differences, |differences| {
        let mut out = Vec::new();
        for difference in differences {
            let Difference { section, id, change, details } = difference;
            let words = match *change {
                "added" => "新增",
                "removed" => "删去",
                _ => "修改",
            };
            out.push(format!("{words} {} {id}\n", section_name(section)));
            for detail in details {
                out.push(format!(
                    "    {}：{} → {}\n",
                    detail.path,
                    short(&detail.before),
                    short(&detail.after)
                ));
            }
        }
        out.push(format!("不同 {} 处。", differences.len()));
        out.concat()
    })?;
    Ok(Answer::of(differences.is_empty()))
}

fn section_name(section: &str) -> &str {
    match section {
        "clauses" => "条款",
        "units" => "单位",
        "catalogs" => "目录",
        "fields" => "字段",
        "forms" => "表",
        "parameters" => "参数",
        "benchmarks" => "全市数据",
        "indicators" => "指标",
        "facts" => "事实",
        "evidence" => "证明材料",
        "criteria" => "条件",
        "assessments" => "评估",
        "package" => "政策包",
        other => other,
    }
}

fn short(value: &Json) -> String {
    let text = match value {
        Json::Null => "（无）".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
}

/// What differs between two compiled packages; places in files and internal numbers do not count.
fn differences(old: &Json, new: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    let empty = Map::new();
    let (old, new) = (old.as_object().unwrap_or(&empty), new.as_object().unwrap_or(&empty));
    let mut own = Vec::new();
    for (section, after) in new {
        let before = old.get(section).unwrap_or(&Json::Null);
        if section == "digest" {
            continue;
        }
        match (by_id(before), by_id(after)) {
            (Some(before), Some(after)) => compare_rows(section, &before, &after, &mut found),
            _ => compare(section, before, after, &mut own),
        }
    }
    if !own.is_empty() {
        found.insert(
            0,
            Difference { section: "package".into(), id: String::new(), change: "changed", details: own },
        );
    }
    found
}

/// Rows of a section by id; `None` for plain values.
fn by_id(section: &Json) -> Option<Vec<(String, &Json)>> {
    match section {
        Json::Object(rows) => Some(rows.iter().map(|(id, row)| (id.clone(), row)).collect()),
        Json::Array(rows) => {
            rows.iter().map(|row| Some((row.get("id")?.as_str()?.to_owned(), row))).collect()
        }
        _ => None,
    }
}

fn compare_rows(
    section: &str,
    before: &[(String, &Json)],
    after: &[(String, &Json)],
    found: &mut Vec<Difference>,
) {
    let find =
        |rows: &[(String, &Json)], id: &str| rows.iter().find(|row| row.0 == id).map(|row| row.1.clone());
    let ids: BTreeSet<&String> = before.iter().chain(after).map(|row| &row.0).collect();
    for id in ids {
        let (change, details) = match (find(before, id), find(after, id)) {
            (None, _) => ("added", Vec::new()),
            (_, None) => ("removed", Vec::new()),
            (Some(old), Some(new)) => {
                let mut details = Vec::new();
                compare("", &old, &new, &mut details);
                if details.is_empty() {
                    continue;
                }
                ("changed", details)
            }
        };
        found.push(Difference { section: section.to_owned(), id: id.clone(), change, details });
    }
}

/// Keys whose values are numbers of the compiler, different without a difference in meaning.
const INTERNAL: [&str; 8] =
    ["place", "expression", "test", "indicator", "criteria", "fields", "digest", "unitFactor"];

fn compare(path: &str, before: &Json, after: &Json, details: &mut Vec<Detail>) {
    match (before, after) {
        (Json::Object(old), Json::Object(new)) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys.into_iter().filter(|key| !INTERNAL.contains(&key.as_str())) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let (old, new) = (old.get(key).unwrap_or(&Json::Null), new.get(key).unwrap_or(&Json::Null));
                compare(&path, old, new, details);
            }
        }
        (Json::Array(old), Json::Array(new)) if old.len() == new.len() => {
            for (position, (old, new)) in old.iter().zip(new).enumerate() {
                compare(&format!("{path}[{}]", position + 1), old, new, details);
            }
        }
        (old, new) if old != new => {
            details.push(Detail { path: path.to_owned(), before: old.clone(), after: new.clone() });
        }
        _ => {}
    }
}

fn explain(place: &Place, dir: &Path, id: &str) -> Result<Answer, Failure> {
    let Some((package, _)) = package(dir)? else { return Ok(Answer::No) };
    let Some(rule) = rule::find(&package, id) else {
        eprintln!("政策包 {} 里没有“{id}”。", package.id);
        return Ok(Answer::No);
    };
    print(place.format, &rule, rule::text)?;
    Ok(Answer::Yes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_changed_value_is_named_with_its_path_and_places_do_not_count() {
        let old =
            json!({ "parameters": [{ "id": "a", "values": [{ "value": "50" }], "place": { "line": 1 } }] });
        let new =
            json!({ "parameters": [{ "id": "a", "values": [{ "value": "55" }], "place": { "line": 9 } }] });
        let found = differences(&old, &new);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].details,
            [Detail { path: "values[1].value".into(), before: json!("50"), after: json!("55") }]
        );
        assert!(differences(&old, &old).is_empty());
    }

    #[test]
    fn added_and_removed_rows_are_named() {
        let old = json!({ "facts": [{ "id": "a" }] });
        let new = json!({ "facts": [{ "id": "b" }] });
        let found: Vec<(String, &str)> =
            differences(&old, &new).into_iter().map(|found| (found.id, found.change)).collect();
        assert_eq!(found, [("a".to_owned(), "removed"), ("b".to_owned(), "added")]);
    }
}
