//! The compiler: files of a package in, checked package, worked examples and findings out.
//!
//! Every finding is collected; nothing here panics or stops at the first mistake. No I/O.
//! Order: files → units → clauses → catalogues → fields, records → groupings → parameters, benchmarks → facts →
//! indicators → criteria → assessments → scorecards → targets, tasks → examples → analysis, each for the used packages
//! first.

mod analyse;
mod assessments;
mod builder;
mod catalogs;
mod cite;
mod clauses;
mod criteria;
mod example_records;
mod example_rulings;
mod example_sources;
mod examples;
mod expectations;
mod facts;
mod fields;
mod files;
mod forms;
mod groupings;
mod indicators;
mod numbers;
mod order;
mod scorecards;
mod targets;
mod units;

use crate::diagnostic::Diagnostic;
use crate::examples::model::Example;
use crate::package::Package;
use crate::source::{Findings, SourceFile};
use builder::Builder;
use files::{FileKind, Loaded};

/// What the compiler answers.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The package; `None` when there is any error.
    pub package: Option<Package>,
    /// Worked examples of the package itself (not of those it uses); empty when there is any error.
    pub examples: Vec<Example>,
    /// All findings, errors first, then by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles the package in `sources`; `library` holds the packages it may use, one list of files each.
pub fn compile(sources: &[SourceFile], library: &[Vec<SourceFile>]) -> Compiled {
    let findings = Findings::default();
    let (package, examples) = build(sources, library, &findings).unzip();
    let mut diagnostics = findings.into_inner();
    diagnostics.sort_by(|a, b| {
        let key =
            |d: &Diagnostic| (!d.is_error(), d.place.file.clone(), d.place.line, d.place.column, d.code);
        key(a).cmp(&key(b))
    });
    diagnostics.dedup();
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Compiled { package: None, examples: Vec::new(), diagnostics };
    }
    Compiled { package, examples: examples.unwrap_or_default(), diagnostics }
}

fn build(
    sources: &[SourceFile],
    library: &[Vec<SourceFile>],
    findings: &Findings,
) -> Option<(Package, Vec<Example>)> {
    let loaded = files::load(sources, library, findings);
    let mut builder = Builder::new(findings);
    let each = |kind: FileKind| loaded.iter().flat_map(move |package| package.files_of(kind));
    for (package, file) in each(FileKind::Units) {
        builder.read_units(package, file);
    }
    builder.check_base_units();
    for package in &loaded {
        builder.read_clauses(package);
    }
    for package in &loaded {
        builder.read_catalogs(package);
    }
    for (package, file) in each(FileKind::Form) {
        builder.read_form(package, file);
    }
    for (package, file) in each(FileKind::Fields) {
        builder.read_fields(package, file);
    }
    for (package, file) in each(FileKind::Record) {
        builder.read_record(package, file);
    }
    for (_, file) in each(FileKind::Groupings) {
        builder.read_groupings(file);
    }
    for (package, file) in each(FileKind::Parameters) {
        builder.read_parameters(package, file);
    }
    for (package, file) in each(FileKind::Benchmarks) {
        builder.read_benchmarks(package, file);
    }
    for (package, file) in each(FileKind::Facts) {
        builder.read_facts(package, file);
    }
    builder.check_derived_fields();
    builder.check_form_checks();
    for (package, file) in each(FileKind::Indicators) {
        builder.read_indicators(package, file);
    }
    for (_, file) in each(FileKind::Targets) {
        builder.read_target_formulas(file);
    }
    builder.check_indicators();
    for (package, file) in each(FileKind::Criteria) {
        builder.read_criteria(package, file);
    }
    for (package, file) in each(FileKind::Assessments) {
        builder.read_assessments(package, file);
    }
    for (package, file) in each(FileKind::Scorecard) {
        builder.read_scorecard(package, file);
    }
    for (package, file) in each(FileKind::Targets) {
        builder.read_targets(package, file);
    }
    for (_, file) in each(FileKind::Tasks) {
        builder.read_tasks(file);
    }
    let root = loaded.last()?;
    let mut examples = Vec::new();
    for (_, file) in root.files_of(FileKind::Examples) {
        examples.extend(builder.read_examples(file));
    }
    if findings.has_errors() {
        return None;
    }
    let digest = files::digest(&loaded);
    let uses = loaded[..loaded.len() - 1].iter().map(Loaded::id).collect();
    let notes = builder.take_notes();
    let package = builder.finish(root, uses, digest);
    analyse::analyse(&package, &examples, &notes, findings);
    Some((package, examples))
}
