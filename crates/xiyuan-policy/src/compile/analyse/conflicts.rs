//! Conditions that exclude each other, conditions that can never fail together, conditions that say nothing new.

use std::collections::BTreeSet;

use super::extent::Extents;
use super::reach::verdict;
use super::regions::{Condition, Regions, opposite};
use super::{Analysis, each_test, reading_words};
use crate::diagnostic::Diagnostic;
use crate::package::{Assessment, Test};
use crate::words;

/// A reading of a criterion with its test as a condition.
struct Read {
    criterion: usize,
    reading: usize,
    condition: Condition,
}

impl Analysis<'_> {
    pub(super) fn conflicts(&self) {
        let mut told = BTreeSet::new();
        for day in self.days() {
            let extents = Extents::new(self.package, day);
            let regions = Regions::new(self.package, &extents);
            let mut readings = Vec::new();
            for (criterion, declared) in self.package.criteria.iter().enumerate() {
                for (reading, read) in declared.readings.iter().enumerate() {
                    // A threshold out of reach is reported already and would make everything else impossible.
                    if is_plain(&extents, &read.test)
                        && let Some(condition) = regions.condition(&read.test)
                        && !self.whole(&regions, criterion, reading, &condition, &mut told)
                    {
                        self.parts(&regions, criterion, reading, &read.test, &mut told);
                        readings.push(Read { criterion, reading, condition });
                    }
                }
            }
            for (position, assessment) in self.package.assessments.iter().enumerate() {
                self.assessment(&regions, position, assessment, &readings, &mut told);
            }
        }
    }

    fn tell(&self, told: &mut BTreeSet<String>, diagnostic: Diagnostic) {
        // The same on every day that is looked at is said once.
        if told.insert(diagnostic.to_string()) {
            self.findings.add(diagnostic);
        }
    }

    /// A whole reading that nothing can meet, or that nothing can fail; true when that was found.
    fn whole(
        &self,
        regions: &Regions<'_>,
        criterion: usize,
        reading: usize,
        condition: &Condition,
        told: &mut BTreeSet<String>,
    ) -> bool {
        let name = reading_words(self.package, criterion, reading);
        let found = words::test(self.package, &self.package.criteria[criterion].readings[reading].test);
        let place = self.place_of(criterion, reading);
        if regions.can_hold(&[condition]) == Some(false) {
            let message = format!("{name}的各项互相排斥，任何数都不能满足");
            let finding = Diagnostic::warning("impossible-combination", place, message).found(found);
            self.tell(told, finding.hint("核对比较方向和门槛；若本意是满足其一，写 any".to_owned()));
            return true;
        }
        if regions.can_hold(&[&opposite(condition)]) == Some(false) {
            let message = format!("{name}的各项合起来覆盖一切数，永远满足");
            let finding = Diagnostic::warning("always-met", place, message).found(found);
            self.tell(told, finding.hint("核对比较方向和门槛；若本意是同时满足，写 all".to_owned()));
            return true;
        }
        false
    }

    /// Parts of a list of which one follows from another.
    fn parts(
        &self,
        regions: &Regions<'_>,
        criterion: usize,
        reading: usize,
        test: &Test,
        told: &mut BTreeSet<String>,
    ) {
        let (Test::All { tests } | Test::Any { tests }) = test else { return };
        let is_all = matches!(test, Test::All { .. });
        for part in tests {
            self.parts(regions, criterion, reading, part, told);
        }
        let conditions: Vec<Option<Condition>> = tests.iter().map(|part| regions.condition(part)).collect();
        let mut silent = BTreeSet::new();
        for (one, two) in pairs(tests.len()) {
            let (Some(first), Some(second)) = (&conditions[one], &conditions[two]) else { continue };
            // Under `all` what follows adds nothing; under `any` what is followed from adds nothing.
            let follows = |a: &Condition, b: &Condition| regions.implies(a, b) == Some(true);
            let idle = match (follows(first, second), follows(second, first)) {
                (true, true) => Some((two, one)),
                (true, false) => Some(if is_all { (two, one) } else { (one, two) }),
                (false, true) => Some(if is_all { (one, two) } else { (two, one) }),
                (false, false) => None,
            };
            if let Some((idle, by)) = idle
                && silent.insert(idle)
            {
                let name = reading_words(self.package, criterion, reading);
                let message = format!("{name}里有一项不起作用：另一项已经决定了它");
                let finding =
                    Diagnostic::warning("dominated-condition", self.place_of(criterion, reading), message)
                        .found(words::test(self.package, &tests[idle]))
                        .hint(format!("由“{}”决定；删去，或核对门槛", words::test(self.package, &tests[by])));
                self.tell(told, finding);
            }
        }
    }

    /// Pairs of conditions of one assessment; soft norms decide nothing and are left out.
    fn assessment(
        &self,
        regions: &Regions<'_>,
        position: usize,
        assessment: &Assessment,
        readings: &[Read],
        told: &mut BTreeSet<String>,
    ) {
        let of = |criterion: usize| readings.iter().filter(move |read| read.criterion == criterion);
        let hard: Vec<usize> = assessment.criteria.iter().map(|criterion| criterion.index()).collect();
        let hard: Vec<usize> = hard.into_iter().filter(|at| !self.package.criteria[*at].is_soft).collect();
        for (one, two) in pairs(hard.len()) {
            for first in of(hard[one]) {
                for second in of(hard[two]) {
                    let is_usual = first.reading == 0 && second.reading == 0;
                    if regions.can_hold(&[&first.condition, &second.condition]) == Some(false) {
                        self.excluded(position, assessment, (first, second), told);
                    } else if is_usual {
                        self.repeated(regions, position, assessment, (first, second), told);
                    }
                }
            }
        }
    }

    fn excluded(
        &self,
        position: usize,
        assessment: &Assessment,
        (first, second): (&Read, &Read),
        told: &mut BTreeSet<String>,
    ) {
        let words = |read: &Read| reading_words(self.package, read.criterion, read.reading);
        let message =
            format!("自评“{}”里，{}与{}互相排斥，不能同时满足", assessment.name, words(first), words(second));
        let test = |read: &Read| {
            words::test(self.package, &self.package.criteria[read.criterion].readings[read.reading].test)
        };
        let finding =
            Diagnostic::warning("impossible-combination", self.notes.assessments[position].clone(), message)
                .found(format!("{}；{}", test(first), test(second)))
                .hint("核对两个条件的门槛，或把它们分到不同的自评".to_owned());
        self.tell(told, finding);
    }

    fn repeated(
        &self,
        regions: &Regions<'_>,
        position: usize,
        assessment: &Assessment,
        (first, second): (&Read, &Read),
        told: &mut BTreeSet<String>,
    ) {
        let (idle, by) = if regions.implies(&first.condition, &second.condition) == Some(true) {
            (second, first)
        } else if regions.implies(&second.condition, &first.condition) == Some(true) {
            (first, second)
        } else {
            return;
        };
        let words = |read: &Read| reading_words(self.package, read.criterion, read.reading);
        let message =
            format!("自评“{}”里，{}不起作用：满足{}的一定满足它", assessment.name, words(idle), words(by));
        let test = |read: &Read| {
            words::test(self.package, &self.package.criteria[read.criterion].readings[read.reading].test)
        };
        let finding =
            Diagnostic::warning("dominated-condition", self.notes.assessments[position].clone(), message)
                .found(test(idle))
                .hint(format!("由“{}”决定；从自评里删去，或核对门槛", test(by)));
        self.tell(told, finding);
    }
}

/// No comparison in it is decided by the ranges of entry alone.
fn is_plain(extents: &Extents<'_>, test: &Test) -> bool {
    let mut plain = true;
    each_test(test, &mut |test| {
        if let Test::Indicator { indicator, op, threshold } = test {
            plain &= verdict(extents, *indicator, *op, threshold).is_none();
        }
    });
    plain
}

fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |one| (one + 1..count).map(move |two| (one, two)))
}
