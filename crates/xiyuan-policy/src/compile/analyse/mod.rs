//! Analysis of a package without mistakes: what nobody reads, what can never be met or never fail, what excludes or
//! repeats something else, thresholds without examples, numbers that do not stand in their quotation.
//!
//! A file per analysis, over the finished package; only the last one stops a package, the others warn. What an
//! analysis cannot see through (a formula without bounds, a threshold of the city) it says nothing about: a warning
//! must be right. Must not read files.

mod clauses;
mod conflicts;
mod extent;
mod grades;
mod notes;
mod numerals;
mod quotes;
mod reach;
mod regions;
mod targets;
mod thresholds;
mod unread;
mod wording;

pub(super) use notes::{Notes, ReadingNote, TargetNote};

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::examples::model::Example;
use crate::package::{Package, Place, Test};
use crate::source::Findings;

/// What every analysis looks at.
struct Analysis<'a> {
    package: &'a Package,
    examples: &'a [Example],
    notes: &'a Notes,
    findings: &'a Findings,
}

/// Adds what is found.
pub(super) fn analyse(package: &Package, examples: &[Example], notes: &Notes, findings: &Findings) {
    let analysis = Analysis { package, examples, notes, findings };
    analysis.unread();
    analysis.quotes();
    analysis.wording();
    analysis.clauses();
    analysis.reach();
    analysis.conflicts();
    analysis.thresholds();
    analysis.grades();
    analysis.targets();
}

impl Analysis<'_> {
    /// Where a reading stands: the criterion for the first one.
    fn place_of(&self, criterion: usize, reading: usize) -> Place {
        let note = self.notes.criteria.get(criterion).and_then(|notes| notes.get(reading));
        note.map_or_else(|| self.package.criteria[criterion].place.clone(), |note| note.place.clone())
    }

    /// Days on which a number of the policy begins to hold: between them nothing moves.
    fn days(&self) -> Vec<Date> {
        let values = self.package.parameters.iter().flat_map(|parameter| &parameter.values);
        let mut days: BTreeSet<Date> = values.map(|value| value.from).collect();
        days.insert(self.package.in_force_from);
        let first = self.package.in_force_from;
        // What held before the policy was in force does not matter to it.
        days.into_iter().filter(|day| *day >= first).collect()
    }
}

/// How a reading is called in a message: nothing for the first one.
fn reading_words(package: &Package, criterion: usize, reading: usize) -> String {
    let criterion = &package.criteria[criterion];
    if reading == 0 {
        format!("条件“{}”", criterion.name)
    } else {
        format!("条件“{}”的读法“{}”", criterion.name, criterion.readings[reading].id)
    }
}

/// Calls `f` for a test and all its parts.
fn each_test<'t>(test: &'t Test, f: &mut dyn FnMut(&'t Test)) {
    f(test);
    if let Test::All { tests } | Test::Any { tests } = test {
        for part in tests {
            each_test(part, f);
        }
    }
}
