//! What the compiler says, and the examples that fail, as the API shows it.

use xiyuan_policy::{
    compile::Compiled,
    diagnostic::{Diagnostic, Severity},
    examples::run_all,
    package::Package,
};

use super::types::{Finding, FindingSeverity, Findings};
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
