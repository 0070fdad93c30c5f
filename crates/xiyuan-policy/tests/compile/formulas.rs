//! The examples of docs/formula-language.md, and the parser's manners with any text.

use std::fs;

use proptest::prelude::*;
use xiyuan_policy::diagnostic::Diagnostic;
use xiyuan_policy::source::SourceFile;

use crate::support::{base, base_with, codes, compiled, features, root};

/// One example: block (`park`, `enterprise month`, `threshold` …), formula, what stands after `⇒`.
fn examples() -> Vec<(String, String, String)> {
    let text = fs::read_to_string(root().join("docs/formula-language.md")).expect("the manual");
    let mut block: Option<String> = None;
    let mut examples = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("```") {
            block = head.strip_prefix("formula ").map(str::to_owned);
        } else if let (Some(block), Some((formula, result))) = (&block, line.rsplit_once('⇒')) {
            examples.push((block.clone(), formula.trim().to_owned(), result.trim().to_owned()));
        }
    }
    examples
}

/// A file with the formula as an indicator of a subject, or as the threshold of a test.
fn with_formula(block: &str, formula: &str, unit: &str) -> Vec<SourceFile> {
    let quoted = serde_json::to_string(formula).expect("a text");
    let indicator = |block: &str, formula: &str| {
        let (subject, period) = block.split_once(' ').unwrap_or((block, "year"));
        let ty = match unit {
            "是/否" => "type = \"bool\"".to_owned(),
            unit => format!("unit = \"{unit}\"\ndecimals = 2"),
        };
        format!(
            "[indicator.of_the_manual]\nname = \"例\"\nsubject = \"{subject}\"\nperiod = \"{period}\"\n{ty}\n\
             source = \"演示数据\"\nformula = {formula}\n"
        )
    };
    let mut changed = Vec::new();
    if block == "threshold" {
        let zero = format!("\"quantity(0, '{unit}')\"");
        changed.push(SourceFile::new("indicators/manual.toml", indicator("park", &zero)));
        let criterion = format!(
            "[[criterion]]\nid = \"of-the-manual\"\nname = \"例\"\nclause = \"1.1\"\nsource = \"演示数据\"\n\
             test = {{ indicator = \"of_the_manual\", op = \">=\", threshold = {quoted} }}\n"
        );
        changed.push(SourceFile::new("criteria/manual.toml", criterion));
    } else {
        changed.push(SourceFile::new("indicators/manual.toml", indicator(block, &quoted)));
    }
    changed
}

#[test]
fn every_formula_of_the_manual_has_the_unit_or_the_finding_it_says() {
    let examples = examples();
    assert!(examples.len() > 120, "the manual's examples were not found");
    let mut wrong = Vec::new();
    for (block, formula, result) in examples {
        let is_code = result.starts_with(|c: char| c.is_ascii_lowercase()) && result.contains('-');
        let (code, unit) = match result.split_once(' ') {
            Some((code, unit)) if is_code => (Some(code), unit),
            _ if is_code => (Some(result.as_str()), "倍"),
            _ => (None, result.as_str()),
        };
        let changed = [features(), with_formula(&block, &formula, unit)].concat();
        let compiled = compiled(&base_with(&changed));
        let found = codes(&compiled);
        let errors: Vec<String> =
            compiled.diagnostics.iter().filter(|found| found.is_error()).map(ToString::to_string).collect();
        let is_right = match code {
            Some(code) => found.contains(&code),
            None => errors.is_empty(),
        };
        if !is_right {
            wrong.push(format!("{formula} ⇒ {result}\n{}", errors.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Pieces that formulas are made of, and some that they are not.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "sum(",
            "count(*)",
            "FILTER (WHERE ",
            ")",
            "(",
            "enterprise.revenue",
            "park.land_area",
            "+",
            "-",
            "*",
            "/",
            "÷",
            "＋",
            "（",
            "）",
            "and",
            "or",
            "not",
            "case",
            "when",
            "then",
            "else",
            "end",
            "in",
            "between",
            "is null",
            "'",
            "\"",
            "\n",
            "--",
            "/*",
            "1",
            "0.5",
            "1e9",
            "previous(",
            "round(",
            "，",
            "city.x",
            "::",
            "[",
            "]",
            "$1",
            ";",
            "DATE '2024-02-30'",
            "least(",
            "quantity(1, '亩')",
            "E'\\x'",
            "interval",
            "exists(",
            "select",
            "x.y.z",
            "@",
            "~",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_as_a_formula_is_compiled_or_refused_inside_its_file(pieces in prop::collection::vec(piece(), 0..24)) {
        let formula = pieces.join(" ");
        let compiled = compiled(&base_with(&with_formula("park", &formula, "倍")));
        for diagnostic in &compiled.diagnostics {
            prop_assert!(diagnostic.place.file == "indicators/manual.toml", "{diagnostic}");
        }
    }

    #[test]
    fn a_broken_file_never_stops_the_compiler(which in 0usize..40, at in 0usize..4000, text in "\\PC{0,12}") {
        let mut files = base();
        let count = files.len();
        let file = &mut files[which % count];
        let mut at = at % (file.text.len() + 1);
        while !file.text.is_char_boundary(at) {
            at -= 1;
        }
        file.text.insert_str(at, &text);
        let compiled = compiled(&files);
        let has_error = compiled.diagnostics.iter().any(Diagnostic::is_error);
        prop_assert_eq!(compiled.package.is_none(), has_error);
    }
}
