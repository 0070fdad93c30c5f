//! Which forms feed the rules of a clause: so that whoever reads the clause sees where its figures come from.

use std::collections::{BTreeMap, BTreeSet};

use crate::package::{Measure, Origin, Package, Test, Threshold};
use crate::plan::{Expression, FieldIx, IndicatorIx, each_child};

/// A form with the fields of it that rules read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Position in [`Package::forms`].
    pub form: usize,
    /// Fields in the order of the dictionary.
    pub fields: Vec<FieldIx>,
}

/// Forms whose fields the conditions, indicators and targets of a clause read, in the order of the package.
pub fn forms_of(package: &Package, clause: &str) -> Vec<Feed> {
    let mut reads = Reads { package, fields: BTreeSet::new() };
    for criterion in &package.criteria {
        for reading in criterion.readings.iter().filter(|reading| reading.clause == clause) {
            reads.test(&reading.test);
        }
    }
    for indicator in &package.indicators {
        if indicator.clauses.iter().any(|cited| cited == clause) {
            reads.expression(&indicator.expression);
        }
    }
    for target in &package.targets {
        if target.cited.iter().any(|cited| cited.clause == clause) {
            match &target.measure {
                Measure::Figure { indicator, .. } => reads.indicator(*indicator),
                Measure::Every { criterion } => {
                    if let Some(reading) = package.criteria[criterion.index()].readings.first() {
                        reads.test(&reading.test);
                    }
                }
                Measure::Open { .. } => {}
            }
        }
    }
    let mut forms: BTreeMap<usize, Vec<FieldIx>> = BTreeMap::new();
    for field in reads.fields {
        let Origin::Form { form } = &package.fields[field.index()].origin else { continue };
        if let Some(at) = package.forms.iter().position(|known| known.id == *form) {
            forms.entry(at).or_default().push(field);
        }
    }
    forms.into_iter().map(|(form, fields)| Feed { form, fields }).collect()
}

struct Reads<'p> {
    package: &'p Package,
    fields: BTreeSet<FieldIx>,
}

impl Reads<'_> {
    fn test(&mut self, test: &Test) {
        match test {
            Test::Indicator { indicator, threshold, .. } => {
                self.indicator(*indicator);
                if let Threshold::Expression { expression, .. } = threshold {
                    self.expression(expression);
                }
            }
            Test::All { tests } | Test::Any { tests } => tests.iter().for_each(|test| self.test(test)),
            Test::Fact { .. } | Test::Evidence { .. } => {}
        }
    }

    fn indicator(&mut self, indicator: IndicatorIx) {
        let package = self.package;
        self.expression(&package.indicators[indicator.index()].expression);
    }

    /// Indicators use only earlier ones, so this ends.
    fn expression(&mut self, expression: &Expression) {
        if let Expression::Field { field, .. } = expression {
            self.fields.insert(*field);
        }
        let package = self.package;
        each_child(package, expression, &mut |child| self.expression(child));
    }
}
