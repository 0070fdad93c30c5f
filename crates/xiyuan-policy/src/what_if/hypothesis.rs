//! Figures as they might be: filings and benchmarks that nobody filed, sources in another order. Nothing of it is stored.

use std::collections::BTreeSet;

use crate::frame::{ApplyError, Change, Frame, FrameError, Period, SubjectKey, Value};
use crate::number::Exact;
use crate::package::{FieldType, Origin, Package};
use crate::plan::{BenchmarkIx, FieldIx};

/// One cell as it might be filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// Whose.
    pub subject: SubjectKey,
    /// Which field.
    pub field: FieldIx,
    /// Of which period.
    pub period: Period,
    /// In the field's own unit; `None` = not filed.
    pub value: Option<Value>,
}

/// What is supposed. A supposed filing counts whatever the order of the sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hypothesis {
    /// Cells; of two about one cell the later one counts.
    pub filings: Vec<Filing>,
    /// Benchmarks in their own unit; `None` = missing.
    pub benchmarks: Vec<(BenchmarkIx, Period, Option<Exact>)>,
    /// For a field the positions of its sources in the order in which they count.
    pub precedence: Vec<(FieldIx, Vec<u32>)>,
}

/// Why something cannot be supposed: the words are for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HypothesisError {
    /// The subject is not in the frame, or the field is not one of its kind.
    #[error("没有可以填报“{field}”的这个对象")]
    UnknownSubject {
        /// Name of the field.
        field: String,
    },
    /// The field follows from others by a formula.
    #[error("“{field}”由公式得出，不能假设填报")]
    Derived {
        /// Name of the field.
        field: String,
    },
    /// The formulas do not read the period.
    #[error("推演没有用到“{field}”的 {period} 期")]
    UnknownPeriod {
        /// Name of the field.
        field: String,
        /// The period.
        period: Period,
    },
    /// Outside the range that a filing is held to.
    #[error("“{field}”的取值不在允许填报的范围内")]
    OutOfRange {
        /// Name of the field.
        field: String,
    },
    /// The shape or the decimals are wrong, or the code is in no catalogue.
    #[error("“{field}”的取值写法不对，或小数位太多")]
    WrongValue {
        /// Name of the field.
        field: String,
    },
    /// The order names a source twice or one that is not there, or leaves one out.
    #[error("“{field}”的来源先后应把它的每个来源列一次")]
    WrongOrder {
        /// Name of the field.
        field: String,
    },
}

impl Hypothesis {
    /// Whether nothing is supposed.
    pub fn is_empty(&self) -> bool {
        self.filings.is_empty() && self.benchmarks.is_empty() && self.precedence.is_empty()
    }

    /// The changes that make a frame into the supposed one.
    pub fn changes(&self, package: &Package, frame: &Frame) -> Result<Vec<Change>, HypothesisError> {
        let mut changes = Vec::new();
        for (field, order) in &self.precedence {
            let declared = &package.fields[field.index()];
            let named: BTreeSet<u32> = order.iter().copied().collect();
            let all: BTreeSet<u32> = (0..).take(declared.sources.len()).collect();
            if named != all || order.len() != all.len() {
                return Err(HypothesisError::WrongOrder { field: declared.name.clone() });
            }
            changes.extend(frame.reordered(package, *field, order));
        }
        for Filing { subject, field, period, value } in &self.filings {
            check(package, frame, (subject, *field, *period), value.as_ref())?;
            let (subject, value) = (subject.clone(), value.clone());
            changes.push(Change::Cell { subject, field: *field, period: *period, value });
        }
        for (benchmark, period, value) in &self.benchmarks {
            let declared = &package.benchmarks[benchmark.index()];
            let name = || declared.name.clone();
            if !frame.has_period(*period) {
                return Err(HypothesisError::UnknownPeriod { field: name(), period: *period });
            }
            if value.is_some_and(|value| !declared.admissible.contains(value)) {
                return Err(HypothesisError::OutOfRange { field: name() });
            }
            changes.push(Change::Benchmark { benchmark: *benchmark, period: *period, value: *value });
        }
        Ok(changes)
    }

    /// The supposed frame: a copy that shares what does not change.
    pub fn apply(&self, package: &Package, frame: &Frame) -> Result<Frame, HypothesisError> {
        let changes = self.changes(package, frame)?;
        frame.apply(package, &changes, frame.known()).map_err(|error| {
            let field = match error {
                ApplyError::Value(
                    FrameError::WrongShape { field }
                    | FrameError::TooManyDecimals { field, .. }
                    | FrameError::UnknownSource { field },
                ) => field,
                ApplyError::Value(FrameError::UnknownPeriod(_)) | ApplyError::NeedsRebuild(_) => {
                    String::new()
                }
            };
            HypothesisError::WrongValue { field }
        })
    }
}

fn check(
    package: &Package,
    frame: &Frame,
    (subject, field, period): (&SubjectKey, FieldIx, Period),
    value: Option<&Value>,
) -> Result<(), HypothesisError> {
    let declared = &package.fields[field.index()];
    let name = || declared.name.clone();
    if let Origin::Derived { .. } = declared.origin {
        return Err(HypothesisError::Derived { field: name() });
    }
    if frame.locate(subject).is_none() || !subject.has_fields_of(declared.subject) {
        return Err(HypothesisError::UnknownSubject { field: name() });
    }
    if !frame.has_period(period) {
        return Err(HypothesisError::UnknownPeriod { field: name(), period });
    }
    let Some(value) = value else { return Ok(()) };
    Frame::check(package, field, value).map_err(|_| HypothesisError::WrongValue { field: name() })?;
    match (value, &declared.ty) {
        (Value::Number(number), _) if !declared.range.contains(*number) => {
            Err(HypothesisError::OutOfRange { field: name() })
        }
        (Value::Text(code), FieldType::Choice { catalog }) => {
            let entries = package.catalogs.get(catalog).map_or(&[][..], |catalog| &catalog.entries);
            let is_known = entries.iter().any(|entry| entry.code == *code);
            if is_known { Ok(()) } else { Err(HypothesisError::WrongValue { field: name() }) }
        }
        _ => Ok(()),
    }
}
