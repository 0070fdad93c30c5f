//! One runner for `policies/conformance`: each folder is the base package with one mistake and what must be found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use xiyuan_policy::compile::compile;
use xiyuan_policy::diagnostic::CODES;
use xiyuan_policy::source::SourceFile;

use crate::support::{base_with, codes, conformance, read_folder};

/// Cases whose folder is the code, or the code and `--` and what is special.
fn cases() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(conformance())
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "evaluation")
        .collect();
    names.sort();
    names
}

/// Files below `library/<id>/` are packages that the case may use.
fn with_library(files: Vec<SourceFile>) -> (Vec<SourceFile>, Vec<Vec<SourceFile>>) {
    let mut own = Vec::new();
    let mut library: BTreeMap<String, Vec<SourceFile>> = BTreeMap::new();
    for file in files {
        match file.path.strip_prefix("library/").and_then(|path| path.split_once('/')) {
            Some((id, path)) => {
                library.entry(id.to_owned()).or_default().push(SourceFile::new(path, file.text.clone()));
            }
            None => own.push(file),
        }
    }
    (own, library.into_values().collect())
}

#[test]
fn each_package_with_one_mistake_gets_exactly_its_findings() {
    let rewrite = std::env::var_os("XIYUAN_REWRITE_EXPECTED").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let folder = conformance().join(&case);
        let (files, library) = with_library(read_folder(&folder));
        let found = compile(&if case == "base" { files } else { base_with(&files) }, &library);
        let mut actual = serde_json::to_value(&found.diagnostics).expect("findings are plain values");
        // The reason is the same for every finding of a code: docs/findings.md has it.
        for finding in actual.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            finding.shift_remove("why");
        }
        let expected_at = folder.join("diagnostics.json");
        if rewrite {
            let text = serde_json::to_string_pretty(&actual).expect("plain values");
            fs::write(&expected_at, text + "\n").expect("the case's folder");
        }
        let expected: Value = fs::read_to_string(&expected_at)
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or(Value::Null);
        let lines: Vec<String> = found.diagnostics.iter().map(ToString::to_string).collect();
        if expected != actual {
            wrong.push(format!("{case}: found\n{}", lines.join("\n")));
        }
        let code = case.split("--").next().unwrap_or_default();
        if case != "base" && !codes(&found).contains(&code) {
            wrong.push(format!("{case}: its own code is not found\n{}", lines.join("\n")));
        }
        let has_error = found.diagnostics.iter().any(xiyuan_policy::diagnostic::Diagnostic::is_error);
        assert_eq!(
            found.package.is_none(),
            has_error,
            "{case}: a package exists exactly when there is no error"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_code_the_compiler_can_give_has_a_package() {
    let mut given = BTreeSet::new();
    let source = crate::support::root().join("crates/xiyuan-policy/src");
    for file in read_folder(&source).iter().filter(|file| {
        file.path.starts_with("compile/")
            || file.path.starts_with("language/")
            || file.path.starts_with("source/")
    }) {
        let words = file.text.split('"').skip(1).step_by(2);
        for (before, word) in file.text.split('"').step_by(2).zip(words) {
            let tail: String = before.chars().filter(|c| !c.is_whitespace()).collect();
            let asks = ["Diagnostic::error(", "Diagnostic::warning(", ".error(", "look_up(", "code:"];
            if asks.iter().any(|ask| tail.ends_with(ask)) {
                given.insert(word.to_owned());
            }
        }
    }
    let cases = cases();
    let shown: BTreeSet<&str> =
        cases.iter().map(|case| case.split("--").next().unwrap_or_default()).collect();
    let missing: Vec<&String> = given.iter().filter(|code| !shown.contains(code.as_str())).collect();
    assert!(given.len() > 40, "the codes were looked for in the wrong places");
    assert!(missing.is_empty(), "no package in policies/conformance for: {missing:?}");
    let explained: BTreeSet<&str> = CODES.iter().map(|code| code.code).collect();
    let silent: Vec<&String> = given.iter().filter(|code| !explained.contains(code.as_str())).collect();
    assert!(silent.is_empty(), "no entry in the table of codes for: {silent:?}");
    let idle: Vec<&&str> = explained.iter().filter(|code| !shown.contains(**code)).collect();
    assert!(idle.is_empty(), "no package shows: {idle:?}");
}

#[test]
fn at_least_sixty_packages_are_refused() {
    let cases = cases();
    let refused = cases.iter().filter(|case| {
        let text = fs::read_to_string(conformance().join(case).join("diagnostics.json")).expect("findings");
        text.contains("\"severity\": \"error\"")
    });
    assert!(refused.count() >= 60);
}

/// `docs/findings.md` as the table of codes says it.
fn manual() -> String {
    let mut text = String::from(concat!(
        "# 编译提示一览\n\n",
        "每一条提示都写明文件、行、列、找到了什么、应是什么、怎么办。下面按代号列出每种提示是什么意思、为什么要紧、怎样改。\n",
        "“错误”的包不能发布；“提醒”可以发布，但应逐条看过。每种提示在 `policies/conformance/` 里都有一个只犯这一个错的小政策包。\n",
    ));
    for code in CODES {
        let cases = cases();
        let of: Vec<&String> =
            cases.iter().filter(|case| case.split("--").next() == Some(code.code)).collect();
        let kind = of.iter().find_map(|case| {
            let found = fs::read_to_string(conformance().join(case).join("diagnostics.json")).ok()?;
            let found: Vec<Value> = serde_json::from_str(&found).ok()?;
            let own = found.iter().find(|finding| finding["code"] == code.code)?;
            Some(if own["severity"] == "error" { "错误" } else { "提醒" })
        });
        let _ = write!(
            text,
            "\n## {}\n{}：{}。\n\n- 为什么：{}。\n- 怎样改：{}。\n",
            code.code,
            kind.unwrap_or("错误"),
            code.what,
            code.why,
            code.mend
        );
    }
    text
}

#[test]
fn the_manual_of_findings_is_the_table_of_codes() {
    let path = crate::support::root().join("docs/findings.md");
    let manual = manual();
    if std::env::var_os("XIYUAN_REWRITE_EXPECTED").is_some() {
        fs::write(&path, &manual).expect("the manual's folder");
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), manual);
    let codes: Vec<&str> = CODES.iter().map(|code| code.code).collect();
    assert!(codes.is_sorted(), "the table is searched by halves");
}
