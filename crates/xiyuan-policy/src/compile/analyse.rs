//! First analysis of a package without mistakes: what nobody reads, and thresholds no figure can reach.

use std::collections::BTreeSet;

use super::assessments::each_test;
use super::builder::Builder;
use crate::diagnostic::Diagnostic;
use crate::language::for_each_child;
use crate::number::Exact;
use crate::package::{Origin, Place, Test, Threshold};
use crate::plan::{AggregateFunction, Arithmetic, Comparison, Expression};

/// Inclusive bounds in base units.
#[derive(Clone, Copy, Debug, Default)]
struct Bounds {
    min: Option<Exact>,
    max: Option<Exact>,
}

impl Builder<'_> {
    /// Adds warnings.
    pub(super) fn analyse(&self) {
        self.warn_unread();
        for criterion in &self.criteria {
            for reading in &criterion.readings {
                each_test(&reading.test, &mut |test| self.warn_unreachable(test, &criterion.place));
            }
        }
    }

    /// Only what the package itself declares, and only once there is something that could read it.
    fn warn_unread(&self) {
        if self.indicators.is_empty() {
            return;
        }
        let mut parameters = BTreeSet::new();
        let mut fields = BTreeSet::new();
        let mut visit = |expression: &Expression| collect(expression, &mut parameters, &mut fields);
        self.indicators.iter().for_each(|indicator| visit(&indicator.expression));
        self.forms.iter().flat_map(|form| &form.checks).for_each(|check| visit(&check.expression));
        for field in &self.fields {
            if let Origin::Derived { expression, .. } = &field.origin {
                visit(expression);
            }
        }
        let tests =
            self.criteria.iter().flat_map(|criterion| &criterion.readings).map(|reading| &reading.test);
        for test in tests {
            each_test(test, &mut |test| match test {
                Test::Indicator { threshold: Threshold::Parameter(parameter), .. } => {
                    parameters.insert(parameter.index());
                }
                Test::Indicator { threshold: Threshold::Expression { expression, .. }, .. } => {
                    collect(expression, &mut parameters, &mut fields);
                }
                _ => {}
            });
        }
        for (index, place) in &self.own_parameters {
            if !parameters.contains(index) {
                let message = format!("参数“{}”没有被任何公式或条件使用", self.parameters[*index].id);
                self.findings.add(Diagnostic::warning("unread-parameter", place.clone(), message));
            }
        }
        for index in self.own_fields.iter().filter(|index| !fields.contains(index)) {
            let field = &self.fields[*index];
            let message = format!("字段“{}”没有被任何公式使用", field.id);
            self.findings.add(Diagnostic::warning("unread-field", field.place.clone(), message));
        }
    }

    fn warn_unreachable(&self, test: &Test, place: &Place) {
        let Test::Indicator { indicator, op, threshold: Threshold::Parameter(parameter) } = test else {
            return;
        };
        let indicator = &self.indicators[indicator.index()];
        let bounds = self.bounds(&indicator.expression);
        let parameter = &self.parameters[parameter.index()];
        let Ok(unit) = self.units.get(&parameter.unit) else {
            return;
        };
        for dated in &parameter.values {
            let Some(value) = dated.value.checked_mul(unit.factor) else {
                continue;
            };
            let above = bounds.max.is_some_and(|max| max < value);
            let below = bounds.min.is_some_and(|min| min > value);
            let at_max = bounds.max == Some(value);
            let at_min = bounds.min == Some(value);
            let (never, always) = match op {
                Comparison::GreaterOrEqual => (above, below || at_min),
                Comparison::Greater => (above || at_max, below),
                Comparison::LessOrEqual => (below, above || at_max),
                Comparison::Less => (below || at_min, above),
                Comparison::Equal => (above || below, false),
                Comparison::NotEqual => (false, above || below),
            };
            let verdict = if never { "永远不能满足" } else { "永远满足" };
            if never || always {
                let message = format!("指标“{}”按字段的填报范围，这个门槛{verdict}", indicator.name);
                let found = format!("{} {}", dated.value, parameter.unit);
                self.findings
                    .add(Diagnostic::warning("threshold-out-of-reach", place.clone(), message).found(found));
            }
        }
    }

    /// Bounds that follow from the ranges of entry, for the simple forms; otherwise none.
    fn bounds(&self, expression: &Expression) -> Bounds {
        match expression {
            Expression::Number(value) => Bounds { min: Some(*value), max: Some(*value) },
            Expression::Field { field, .. } => {
                let field = &self.fields[field.index()];
                let factor =
                    field.unit.as_ref().and_then(|unit| self.units.get(unit).ok()).map(|unit| unit.factor);
                let base = |end: Option<Exact>| end?.checked_mul(factor?);
                Bounds { min: base(field.range.min), max: base(field.range.max) }
            }
            Expression::Aggregate { function, argument, .. } => {
                self.bounds_of_aggregate(*function, argument.as_deref())
            }
            Expression::Arithmetic { op: Arithmetic::Divide, left, right } => {
                self.bounds_of_quotient(left, right)
            }
            Expression::Indicator { indicator, .. } => {
                self.bounds(&self.indicators[indicator.index()].expression)
            }
            Expression::Least(list) => {
                let all: Vec<Bounds> = list.iter().map(|part| self.bounds(part)).collect();
                let max = all.iter().filter_map(|bounds| bounds.max).min();
                let min = all.iter().map(|bounds| bounds.min).collect::<Option<Vec<_>>>();
                Bounds { min: min.and_then(|list| list.into_iter().min()), max }
            }
            _ => Bounds::default(),
        }
    }

    fn bounds_of_aggregate(&self, function: AggregateFunction, argument: Option<&Expression>) -> Bounds {
        let inner = argument.map(|argument| self.bounds(argument)).unwrap_or_default();
        match function {
            AggregateFunction::Count | AggregateFunction::CountDistinct | AggregateFunction::Reported => {
                Bounds { min: Some(Exact::ZERO), max: None }
            }
            AggregateFunction::Sum => {
                Bounds { min: inner.min.filter(|min| *min >= Exact::ZERO).map(|_| Exact::ZERO), max: None }
            }
            AggregateFunction::Avg | AggregateFunction::Min | AggregateFunction::Max => inner,
        }
    }

    /// A part of a whole lies between 0 and 1: the same sum or count, above filtered, below not.
    fn bounds_of_quotient(&self, top: &Expression, below: &Expression) -> Bounds {
        if let (
            Expression::Aggregate { over: here, function: one, argument: part, filter: Some(_) },
            Expression::Aggregate { over: there, function: two, argument: whole, filter: None },
        ) = (top, below)
        {
            let same = here == there && one == two && format!("{part:?}") == format!("{whole:?}");
            let adds = matches!(one, AggregateFunction::Sum | AggregateFunction::Count);
            let from_zero = self.bounds(below).min.is_some_and(|min| min >= Exact::ZERO);
            if same && adds && from_zero {
                return Bounds { min: Some(Exact::ZERO), max: Some(Exact::ONE) };
            }
        }
        let positive = |expression| self.bounds(expression).min.is_some_and(|min| min >= Exact::ZERO);
        Bounds { min: (positive(top) && positive(below)).then_some(Exact::ZERO), max: None }
    }
}

fn collect(expression: &Expression, parameters: &mut BTreeSet<usize>, fields: &mut BTreeSet<usize>) {
    match expression {
        Expression::Parameter(parameter) => {
            parameters.insert(parameter.index());
        }
        Expression::Field { field, .. } => {
            fields.insert(field.index());
        }
        _ => {}
    }
    for_each_child(expression, &mut |child| collect(child, parameters, fields));
}
