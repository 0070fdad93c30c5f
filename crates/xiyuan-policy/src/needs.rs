//! Which periods the formulas of a package read, so that a frame holds them all and no more.

use std::collections::BTreeSet;

use crate::frame::Period;
use crate::package::{Package, Test, Threshold};
use crate::plan::{Expression, IndicatorIx, Members, each_child};

/// The period itself and all periods that any formula of the package reads when it is computed for it, ascending. What
/// only targets count is left out ([`target_periods`]): checks of parks need not load the years that a target adds up.
pub fn periods(package: &Package, period: Period) -> Vec<Period> {
    let mut found = BTreeSet::from([period]);
    let of_targets: BTreeSet<usize> = targets(package).collect();
    let others = package.indicators.iter().enumerate().filter(|(at, _)| !of_targets.contains(at));
    for (_, indicator) in others {
        read(package, &indicator.expression, period, &mut found);
    }
    for reading in package.criteria.iter().flat_map(|criterion| &criterion.readings) {
        read_test(package, &reading.test, period, &mut found);
    }
    found.into_iter().collect()
}

/// The period itself and all periods that the targets of the package read when they are computed for it, ascending.
pub fn target_periods(package: &Package, period: Period) -> Vec<Period> {
    let mut found: BTreeSet<Period> = periods(package, period).into_iter().collect();
    for at in targets(package) {
        read(package, &package.indicators[at].expression, period, &mut found);
    }
    found.into_iter().collect()
}

fn targets(package: &Package) -> impl Iterator<Item = usize> {
    package.targets.iter().filter_map(|target| target.indicator().map(IndicatorIx::index))
}

fn read_test(package: &Package, test: &Test, period: Period, found: &mut BTreeSet<Period>) {
    match test {
        Test::Indicator { threshold: Threshold::Expression { expression, .. }, .. } => {
            read(package, expression, period, found);
        }
        Test::All { tests } | Test::Any { tests } => {
            for test in tests {
                read_test(package, test, period, found);
            }
        }
        Test::Indicator { .. } | Test::Fact { .. } | Test::Evidence { .. } => {}
    }
}

/// Indicators use only earlier ones, so this ends.
fn read(package: &Package, expression: &Expression, period: Period, found: &mut BTreeSet<Period>) {
    let shift = match expression {
        Expression::Field { shift, .. }
        | Expression::Benchmark { shift, .. }
        | Expression::Indicator { shift, .. }
        | Expression::Wider { shift, .. } => *shift,
        _ => 0,
    };
    let periods = match expression {
        Expression::Aggregate { over: Members::Periods(span), .. } => period.window(*span),
        _ => vec![period.earlier(shift)],
    };
    for period in periods {
        found.insert(period);
        each_child(package, expression, &mut |child| read(package, child, period, found));
    }
}
