//! Parameters and fields that nothing reads: whoever changes them would see nothing happen.

use std::collections::BTreeSet;

use super::{Analysis, each_test};
use crate::diagnostic::Diagnostic;
use crate::language::for_each_child;
use crate::package::{Measure, Origin, Test, Threshold};
use crate::plan::{Expression, ParameterIx};

#[derive(Default)]
struct Read {
    parameters: BTreeSet<usize>,
    fields: BTreeSet<usize>,
}

impl Analysis<'_> {
    /// Only what the package itself declares, and only once there is something that could read it.
    pub(super) fn unread(&self) {
        let package = self.package;
        if package.indicators.is_empty() {
            return;
        }
        let mut read = Read::default();
        package.indicators.iter().for_each(|indicator| read.see(&indicator.expression));
        package.forms.iter().flat_map(|form| &form.checks).for_each(|check| read.see(&check.expression));
        for field in &package.fields {
            if let Origin::Derived { expression, .. } = &field.origin {
                read.see(expression);
            }
        }
        for grouping in &package.groupings {
            let fields = grouping.enterprises.iter().chain(&grouping.parks).flatten();
            read.fields.extend(fields.map(|field| field.index()));
        }
        for reading in package.criteria.iter().flat_map(|criterion| &criterion.readings) {
            each_test(&reading.test, &mut |test| match test {
                Test::Indicator { threshold: Threshold::Parameter(parameter), .. } => {
                    read.parameters.insert(parameter.index());
                }
                Test::Indicator { threshold: Threshold::Expression { expression, .. }, .. } => {
                    read.see(expression);
                }
                _ => {}
            });
        }
        for target in &package.targets {
            read.parameters.extend(target.due.parameter.map(ParameterIx::index));
            match &target.measure {
                Measure::Figure { goal: Threshold::Parameter(parameter), .. }
                | Measure::Open { parameter, .. } => {
                    read.parameters.insert(parameter.index());
                }
                Measure::Figure { goal: Threshold::Expression { expression, .. }, .. } => {
                    read.see(expression);
                }
                Measure::Every { .. } => {}
            }
        }
        for (index, place) in &self.notes.own_parameters {
            if !read.parameters.contains(index) {
                let message = format!("参数“{}”没有被任何公式或条件使用", package.parameters[*index].id);
                self.findings.add(Diagnostic::warning("unread-parameter", place.clone(), message));
            }
        }
        for index in self.notes.own_fields.iter().filter(|index| !read.fields.contains(index)) {
            let field = &package.fields[*index];
            let message = format!("字段“{}”没有被任何公式使用", field.id);
            self.findings.add(Diagnostic::warning("unread-field", field.place.clone(), message));
        }
    }
}

impl Read {
    fn see(&mut self, expression: &Expression) {
        match expression {
            Expression::Parameter(parameter) => {
                self.parameters.insert(parameter.index());
            }
            Expression::Field { field, .. } => {
                self.fields.insert(field.index());
            }
            _ => {}
        }
        for_each_child(expression, &mut |child| self.see(child));
    }
}
