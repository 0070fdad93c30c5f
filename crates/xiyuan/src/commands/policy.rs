//! `xiyuan policy`: packages as folders. Nothing here needs a database.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;
use serde_json::Value as Json;
use xiyuan_policy::compile::{Compiled, compile};
use xiyuan_policy::diagnostic::Diagnostic;
use xiyuan_policy::difference::{Change, ChangeKind, difference, section_name};
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

fn diff(place: &Place, old: &Path, new: &Path) -> Result<Answer, Failure> {
    let (Some((old, _)), Some((new, _))) = (package(old)?, package(new)?) else {
        return Err(Failure::Usage("两个政策包都没有错误才能比较。".to_owned()));
    };
    let changes = difference(&old, &new);
    print(place.format, &changes, |changes| {
        let mut out: Vec<String> = changes.iter().map(change).collect();
        out.push(format!("不同 {} 处。", changes.len()));
        out.concat()
    })?;
    Ok(Answer::of(changes.is_empty()))
}

fn change(change: &Change) -> String {
    let words = match change.change {
        ChangeKind::Added => "新增",
        ChangeKind::Removed => "删去",
        ChangeKind::Changed => "修改",
    };
    let mut out = format!("{words} {} {} {}\n", section_name(&change.section), change.id, change.name);
    let mut line = |head: &str, before: &Json, after: &Json| {
        out.extend(["    ", head, &short(before), " → ", &short(after), "\n"]);
    };
    if change.before != change.after {
        let json = |text: &Option<String>| text.clone().map_or(Json::Null, Json::String);
        line("", &json(&change.before), &json(&change.after));
    }
    for detail in &change.details {
        line(&format!("{}：", detail.path), &detail.before, &detail.after);
    }
    out
}

fn short(value: &Json) -> String {
    let text = match value {
        Json::Null => "（无）".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
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
