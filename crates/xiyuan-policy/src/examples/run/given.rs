//! What the rules give where an example expects something, so that the example can be rewritten.

use std::collections::BTreeSet;

use super::Stage;
use crate::examples::model::{Example, ExpectedWhat};
use crate::number::{Exact, Quotient};
use crate::outcome::{Figure, Outcome};
use crate::package::Package;

/// What comes out where an expectation stands.
#[derive(Clone, Debug)]
pub struct Given {
    /// Outcome; `None` for an indicator.
    pub outcome: Option<Outcome>,
    /// Figure in base units, when it is known.
    pub value: Option<Quotient>,
    /// Factor of the unit in which it is written.
    pub unit_factor: Exact,
    /// Decimals in which the indicator is shown.
    pub decimals: u32,
    /// The figure has no value.
    pub is_undefined: bool,
    /// Cells that are missing, as examples write them.
    pub missing: BTreeSet<String>,
    /// A missing value could change the outcome.
    pub could_change: bool,
}

/// For each expectation of an example, in order; `None` where nothing can be computed.
pub fn given(package: &Package, example: &Example) -> Vec<Option<Given>> {
    let Ok(stage) = Stage::build(package, example) else {
        return example.expect.iter().map(|_| None).collect();
    };
    let each = example.expect.iter().map(|expectation| {
        let answer = stage.answer(expectation).ok()?;
        let indicator = match expectation.what {
            ExpectedWhat::Indicator(indicator) => Some(indicator),
            _ => None,
        };
        let decimals = indicator.map_or(2, |indicator| package.indicators[indicator.index()].decimals);
        Some(Given {
            outcome: answer.outcome,
            value: answer.figure.as_ref().and_then(Figure::known),
            unit_factor: answer.factor,
            decimals,
            is_undefined: answer.undefined.is_some(),
            missing: answer.missing,
            could_change: answer.could_change,
        })
    });
    each.collect()
}
