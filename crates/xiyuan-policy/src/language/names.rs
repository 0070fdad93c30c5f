//! What names mean: fields, parameters, benchmarks, indicators, catalogue codes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use indexmap::IndexMap;

use super::quantity::{Quantity, Type};
use crate::package::{Frequency, Kind, Subject};
use crate::plan::{Expression, FieldIx, GroupingIx, IndicatorIx, Of, RecordIx};

/// Everything a formula may name. Positions in the maps are the indexes of the package.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Field keys per subject.
    pub(crate) keys: BTreeMap<Subject, BTreeMap<String, FieldIx>>,
    /// Fields by index.
    pub(crate) fields: Vec<FieldEntry>,
    /// Parameters.
    pub(crate) parameters: IndexMap<String, Quantity>,
    /// Benchmarks, without `city.`.
    pub(crate) benchmarks: IndexMap<String, Quantity>,
    /// Indicators.
    pub(crate) indicators: HashMap<String, IndicatorEntry>,
    /// Groupings.
    pub(crate) groupings: IndexMap<String, GroupingEntry>,
    /// Kinds of records, with whose they are.
    pub(crate) records: IndexMap<String, Subject>,
    /// Declared with a mistake that is reported already: fields and benchmarks by their full ids, others by name.
    pub(crate) broken: BTreeSet<String>,
    /// Codes per catalogue.
    pub(crate) codes: HashMap<String, BTreeMap<String, String>>,
}

/// A field as formulas see it.
#[derive(Clone, Debug)]
pub(crate) struct FieldEntry {
    pub(crate) id: String,
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
    /// Of the form that asks for it; `None` for registry and derived fields.
    pub(crate) frequency: Option<Frequency>,
    pub(crate) derived: Derived,
}

/// What stands for a derived field.
#[derive(Clone, Debug)]
pub(crate) enum Derived {
    /// It is not derived.
    No,
    /// Its formula could not be checked; that was reported.
    Failed,
    /// Checked; fields of the field's own subject are `Of::Member` when it belongs to enterprises.
    Ready(Expression),
}

/// An indicator as formulas see it.
#[derive(Clone, Debug)]
pub(crate) struct IndicatorEntry {
    pub(crate) subject: Subject,
    pub(crate) frequency: Frequency,
    pub(crate) quantity: Quantity,
    /// A yes or no.
    pub(crate) is_truth: bool,
    pub(crate) index: IndicatorIx,
}

/// A grouping as formulas see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupingEntry {
    pub(crate) has_enterprises: bool,
    pub(crate) has_parks: bool,
}

impl Names {
    /// The word before the point.
    pub(crate) fn scope_word(&self, subject: Subject) -> &str {
        match subject {
            Subject::Enterprise => "enterprise",
            Subject::Park => "park",
            Subject::City => "city",
            Subject::Group(grouping) => {
                self.groupings.get_index(grouping.index()).map_or("", |(id, _)| id.as_str())
            }
            Subject::Record(record) => {
                self.records.get_index(record.index()).map_or("", |(id, _)| id.as_str())
            }
        }
    }

    /// What a word before a point stands for; a grouping may share its name with nothing but `city`.
    pub(crate) fn subject_of(&self, word: &str) -> Option<Subject> {
        let position = |at: usize| crate::source::count(at);
        match word {
            "enterprise" => Some(Subject::Enterprise),
            "park" => Some(Subject::Park),
            _ => {
                self.groupings.get_index_of(word).map(|at| Subject::Group(GroupingIx(position(at)))).or_else(
                    || self.records.get_index_of(word).map(|at| Subject::Record(RecordIx(position(at)))),
                )
            }
        }
    }

    /// A field of a subject.
    pub(crate) fn field(&self, subject: Subject, key: &str) -> Option<FieldIx> {
        self.keys.get(&subject)?.get(key).copied()
    }

    /// All keys of a subject.
    pub(crate) fn keys_of(&self, subject: Subject) -> impl Iterator<Item = &str> {
        self.keys.get(&subject).into_iter().flat_map(|keys| keys.keys().map(String::as_str))
    }
}

/// Calls `f` for each direct part of an expression.
pub(crate) fn for_each_child<'a>(expression: &'a Expression, f: &mut dyn FnMut(&'a Expression)) {
    use Expression as E;
    match expression {
        E::Number(_)
        | E::Text(_)
        | E::Bool(_)
        | E::Date(_)
        | E::Field { .. }
        | E::Parameter(_)
        | E::Benchmark { .. }
        | E::PeriodDay { .. }
        | E::Wider { .. }
        | E::Indicator { .. } => {}
        E::Between { from, to, .. } => {
            f(from);
            f(to);
        }
        E::Aggregate { argument, filter, .. } => {
            for part in argument.iter().chain(filter) {
                f(part);
            }
        }
        E::Arithmetic { left, right, .. }
        | E::Compare { left, right, .. }
        | E::And(left, right)
        | E::Or(left, right) => {
            f(left);
            f(right);
        }
        E::Negate(of) | E::Absolute(of) | E::Not(of) | E::Round { of, .. } => f(of),
        E::In { of, list, .. } => {
            f(of);
            list.iter().for_each(f);
        }
        E::Case { branches, otherwise } => {
            for (condition, value) in branches {
                f(condition);
                f(value);
            }
            if let Some(value) = otherwise {
                f(value);
            }
        }
        E::Least(list) | E::Greatest(list) => list.iter().for_each(f),
        E::CoalesceWithReason { of, instead, .. } => {
            f(of);
            f(instead);
        }
    }
}

/// True when any node of the expression satisfies `test`.
pub(crate) fn any(expression: &Expression, test: &dyn Fn(&Expression) -> bool) -> bool {
    let mut found = test(expression);
    for_each_child(expression, &mut |child| found = found || any(child, test));
    found
}

/// Changes each field and benchmark reference in place.
pub(crate) fn rewrite_fields(expression: &mut Expression, change: &dyn Fn(&mut Of, &mut u32)) {
    use Expression as E;
    let go = |part: &mut Expression| rewrite_fields(part, change);
    match expression {
        E::Field { of, shift, .. } | E::Indicator { of, shift, .. } | E::Wider { of, shift, .. } => {
            change(of, shift);
        }
        E::Benchmark { shift, .. } => change(&mut Of::Subject, shift),
        E::Number(_) | E::Text(_) | E::Bool(_) | E::Date(_) | E::Parameter(_) | E::PeriodDay { .. } => {}
        E::Between { from, to, .. } => {
            go(from);
            go(to);
        }
        E::Aggregate { argument, filter, .. } => {
            for part in argument.iter_mut().chain(filter) {
                go(part);
            }
        }
        E::Arithmetic { left, right, .. }
        | E::Compare { left, right, .. }
        | E::And(left, right)
        | E::Or(left, right) => {
            go(left);
            go(right);
        }
        E::Negate(of) | E::Absolute(of) | E::Not(of) | E::Round { of, .. } => go(of),
        E::In { of, list, .. } => {
            go(of);
            list.iter_mut().for_each(go);
        }
        E::Case { branches, otherwise } => {
            for (condition, value) in branches {
                go(condition);
                go(value);
            }
            if let Some(value) = otherwise {
                go(value);
            }
        }
        E::Least(list) | E::Greatest(list) => list.iter_mut().for_each(go),
        E::CoalesceWithReason { of, instead, .. } => {
            go(of);
            go(instead);
        }
    }
}
