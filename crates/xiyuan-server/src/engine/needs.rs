//! Which periods the formulas of a package read, so that a frame holds them all and no more.

use xiyuan_policy::{
    frame::Period,
    package::{Origin, Package, Test, Threshold},
    plan::{Expression, FieldIx, IndicatorIx},
};

/// The period itself and those that any formula reaches back to.
pub(super) fn periods(package: &Package, period: Period) -> Vec<Period> {
    let depth = Depth { package };
    let indicators = package.indicators.iter().map(|indicator| depth.of(&indicator.expression));
    let tests = package
        .criteria
        .iter()
        .flat_map(|criterion| &criterion.readings)
        .map(|reading| depth.of_test(&reading.test));
    let deepest = indicators.chain(tests).max().unwrap_or(0);
    (0..=deepest).map(|shift| period.earlier(shift)).collect()
}

struct Depth<'p> {
    package: &'p Package,
}

impl Depth<'_> {
    fn of_test(&self, test: &Test) -> u32 {
        match test {
            Test::Indicator { threshold: Threshold::Expression { expression, .. }, .. } => {
                self.of(expression)
            }
            Test::All { tests } | Test::Any { tests } => {
                tests.iter().map(|test| self.of_test(test)).max().unwrap_or(0)
            }
            Test::Indicator { .. } | Test::Fact { .. } | Test::Evidence { .. } => 0,
        }
    }

    fn field(&self, field: FieldIx) -> u32 {
        match &self.package.fields[field.index()].origin {
            Origin::Derived { expression, .. } => self.of(expression),
            Origin::Form { .. } | Origin::Registry { .. } => 0,
        }
    }

    fn indicator(&self, indicator: IndicatorIx) -> u32 {
        self.of(&self.package.indicators[indicator.index()].expression)
    }

    fn most<'e>(&self, parts: impl IntoIterator<Item = &'e Expression>) -> u32 {
        parts.into_iter().map(|part| self.of(part)).max().unwrap_or(0)
    }

    /// Indicators and derived fields use only earlier ones, so this ends.
    fn of(&self, expression: &Expression) -> u32 {
        match expression {
            Expression::Number(_)
            | Expression::Text(_)
            | Expression::Bool(_)
            | Expression::Date(_)
            | Expression::Parameter(_) => 0,
            Expression::Field { field, shift, .. } => shift + self.field(*field),
            Expression::Benchmark { shift, .. } => *shift,
            Expression::Indicator { indicator, shift } => shift + self.indicator(*indicator),
            Expression::Aggregate { argument, filter, .. } => {
                self.most(argument.as_deref().into_iter().chain(filter.as_deref()))
            }
            Expression::Arithmetic { left, right, .. } | Expression::Compare { left, right, .. } => {
                self.most([&**left, &**right])
            }
            Expression::And(left, right) | Expression::Or(left, right) => self.most([&**left, &**right]),
            Expression::Negate(of)
            | Expression::Absolute(of)
            | Expression::Not(of)
            | Expression::Round { of, .. } => self.of(of),
            Expression::In { of, list, .. } => self.of(of).max(self.most(list)),
            Expression::Case { branches, otherwise } => {
                let branches = branches.iter().flat_map(|(condition, value)| [condition, value]);
                self.most(branches.chain(otherwise.as_deref()))
            }
            Expression::Least(list) | Expression::Greatest(list) => self.most(list),
            Expression::CoalesceWithReason { of, instead, .. } => self.most([&**of, &**instead]),
        }
    }
}
