//! `assessments.toml`: named sets of criteria.

use std::collections::BTreeSet;

use super::builder::{Builder, check_id};
use super::fields::SUBJECTS;
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::Diagnostic;
use crate::language::for_each_child;
use crate::package::{Assessment, Subject, Test, Threshold};
use crate::plan::{BenchmarkIx, CriterionIx, Expression, IndicatorIx};
use crate::source::{Located, count};

impl Builder<'_> {
    /// Reads one file of assessments.
    pub(super) fn read_assessments(&mut self, _package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for (id, item) in reader.named_tables("assessment") {
            let name = item.need_text("name");
            let subject = item.need_choice("subject", &SUBJECTS);
            let listed = item.texts("criteria");
            if listed.is_empty() {
                let diagnostic = Diagnostic::error("empty-list", item.place(), "criteria 不能为空");
                self.findings.add(diagnostic);
            }
            item.finish();
            if !check_id(&id, false, self.findings) || !self.declare("assessment", &id) {
                continue;
            }
            let Some(subject) = subject else {
                continue;
            };
            let criteria = self.listed_criteria(&listed, subject);
            let benchmarks = self.benchmarks_of(&criteria);
            let name = name.map(|name| name.value).unwrap_or_default();
            self.notes.assessments.push(id.place.clone());
            self.assessments.push(Assessment { id: id.value, name, subject, criteria, benchmarks });
        }
        reader.finish();
    }

    fn listed_criteria(&self, listed: &[Located<String>], subject: Subject) -> Vec<CriterionIx> {
        let mut criteria: Vec<CriterionIx> = Vec::new();
        for written in listed {
            let ids = self.criteria.iter().map(|criterion| criterion.id.as_str());
            let Some(index) = self.look_up("unknown-criterion", "条件", written, ids) else {
                continue;
            };
            let criterion = CriterionIx(count(index));
            if criteria.contains(&criterion) {
                let message = format!("条件“{}”列了两次", written.value);
                self.findings.add(Diagnostic::error("duplicate-id", written.place.clone(), message));
                continue;
            }
            let other = self
                .indicators_of(criterion)
                .into_iter()
                .find(|ix| self.indicators[ix.index()].subject != subject);
            if let Some(other) = other {
                let message = format!(
                    "条件“{}”用的指标“{}”不属于这类对象",
                    written.value,
                    self.indicators[other.index()].id
                );
                self.findings.add(Diagnostic::error("subject-mismatch", written.place.clone(), message));
            }
            criteria.push(criterion);
        }
        criteria
    }

    fn indicators_of(&self, criterion: CriterionIx) -> Vec<IndicatorIx> {
        let mut indicators = Vec::new();
        for reading in &self.criteria[criterion.index()].readings {
            each_test(&reading.test, &mut |test| {
                if let Test::Indicator { indicator, .. } = test {
                    indicators.push(*indicator);
                }
            });
        }
        indicators
    }

    fn benchmarks_of(&self, criteria: &[CriterionIx]) -> Vec<BenchmarkIx> {
        let mut found = BTreeSet::new();
        let mut indicators: Vec<IndicatorIx> = Vec::new();
        for criterion in criteria {
            for reading in &self.criteria[criterion.index()].readings {
                each_test(&reading.test, &mut |test| {
                    if let Test::Indicator { indicator, threshold, .. } = test {
                        indicators.push(*indicator);
                        if let Threshold::Expression { expression, .. } = threshold {
                            collect(expression, &mut found, &mut indicators);
                        }
                    }
                });
            }
        }
        let mut seen = BTreeSet::new();
        while let Some(indicator) = indicators.pop() {
            if seen.insert(indicator) {
                collect(&self.indicators[indicator.index()].expression, &mut found, &mut indicators);
            }
        }
        found.into_iter().collect()
    }
}

fn collect(expression: &Expression, found: &mut BTreeSet<BenchmarkIx>, indicators: &mut Vec<IndicatorIx>) {
    match expression {
        Expression::Benchmark { benchmark, .. } => {
            found.insert(*benchmark);
        }
        Expression::Indicator { indicator, .. } => indicators.push(*indicator),
        _ => {}
    }
    for_each_child(expression, &mut |child| collect(child, found, indicators));
}

/// Calls `f` for a test and all its parts.
pub(super) fn each_test(test: &Test, f: &mut dyn FnMut(&Test)) {
    f(test);
    if let Test::All { tests } | Test::Any { tests } = test {
        for part in tests {
            each_test(part, f);
        }
    }
}
