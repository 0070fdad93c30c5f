//! A rule's number must stand in the words it quotes: else text and rule disagree, and the package is refused.
//!
//! `50%`, `百分之五十` and `五成` are 50 %; `千亿级` is 1000 亿元. Where the rule's number is written otherwise,
//! `quote_reads` says how it is read (`10%以上即 1.1 倍`): with the rule's number and one that stands in the quotation.
//! Zero needs no quotation: it is where there is nothing.

use std::collections::BTreeSet;

use super::numerals::{Numeral, Reading, numerals};
use super::{Analysis, each_test, reading_words};
use crate::compile::cite::Citation;
use crate::diagnostic::Diagnostic;
use crate::language::for_each_child;
use crate::number::Exact;
use crate::package::{Package, Parameter, Place, Test, Threshold, Unit};
use crate::plan::Expression;

/// Units in words of the text that packages declare by a sign.
const OTHER_NAMES: [(&str, &str); 5] =
    [("平方米", "m²"), ("平方公里", "km²"), ("立方米", "m³"), ("千瓦时", "kWh"), ("度", "kWh")];

impl Analysis<'_> {
    pub(super) fn quotes(&self) {
        for (parameter, (place, cited)) in self.package.parameters.iter().zip(&self.notes.parameters) {
            self.parameter_quote(parameter, place, cited);
        }
        for (criterion, notes) in self.notes.criteria.iter().enumerate() {
            for (reading, note) in notes.iter().enumerate() {
                self.reading_quote(criterion, reading, &note.cited);
            }
        }
    }

    /// Each value of a parameter stands in its own quotation.
    fn parameter_quote(&self, parameter: &Parameter, place: &Place, cited: &Citation) {
        let Some(quote) = &cited.quote else { return };
        let found = numerals(quote);
        for value in parameter.values.iter().map(|value| value.value) {
            let stands = |numeral: &Numeral| stands_for(self.package, numeral, value, &parameter.unit);
            if value.is_zero() || found.iter().any(stands) {
                continue;
            }
            if let Some(reads) = &cited.quote_reads {
                self.check_reads(&found, reads.place.clone(), &reads.value, value, parameter);
                continue;
            }
            let place = cited.quote_place.clone().unwrap_or_else(|| place.clone());
            let message = format!("“{}”的值在引文里找不到：规则与原文不一致", parameter.name);
            self.findings.add(
                Diagnostic::error("quote-without-number", place, message)
                    .found(quote.clone())
                    .expected(format!("{} {}", value, parameter.unit))
                    .hint(
                        "改值或改引文；写法不同的，用 quote_reads 写明怎么读，如“10%以上即 1.1 倍”"
                            .to_owned(),
                    ),
            );
        }
    }

    /// The note says the rule's number and, where the quotation has numbers, one of them.
    fn check_reads(
        &self,
        quoted: &[Numeral],
        place: Place,
        reads: &str,
        value: Exact,
        parameter: &Parameter,
    ) {
        let said = numerals(reads);
        let names = said.iter().any(|numeral| stands_for(self.package, numeral, value, &parameter.unit));
        let same = |a: &Numeral, b: &Numeral| a.is_share == b.is_share && a.whole.value == b.whole.value;
        let starts = quoted.is_empty() || said.iter().any(|a| quoted.iter().any(|b| same(a, b)));
        if names && starts {
            return;
        }
        let message = "quote_reads 没有说明引文里的数怎样成为规则的数";
        let wanted = format!("{} {}", value, parameter.unit);
        let expected = match quoted.first() {
            Some(first) => format!("既写引文里的数（如 {}），又写规则的数（{wanted}）", first.written),
            None => format!("写出规则的数（{wanted}）"),
        };
        self.findings.add(
            Diagnostic::error("quote-without-number", place, message)
                .found(reads.to_owned())
                .expected(expected),
        );
    }

    /// Numbers of the policy that a reading compares with: each without a quotation of its own stands in the reading's;
    /// and a quotation with numbers has at least one of the reading's.
    fn reading_quote(&self, criterion: usize, reading: usize, cited: &Citation) {
        let (Some(quote), Some(place)) = (&cited.quote, &cited.quote_place) else { return };
        let used = parameters_of(&self.package.criteria[criterion].readings[reading].test);
        let of_policy: Vec<usize> = used
            .into_iter()
            .filter(|at| {
                let parameter = &self.package.parameters[*at];
                parameter.clause.is_some() && parameter.values.iter().any(|value| !value.value.is_zero())
            })
            .collect();
        if of_policy.is_empty() || cited.quote_reads.is_some() {
            return;
        }
        let found: Vec<Numeral> = numerals(quote).into_iter().filter(|numeral| !is_date(numeral)).collect();
        let stands = |at: usize| {
            let parameter = &self.package.parameters[at];
            parameter.values.iter().any(|value| {
                found.iter().any(|numeral| stands_for(self.package, numeral, value.value, &parameter.unit))
            })
        };
        let is_unquoted = |at: &usize| {
            let own = self.notes.parameters.get(*at).map(|(_, cited)| cited);
            own.is_none_or(|own| own.quote.is_none() && own.quote_reads.is_none())
        };
        let alone = of_policy.iter().copied().find(|at| is_unquoted(at) && !stands(*at));
        // Where a parameter says how its own quotation is read, its number may be written otherwise here too.
        let is_read =
            |at: &usize| self.notes.parameters.get(*at).is_some_and(|(_, cited)| cited.quote_reads.is_some());
        let is_astray =
            || !found.is_empty() && !of_policy.iter().any(|at| stands(*at)) && !of_policy.iter().any(is_read);
        let astray = || is_astray().then(|| of_policy[0]);
        let Some(at) = alone.or_else(astray) else { return };
        let parameter = &self.package.parameters[at];
        let values: Vec<String> =
            parameter.values.iter().map(|value| format!("{} {}", value.value, parameter.unit)).collect();
        let name = reading_words(self.package, criterion, reading);
        let message = format!("{name}的引文里没有它用的数“{}”：规则与原文不一致", parameter.name);
        self.findings.add(
            Diagnostic::error("quote-without-number", place.clone(), message)
                .found(quote.clone())
                .expected(values.join("、"))
                .hint(
                    "改值或改引文；参数另有引文的，在参数上写 quote；写法不同的，用 quote_reads 写明怎么读"
                        .to_owned(),
                ),
        );
    }
}

