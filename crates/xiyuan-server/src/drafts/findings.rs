//! What the compiler and the worked examples say, as the API shows it.

use xiyuan_policy::{
    compile::Compiled,
    diagnostic::{Diagnostic, Severity},
    examples::{ExampleReport, coverage, run_all},
    package::Package,
};

use super::types::{
    DraftTest, ExampleFailure, ExampleResult, Finding, FindingSeverity, Findings, ThresholdCoverage,
};
use crate::error::ProblemEntry;

/// All findings.
pub(super) fn show(compiled: &Compiled) -> Findings {
    let each = compiled.diagnostics.iter().map(|finding| Finding {
        severity: match finding.severity {
            Severity::Error => FindingSeverity::Error,
            Severity::Warning => FindingSeverity::Warning,
        },
        code: finding.code.to_owned(),
        file: finding.place.file.clone(),
        line: finding.place.line,
        column: finding.place.column,
        message: finding.message.clone(),
        found: finding.found.clone(),
        expected: finding.expected.clone(),
        hint: finding.hint.clone(),
    });
    Findings { diagnostics: each.collect(), compiles: compiled.package.is_some() }
}

/// Errors as entries of a problem: the file as field, line and column.
pub(super) fn entries(diagnostics: &[Diagnostic]) -> Vec<ProblemEntry> {
    let errors = diagnostics.iter().filter(|finding| finding.is_error());
    let each = errors.map(|finding| ProblemEntry {
        field: Some(finding.place.file.clone()),
        row: Some(u64::from(finding.place.line)),
        column: Some(finding.place.column),
        code: finding.code.to_owned(),
        message: finding.message.clone(),
    });
    each.collect()
}

/// Runs the examples and tells which sides of each threshold they show.
pub(super) fn test(package: &Package, compiled: &Compiled) -> DraftTest {
    let reports = run_all(package, &compiled.examples);
    let passed = reports.iter().filter(|report| report.holds()).count();
    let examples: Vec<ExampleResult> = reports.iter().map(example).collect();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    DraftTest {
        passed: count(passed),
        failed: count(examples.len() - passed),
        examples,
        thresholds: thresholds(package, compiled),
    }
}

/// Examples that fail, as entries of a problem.
pub(super) fn failing(package: &Package, compiled: &Compiled) -> Vec<ProblemEntry> {
    let reports = run_all(package, &compiled.examples);
    let each = reports.iter().flat_map(|report| {
        report.failures.iter().map(|failure| ProblemEntry {
            field: Some(failure.place.file.clone()),
            row: Some(u64::from(failure.place.line)),
            column: Some(failure.place.column),
            code: "example-fails".to_owned(),
            message: format!(
                "算例“{}”：{}，应为 {}，算得 {}",
                report.name, failure.about, failure.expected, failure.found
            ),
        })
    });
    each.collect()
}

fn example(report: &ExampleReport) -> ExampleResult {
    let failures = report.failures.iter().map(|failure| ExampleFailure {
        what: failure.about.clone(),
        expected: failure.expected.clone(),
        actual: failure.found.clone(),
        line: failure.place.line,
    });
    ExampleResult {
        id: report.id.clone(),
        name: report.name.clone(),
        file: report.place.file.clone(),
        line: report.place.line,
        passed: report.holds(),
        failures: failures.collect(),
    }
}

fn thresholds(package: &Package, compiled: &Compiled) -> Vec<ThresholdCoverage> {
    let each = coverage(package, &compiled.examples).into_iter().map(|covered| {
        let criterion = &package.criteria[covered.criterion.index()];
        ThresholdCoverage {
            criterion: criterion.id.clone(),
            name: criterion.name.clone(),
            reading: criterion.readings[covered.reading].id.clone(),
            indicator: package.indicators[covered.indicator.index()].id.clone(),
            below: covered.below,
            at: !covered.not_at.contains(&covered.reading),
            above: covered.above,
            missing: covered.missing,
        }
    });
    each.collect()
}
