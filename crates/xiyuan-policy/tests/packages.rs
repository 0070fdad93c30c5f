//! The packages of this repository: each compiles without a finding, and all its worked examples hold.

use std::fs;
use std::path::{Path, PathBuf};

use xiyuan_policy::compile::{Compiled, compile};
use xiyuan_policy::examples::run_all;
use xiyuan_policy::package::{Clause, Package};
use xiyuan_policy::source::SourceFile;

fn policies() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in crates/");
    crates.parent().expect("crates/ lies in the repository").join("policies")
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder of the repository")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("policy.toml").is_file())
        .collect();
    folders.sort();
    folders
}

/// Everything under `policies/` but the packages with mistakes in them.
fn packages() -> Vec<PathBuf> {
    let mut packages = folders_in(&policies());
    packages.extend(folders_in(&policies().join("examples")));
    packages
}

fn read(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder of the package") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path.strip_prefix(folder).expect("it lies below the folder");
            let inside = inside.to_str().expect("names are UTF-8").replace('\\', "/");
            files.push(SourceFile::new(inside, fs::read_to_string(&path).expect("files are UTF-8")));
        }
    }
    files
}

fn compiled(folder: &Path) -> Compiled {
    compile(&read(folder), &[read(&policies().join("common"))])
}

fn wuxi_2023() -> Package {
    compiled(&policies().join("wuxi-2023")).package.expect("the package compiles")
}

#[test]
fn every_package_compiles_without_a_finding() {
    let packages = packages();
    assert!(packages.len() >= 3, "common, wuxi-2023 and an example: {packages:?}");
    let findings: Vec<String> = packages
        .iter()
        .flat_map(|folder| {
            let name = folder.display().to_string();
            compiled(folder).diagnostics.into_iter().map(move |found| format!("{name}/{found}"))
        })
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn every_worked_example_holds() {
    let mut failures = Vec::new();
    let mut asserted = 0;
    for folder in packages() {
        let compiled = compiled(&folder);
        let package = compiled.package.expect("the package compiles");
        for report in run_all(&package, &compiled.examples) {
            asserted += report.expectations;
            failures.extend(
                report.failures.iter().map(|failure| format!("{} {}\n  {failure}", package.id, report.id)),
            );
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(asserted > 100, "only {asserted} assertions were read");
}

#[test]
fn every_package_with_conditions_has_worked_examples_for_each_of_them() {
    for folder in packages() {
        let compiled = compiled(&folder);
        let package = compiled.package.expect("the package compiles");
        let without: Vec<&str> = package
            .criteria
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                !compiled.examples.iter().flat_map(|example| &example.expect).any(|expectation| {
                    matches!(&expectation.what, xiyuan_policy::examples::model::ExpectedWhat::Criterion(criterion)
                        if criterion.index() == *index)
                })
            })
            .map(|(_, criterion)| criterion.id.as_str())
            .collect();
        assert!(without.is_empty(), "{}: no example for {without:?}", package.id);
    }
}

#[test]
fn tasks_and_targets_of_the_policy_are_all_there() {
    let package = wuxi_2023();
    assert_eq!((package.targets.len(), package.tasks.len()), (16, 36));
}

/// The units between the brackets at the end of a clause, in their order.
fn duty_units_in(clause: &Clause) -> Vec<&str> {
    let Some((_, rest)) = clause.text.split_once("〔责任单位：") else {
        return Vec::new();
    };
    let (list, _) = rest.split_once('〕').expect("the bracket is closed");
    list.split(['、', '，']).collect()
}

#[test]
fn duty_units_are_those_in_the_brackets_of_the_text() {
    let package = wuxi_2023();
    for clause in package.clauses.values() {
        assert_eq!(clause.duty_units, duty_units_in(clause), "clause {}", clause.id);
    }
    let with_units = package.clauses.values().filter(|clause| !clause.duty_units.is_empty()).count();
    assert_eq!(with_units, 18, "fifteen tasks and three guarantees");
}

/// Characters of a text that are not white space.
fn characters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_words_of_the_opinion_are_whole_and_unchanged() {
    use sm3::{Digest, Sm3};
    let text = fs::read_to_string(policies().join("wuxi-2023/text.md")).expect("the text");
    // Heads of clauses are ours; other heads are lines of the document.
    let words: String = text
        .lines()
        .filter(|line| !line.starts_with("## "))
        .map(|line| characters(line.strip_prefix("# ").unwrap_or(line)))
        .collect();
    assert_eq!(words.chars().count(), 6897);
    assert_eq!(
        hex::encode(Sm3::digest(words.as_bytes())),
        "b1695efb57490ebe58a9f381943493d77287b2f4543091d3c28211a8d6d7e3e0"
    );
}
