//! A package with every kind of subject and field, and random frames of it. The same seed, the same frame.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::{Date, date};
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use xiyuan_archive::{Archive, PackageFiles};
use xiyuan_policy::compile::compile;
use xiyuan_policy::frame::{ChosenReading, Frame, FrameBuilder, Period, SubjectIx, Term, Value};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{FieldType, Origin, Package, Subject};
use xiyuan_policy::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx, RecordIx};
use xiyuan_policy::source::SourceFile;

pub const YEAR: Period = Period::Year(2024);

fn read(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder of the package") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path.strip_prefix(folder).expect("below the folder").to_string_lossy().into_owned();
            if Path::new(&inside).extension().is_none_or(|ending| ending != "json") {
                files.push(SourceFile::new(inside, fs::read_to_string(&path).expect("UTF-8 text")));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Months and years, groups, registers, facts, files, benchmarks, choices, days, texts.
pub fn files() -> PackageFiles {
    let here = |folder: &str| -> PathBuf { Path::new(env!("CARGO_MANIFEST_DIR")).join(folder) };
    let base = read(&here("../../policies/conformance/base"));
    let features = read(&here("../xiyuan-policy/tests/features"));
    PackageFiles { own: [base, features].concat(), library: Vec::new() }
}

pub fn package() -> Package {
    compile(&files().own, &[]).package.expect("the package compiles")
}

/// A place in memory.
pub fn memory() -> (Arc<InMemory>, Archive) {
    let store = Arc::new(InMemory::new());
    let archive = Archive::in_store(Arc::clone(&store) as _, Key::from("frozen/2024"));
    (store, archive)
}

pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 ^ (self.0 >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % limit.max(1) as u64).expect("small")
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn day(&mut self) -> Date {
        let month = i8::try_from(1 + self.below(12)).expect("a month");
        let day = i8::try_from(1 + self.below(28)).expect("a day");
        date(2020 + i16::try_from(self.below(5)).expect("a year"), month, day)
    }

    /// Now and then a number that needs more than 64 bits.
    fn number(&mut self, decimals: u32) -> Exact {
        let mantissa = i128::from(self.roll() % 2_000_000);
        let mantissa = if self.chance(4) { mantissa * 10_i128.pow(18) } else { mantissa };
        Exact::new(mantissa, decimals).expect("in range")
    }

    fn value(&mut self, package: &Package, field: FieldIx) -> Value {
        let field = &package.fields[field.index()];
        match &field.ty {
            FieldType::Decimal | FieldType::Integer => Value::Number(self.number(field.decimals)),
            FieldType::Text => Value::Text(["滨湖区", "新吴区", ""][self.below(3)].to_owned()),
            FieldType::Choice { catalog } => {
                let entries = &package.catalogs[catalog].entries;
                Value::Text(entries[self.below(entries.len())].code.clone())
            }
            FieldType::Bool => Value::Bool(self.chance(50)),
            FieldType::Date => Value::Date(self.day()),
        }
    }
}

impl Dice {
    fn term(&mut self) -> Term {
        let until = self.chance(50).then(|| date(2024, 12, 31));
        Term { from: if self.chance(70) { date(2024, 1, 1) } else { date(2025, 1, 1) }, until }
    }
}

/// Some parks, enterprises and records; a fifth of the cells are missing.
pub fn frame(package: &Package, seed: u64) -> Frame {
    let mut dice = Dice(seed.wrapping_mul(0x1_0000_0001));
    let mut periods = xiyuan_policy::needs::periods(package, YEAR);
    periods.extend((1..=12).map(|month| Period::Month(2024, month)));
    periods.sort_unstable();
    periods.dedup();
    let known = i64::try_from(dice.below(1000)).expect("small");
    let mut builder = FrameBuilder::new(package, periods.clone(), known);
    // Ids in another order than positions.
    let parks: Vec<_> =
        (0..=dice.below(4)).rev().map(|n| builder.park(format!("p{n}"), format!("园{n}"))).collect();
    let enterprises: Vec<_> = (0..dice.below(14))
        .map(|n| builder.enterprise(format!("e{}", n * 7 % 13), format!("企业{n}")))
        .collect();
    let mut subjects: Vec<(Subject, SubjectIx)> = Vec::new();
    subjects.extend(parks.iter().map(|park| (Subject::Park, SubjectIx::Park(*park))));
    subjects.extend(enterprises.iter().map(|of| (Subject::Enterprise, SubjectIx::Enterprise(*of))));
    for (index, kind) in (0..).map(RecordIx).zip(&package.records) {
        let owners: Vec<_> =
            subjects.iter().filter(|(of, _)| *of == kind.subject).map(|(_, of)| *of).collect();
        for number in 0..if owners.is_empty() { 0 } else { dice.below(9) } {
            let owner = owners[dice.below(owners.len())];
            let (from, to) = (dice.day(), dice.chance(40).then(|| dice.day()));
            let record = builder.record(index, owner, format!("r{number}"), from, to);
            subjects.push((Subject::Record(index), SubjectIx::Record(record)));
        }
    }
    for period in &periods {
        for enterprise in &enterprises {
            for park in &parks {
                if dice.chance(45) {
                    builder.member(*period, *park, *enterprise).expect("the period is there");
                }
            }
        }
        for (kind, subject) in &subjects {
            for (index, field) in (0..).map(FieldIx).zip(&package.fields) {
                let is_kept = field.subject == *kind && !matches!(field.origin, Origin::Derived { .. });
                if is_kept && dice.chance(80) {
                    let value = dice.value(package, index);
                    builder.set(*subject, index, *period, &value).expect("it fits");
                }
            }
        }
        for (index, benchmark) in (0..).map(BenchmarkIx).zip(&package.benchmarks) {
            if dice.chance(70) {
                let value = dice.number(benchmark.decimals);
                builder.benchmark(index, *period, value);
            }
        }
    }
    for park in parks {
        for index in 0..u32::try_from(package.facts.len()).expect("few") {
            if dice.chance(60) {
                builder.fact(park, FactIx(index), dice.chance(50));
            }
        }
        for index in 0..u32::try_from(package.evidence.len()).expect("few") {
            if dice.chance(60) {
                builder.evidence(park, EvidenceIx(index));
            }
        }
        for (index, criterion) in (0..).map(CriterionIx).zip(&package.criteria) {
            if criterion.is_soft && dice.chance(60) {
                builder.exception(park, index, dice.term());
            }
        }
    }
    for (index, criterion) in (0..).map(CriterionIx).zip(&package.criteria) {
        for _ in 0..dice.below(3) {
            let reading = dice.below(criterion.readings.len());
            let term = dice.term();
            builder.reading(index, ChosenReading { reading, term });
        }
    }
    builder.finish()
}