/// A year or a day is no threshold.
fn is_date(numeral: &Numeral) -> bool {
    !numeral.is_share && ["年", "月", "日"].iter().any(|word| numeral.whole.tail.starts_with(word))
}

/// Parameters that the thresholds of a test read.
fn parameters_of(test: &Test) -> BTreeSet<usize> {
    fn of(expression: &Expression, found: &mut BTreeSet<usize>) {
        if let Expression::Parameter(parameter) = expression {
            found.insert(parameter.index());
        }
        for_each_child(expression, &mut |child| of(child, found));
    }
    let mut found = BTreeSet::new();
    each_test(test, &mut |test| match test {
        Test::Indicator { threshold: Threshold::Parameter(parameter), .. } => {
            found.insert(parameter.index());
        }
        Test::Indicator { threshold: Threshold::Expression { expression, .. }, .. } => {
            of(expression, &mut found);
        }
        _ => {}
    });
    found
}

/// Whether a number in a text says this value of this unit.
pub(super) fn stands_for(package: &Package, numeral: &Numeral, value: Exact, unit_name: &str) -> bool {
    let Some(unit) = package.units.get(unit_name) else { return false };
    let value = value.absolute();
    let Some(base) = value.checked_mul(unit.factor) else { return false };
    if numeral.is_share {
        return unit.dimension.is_empty() && numeral.whole.value == base;
    }
    let is_multiple = !numeral.without_multiple.is_empty();
    says(package, &numeral.whole, is_multiple, (value, base, unit))
        || numeral.without_multiple.iter().any(|part| says(package, part, false, (value, base, unit)))
}

fn says(
    package: &Package,
    part: &Reading,
    is_multiple: bool,
    (value, base, unit): (Exact, Exact, &Unit),
) -> bool {
    // Words for counting (个, 家, 倍) say nothing about the unit.
    let known = unit_before(package, &part.tail).filter(|known| !known.dimension.is_empty());
    match known {
        Some(known) if known.dimension == unit.dimension => {
            part.value.checked_mul(known.factor) == Some(base)
        }
        Some(known) => unit.name.starts_with(&known.name) && part.value == value,
        None if !part.left.is_empty() => unit.name.starts_with(&part.left) && part.value == value,
        None => part.value == value || ((unit.dimension.is_empty() || is_multiple) && part.value == base),
    }
}

/// The longest unit with which a text begins.
fn unit_before(package: &Package, text: &str) -> Option<Unit> {
    let declared = package.units.values().filter(|unit| text.starts_with(&unit.name));
    let longest = declared.max_by_key(|unit| unit.name.len()).cloned();
    let other = || {
        OTHER_NAMES.iter().find_map(|(word, sign)| {
            let (multiple, rest) = match text.strip_prefix(['万', '亿']) {
                Some(rest) => (text.chars().next().map(String::from).unwrap_or_default(), rest),
                None => (String::new(), text),
            };
            rest.strip_prefix(word)?;
            package.units.get(&format!("{multiple}{sign}")).cloned()
        })
    };
    longest.or_else(other)
}
