//! What the words of a rule promise and the rule does not keep: soft words in hard conditions, judgements without a
//! role, readings that make no difference, dates on which nothing changes.

use super::notes::is_own;
use super::{Analysis, each_test, reading_words};
use crate::diagnostic::Diagnostic;
use crate::package::{Criterion, Package, Test, Threshold};
use crate::plan::ParameterIx;

/// Words by which a norm leaves room. 可 alone is part of too many other words.
const SOFT_WORDS: [&str; 12] =
    ["原则上", "一般", "鼓励", "支持", "可以", "可按", "可适当", "可酌情", "力争", "争创", "不宜", "尽量"];
/// Words that begin like a soft one and are none.
const NOT_SOFT: [&str; 4] = ["一般公共预算", "一般工业固体废物", "一般纳税人", "一般贸易"];

impl Analysis<'_> {
    pub(super) fn wording(&self) {
        for (position, criterion) in self.package.criteria.iter().enumerate() {
            self.soft_words(position, criterion);
            self.role(criterion);
            self.same_readings(position, criterion);
        }
        for (parameter, (place, _)) in self.package.parameters.iter().zip(&self.notes.parameters) {
            for pair in parameter.values.windows(2) {
                if let [before, after] = pair
                    && before.value == after.value
                    && is_own(place)
                {
                    let message = format!("参数“{}”自 {} 起的值与前一个相同", parameter.id, after.from);
                    self.findings.add(
                        Diagnostic::warning("dated-value-unchanged", place.clone(), message)
                            .found(format!("{} {}", after.value, parameter.unit))
                            .hint("删去这一个，或改成新值".to_owned()),
                    );
                }
            }
        }
    }

    /// A soft word in the quotation of a hard condition, unless its author says how it is read.
    fn soft_words(&self, position: usize, criterion: &Criterion) {
        let Some(notes) = self.notes.criteria.get(position) else { return };
        if criterion.is_soft {
            return;
        }
        for (reading, (read, note)) in criterion.readings.iter().zip(notes).enumerate() {
            let Some(quote) = &note.cited.quote else { continue };
            let bare = NOT_SOFT.iter().fold(quote.clone(), |text, word| text.replace(word, ""));
            let word = SOFT_WORDS.iter().find(|word| bare.contains(*word));
            let Some(word) = word.filter(|word| !(note.has_text && read.text.contains(*word))) else {
                continue;
            };
            let name = reading_words(self.package, position, reading);
            let place = note.cited.quote_place.clone().unwrap_or_else(|| note.place.clone());
            let message = format!("{name}的引文有“{word}”，条件却是硬性的");
            self.findings.add(
                Diagnostic::warning("soft-word-as-hard", place, message)
                    .found(quote.clone())
                    .expected("soft = true，或在 reading 里说明这个词怎么读".to_owned()),
            );
        }
    }

    /// What no formula decides is decided by somebody.
    fn role(&self, criterion: &Criterion) {
        let mut is_judged = false;
        for reading in &criterion.readings {
            each_test(&reading.test, &mut |test| {
                is_judged |= matches!(test, Test::Fact { .. } | Test::Evidence { .. });
            });
        }
        if is_judged && criterion.judged_by.is_none() {
            let message = format!("条件“{}”要由人判断，却没有写由谁判断", criterion.name);
            self.findings.add(
                Diagnostic::warning("judged-without-role", criterion.place.clone(), message)
                    .expected("judged_by = \"…\"".to_owned()),
            );
        }
    }

    fn same_readings(&self, position: usize, criterion: &Criterion) {
        for (later, reading) in criterion.readings.iter().enumerate().skip(1) {
            let same = criterion.readings[..later]
                .iter()
                .find(|earlier| is_same(self.package, &earlier.test, &reading.test));
            if let Some(earlier) = same {
                let with = if earlier.id == "default" {
                    "默认读法".to_owned()
                } else {
                    format!("读法“{}”", earlier.id)
                };
                let message = format!("{}与{with}没有不同", reading_words(self.package, position, later));
                self.findings.add(
                    Diagnostic::warning("same-reading", self.place_of(position, later), message)
                        .found(crate::words::test(self.package, &reading.test))
                        .hint("删去，或写出它的比较方向、门槛或判断内容".to_owned()),
                );
            }
        }
    }
}

/// The same comparisons of the same things with the same numbers.
fn is_same(package: &Package, one: &Test, two: &Test) -> bool {
    match (one, two) {
        (
            Test::Indicator { indicator, op, threshold },
            Test::Indicator { indicator: other, op: other_op, threshold: other_threshold },
        ) => indicator == other && op == other_op && is_same_threshold(package, threshold, other_threshold),
        (Test::Fact { fact: a }, Test::Fact { fact: b }) => a == b,
        (Test::Evidence { evidence: a }, Test::Evidence { evidence: b }) => a == b,
        (Test::All { tests: a }, Test::All { tests: b })
        | (Test::Any { tests: a }, Test::Any { tests: b }) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(package, a, b))
        }
        _ => false,
    }
}

fn is_same_threshold(package: &Package, one: &Threshold, two: &Threshold) -> bool {
    let values = |parameter: &ParameterIx| {
        let parameter = &package.parameters[parameter.index()];
        let factor = package.unit_factor(Some(&parameter.unit));
        parameter.values.iter().map(|value| (value.from, value.value.checked_mul(factor))).collect::<Vec<_>>()
    };
    match (one, two) {
        (Threshold::Parameter(a), Threshold::Parameter(b)) => a == b || values(a) == values(b),
        (Threshold::Expression { expression: a, .. }, Threshold::Expression { expression: b, .. }) => a == b,
        _ => false,
    }
}
