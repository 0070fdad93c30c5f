//! Targets that nobody answers for, and goals that do not stand in the words they quote.

use super::Analysis;
use super::notes::is_own;
use super::numerals::numerals;
use super::quotes::stands_for;
use crate::diagnostic::Diagnostic;
use crate::package::{Measure, Threshold};
use crate::plan::ParameterIx;

impl Analysis<'_> {
    /// A target without a duty unit, warned of; a goal that its quotation does not name, refused.
    pub(super) fn targets(&self) {
        for (target, note) in self.package.targets.iter().zip(&self.notes.targets) {
            if target.duty_units.is_empty() && is_own(&note.place) {
                let message = format!("目标“{}”没有责任单位", target.name);
                self.findings.add(
                    Diagnostic::warning("target-without-unit", note.place.clone(), message)
                        .found(format!("条款 {} 没有列责任单位", target.clause()))
                        .hint("用 duty 写明由谁负责，单位名与别条所列一字不差".to_owned()),
                );
            }
            if let (Some(goal), Some(quote), None) =
                (goal_of(&target.measure), &note.cited.quote, &note.cited.quote_reads)
            {
                self.goal_quote(goal, &target.name, quote, note);
            }
        }
    }

    fn goal_quote(&self, goal: ParameterIx, name: &str, quote: &str, note: &super::TargetNote) {
        let parameter = &self.package.parameters[goal.index()];
        if parameter.clause.is_none() {
            return;
        }
        let found = numerals(quote);
        let stands = parameter.values.iter().any(|value| {
            found.iter().any(|numeral| stands_for(self.package, numeral, value.value, &parameter.unit))
        });
        if stands {
            return;
        }
        let place = note.cited.quote_place.clone().unwrap_or_else(|| note.place.clone());
        let message = format!("目标“{name}”的引文里没有目标数“{}”：规则与原文不一致", parameter.name);
        let values: Vec<String> =
            parameter.values.iter().map(|value| format!("{} {}", value.value, parameter.unit)).collect();
        self.findings.add(
            Diagnostic::error("quote-without-number", place, message)
                .found(quote.to_owned())
                .expected(values.join("、"))
                .hint("改目标数或改引文；写法不同的，用 quote_reads 写明怎么读".to_owned()),
        );
    }
}

fn goal_of(measure: &Measure) -> Option<ParameterIx> {
    match measure {
        Measure::Figure { goal: Threshold::Parameter(parameter), .. } | Measure::Open { parameter, .. } => {
            Some(*parameter)
        }
        Measure::Figure { .. } | Measure::Every { .. } => None,
    }
}
