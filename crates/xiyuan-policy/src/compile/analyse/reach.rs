//! Thresholds that no figure within the ranges of entry can reach, or that every such figure reaches.

use super::extent::{Extent, Extents};
use super::{Analysis, each_test};
use crate::diagnostic::Diagnostic;
use crate::language::for_each_child;
use crate::number::{Exact, Quotient};
use crate::package::{Package, Test, Threshold};
use crate::plan::{Comparison, Expression, IndicatorIx};

impl Analysis<'_> {
    pub(super) fn reach(&self) {
        for day in self.days() {
            let extents = Extents::new(self.package, day);
            for (position, criterion) in self.package.criteria.iter().enumerate() {
                for (at, reading) in criterion.readings.iter().enumerate() {
                    each_test(&reading.test, &mut |test| {
                        if let Test::Indicator { indicator, op, threshold } = test
                            && let Some(verdict) = verdict(&extents, *indicator, *op, threshold)
                        {
                            let name = &self.package.indicators[indicator.index()].name;
                            let word = if verdict { "永远满足" } else { "永远不能满足" };
                            let message = format!("指标“{name}”按字段的填报范围，这个门槛{word}");
                            let place = self.place_of(position, at);
                            self.findings.add(
                                Diagnostic::warning("threshold-out-of-reach", place, message)
                                    .found(shown(self.package, &extents, *indicator, threshold))
                                    .hint(self.reachable(&extents, *indicator)),
                            );
                        }
                    });
                }
            }
        }
    }

    /// `按填报范围，指标在 0 % 至 100 % 之间`
    fn reachable(&self, extents: &Extents<'_>, indicator: IndicatorIx) -> Option<String> {
        let extent = extents.indicator(indicator);
        let indicator = &self.package.indicators[indicator.index()];
        let end = |end: Option<Exact>, open: &str| {
            end.map_or_else(|| Some(open.to_owned()), |value| in_unit(value, indicator.unit_factor))
        };
        let (low, high) = (end(extent.low, "不限")?, end(extent.high, "不限")?);
        Some(format!("按填报范围，这个指标在 {low} 至 {high} {} 之间", indicator.unit).trim().to_owned())
    }
}

/// A threshold in words: the number in force, or the formula.
pub(super) fn shown(
    package: &Package,
    extents: &Extents<'_>,
    indicator: IndicatorIx,
    threshold: &Threshold,
) -> String {
    match threshold {
        Threshold::Parameter(parameter) => {
            let declared = &package.parameters[parameter.index()];
            let factor = package.unit_factor(Some(&declared.unit));
            let value = extents.parameter(*parameter).and_then(|value| in_unit(value, factor));
            format!("{} {}", value.unwrap_or_default(), declared.unit)
        }
        Threshold::Expression { formula, .. } => {
            format!("{formula}（{}）", package.indicators[indicator.index()].unit)
        }
    }
}

/// A number of base units in a unit of this factor, to at most six decimals.
pub(super) fn in_unit(value: Exact, factor: Exact) -> Option<String> {
    Quotient::new(value, factor)?.shown(Exact::ONE, 6).map(|value| value.normalized().to_string())
}

/// `Some(true)`: always met; `Some(false)`: never.
pub(super) fn verdict(
    extents: &Extents<'_>,
    indicator: IndicatorIx,
    op: Comparison,
    threshold: &Threshold,
) -> Option<bool> {
    let figure = extents.indicator(indicator);
    let line = match threshold {
        Threshold::Parameter(parameter) => Extent::point(extents.parameter(*parameter)?),
        Threshold::Expression { expression, .. } => extents.of(expression),
    };
    decide(figure, op, line)
}

/// The same answer for every pair of numbers.
fn decide(a: Extent, op: Comparison, b: Extent) -> Option<bool> {
    let less = |x: Option<Exact>, y: Option<Exact>| x.zip(y).is_some_and(|(x, y)| x < y);
    let not_more = |x: Option<Exact>, y: Option<Exact>| x.zip(y).is_some_and(|(x, y)| x <= y);
    let (all_less, all_more) = (less(a.high, b.low), less(b.high, a.low));
    let (none_more, none_less) = (not_more(a.high, b.low), not_more(b.high, a.low));
    let is_equal = none_more && none_less;
    match op {
        Comparison::Less if all_less => Some(true),
        Comparison::Less if none_less => Some(false),
        Comparison::LessOrEqual if none_more => Some(true),
        Comparison::LessOrEqual if all_more => Some(false),
        Comparison::Greater if all_more => Some(true),
        Comparison::Greater if none_more => Some(false),
        Comparison::GreaterOrEqual if none_less => Some(true),
        Comparison::GreaterOrEqual if all_less => Some(false),
        Comparison::Equal if is_equal => Some(true),
        Comparison::Equal if all_less || all_more => Some(false),
        Comparison::NotEqual if is_equal => Some(false),
        Comparison::NotEqual if all_less || all_more => Some(true),
        _ => None,
    }
}

/// For each indicator, whether it reads something that may not have been filed.
pub(super) fn may_be_missing(package: &Package) -> Vec<bool> {
    // Indicators use only earlier ones.
    let mut known: Vec<bool> = Vec::with_capacity(package.indicators.len());
    for indicator in &package.indicators {
        let found = reads_filed(&indicator.expression, &known);
        known.push(found);
    }
    known
}

/// Whether a formula does, when this is known of the indicators.
pub(super) fn reads_filed(expression: &Expression, known: &[bool]) -> bool {
    match expression {
        Expression::Field { .. } | Expression::Benchmark { .. } => true,
        Expression::Indicator { indicator, .. } | Expression::Wider { indicator, .. } => {
            known.get(indicator.index()).copied().unwrap_or(true)
        }
        other => {
            let mut found = false;
            for_each_child(other, &mut |child| found = found || reads_filed(child, known));
            found
        }
    }
}
