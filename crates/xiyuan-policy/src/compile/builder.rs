//! The package while it is being built, and helpers that every part uses.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::analyse::Notes;
use super::fields::PendingDerived;
use super::files::Loaded;
use super::forms::PendingCheck;
use super::indicators::PendingIndicator;
use crate::diagnostic::{Diagnostic, meant};
use crate::language::{Checked, Checker, Context, Names, Text, Tree, Units};
use crate::number::Exact;
use crate::package::{
    Assessment, Benchmark, Catalog, Clause, Criterion, EvidenceKind, Fact, Field, Form, Grouping, Indicator,
    Package, Parameter, Place, RecordKind, Scorecard, Target, Task, Unit,
};
use crate::source::{Findings, Located, Reader};

/// Everything read so far.
pub(super) struct Builder<'a> {
    pub(super) findings: &'a Findings,
    pub(super) units: Units,
    pub(super) names: Names,
    pub(super) clauses: IndexMap<String, Clause>,
    pub(super) catalogs: IndexMap<String, Catalog>,
    pub(super) fields: Vec<Field>,
    pub(super) forms: Vec<Form>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) benchmarks: Vec<Benchmark>,
    pub(super) indicators: Vec<Indicator>,
    pub(super) facts: Vec<Fact>,
    pub(super) evidence: Vec<EvidenceKind>,
    pub(super) criteria: Vec<Criterion>,
    pub(super) assessments: Vec<Assessment>,
    pub(super) groupings: Vec<Grouping>,
    pub(super) records: Vec<RecordKind>,
    pub(super) scorecards: Vec<Scorecard>,
    pub(super) targets: Vec<Target>,
    pub(super) tasks: Vec<Task>,
    pub(super) pending_derived: Vec<PendingDerived>,
    pub(super) pending_checks: Vec<PendingCheck>,
    pub(super) pending_indicators: Vec<PendingIndicator>,
    /// Places of parameters of the package itself that no criterion made, by index: these should be read somewhere.
    pub(super) own_parameters: BTreeMap<usize, Place>,
    /// The same for fields.
    pub(super) own_fields: BTreeSet<usize>,
    /// Declared units with their places.
    pub(super) own_units: Vec<(String, Place)>,
    /// What the analysis needs and the package does not keep.
    pub(super) notes: Notes,
    declared: BTreeMap<(&'static str, String), Place>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(findings: &'a Findings) -> Self {
        Self {
            findings,
            units: Units::default(),
            names: Names::default(),
            clauses: IndexMap::new(),
            catalogs: IndexMap::new(),
            fields: Vec::new(),
            forms: Vec::new(),
            parameters: Vec::new(),
            benchmarks: Vec::new(),
            indicators: Vec::new(),
            facts: Vec::new(),
            evidence: Vec::new(),
            criteria: Vec::new(),
            assessments: Vec::new(),
            groupings: Vec::new(),
            records: Vec::new(),
            scorecards: Vec::new(),
            targets: Vec::new(),
            tasks: Vec::new(),
            pending_derived: Vec::new(),
            pending_checks: Vec::new(),
            pending_indicators: Vec::new(),
            own_parameters: BTreeMap::new(),
            own_fields: BTreeSet::new(),
            own_units: Vec::new(),
            notes: Notes::default(),
            declared: BTreeMap::new(),
        }
    }

    /// Notes that an id is taken; the second one of a kind is reported and gets `false`.
    pub(super) fn declare(&mut self, kind: &'static str, id: &Located<String>) -> bool {
        if let Some(first) = self.declared.get(&(kind, id.value.clone())) {
            let hint = format!("第一次出现在 {}:{}", first.file, first.line);
            self.findings.add(
                Diagnostic::error("duplicate-id", id.place.clone(), format!("“{}”重复声明", id.value))
                    .hint(Some(hint)),
            );
            return false;
        }
        self.declared.insert((kind, id.value.clone()), id.place.clone());
        true
    }

    /// A unit by name; unknown ones are reported.
    pub(super) fn unit(&self, name: &Located<String>) -> Option<Unit> {
        self.units
            .get(&name.value)
            .map_err(|problem| {
                self.findings.add(
                    Diagnostic::error(problem.code, name.place.clone(), problem.message).hint(problem.hint),
                );
            })
            .ok()
    }

    /// The key `unit`, which must be there.
    pub(super) fn need_unit(&self, reader: &Reader<'_>) -> Option<Unit> {
        self.unit(&reader.need_text("unit")?)
    }

    /// An id looked up in a list of ids; unknown ones are reported with the nearest.
    pub(super) fn look_up<'n>(
        &self,
        code: &'static str,
        what: &str,
        id: &Located<String>,
        ids: impl Iterator<Item = &'n str> + Clone,
    ) -> Option<usize> {
        let found = ids.clone().position(|known| known == id.value);
        if found.is_none() && !self.is_broken(code, &id.value) {
            self.findings.add(
                Diagnostic::error(code, id.place.clone(), format!("没有{what}“{}”", id.value))
                    .hint(meant(&id.value, ids)),
            );
        }
        found
    }

    /// True when the thing was declared, but with a mistake that is reported already.
    fn is_broken(&self, code: &str, id: &str) -> bool {
        let kind = code.strip_prefix("unknown-").unwrap_or_default();
        let id = id.strip_prefix("city.").unwrap_or(id);
        self.declared.keys().any(|(declared, name)| *declared == kind && name == id)
    }

    /// Parses a formula; a mistake is reported.
    pub(super) fn parse(&self, text: &Text) -> Option<Tree> {
        crate::language::parse(text).map_err(|diagnostic| self.findings.add(*diagnostic)).ok()
    }

    /// Checks a parsed formula in its context.
    pub(super) fn check(&self, text: &Text, tree: &Tree, context: Context) -> Option<Checked> {
        let checker =
            Checker { names: &self.names, units: &self.units, findings: self.findings, text, context };
        checker.check(tree)
    }

    /// What the analysis needs beside the finished package.
    pub(super) fn take_notes(&mut self) -> Notes {
        let mut notes = std::mem::take(&mut self.notes);
        notes.own_parameters = std::mem::take(&mut self.own_parameters);
        notes.own_fields = std::mem::take(&mut self.own_fields);
        notes
    }

    /// The finished package.
    pub(super) fn finish(self, root: &Loaded, uses: Vec<String>, digest: String) -> Package {
        Package {
            id: root.meta.id.clone(),
            title: root.meta.title.clone(),
            issuer: root.meta.issuer.clone(),
            document_number: root.meta.document_number.clone(),
            issued: root.meta.issued,
            in_force_from: root.meta.in_force_from,
            in_force_to: root.meta.in_force_to,
            digest,
            uses,
            clauses: self.clauses,
            units: self.units.into_table(),
            catalogs: self.catalogs,
            fields: self.fields,
            forms: self.forms,
            parameters: self.parameters,
            benchmarks: self.benchmarks,
            indicators: self.indicators,
            facts: self.facts,
            evidence: self.evidence,
            criteria: self.criteria,
            assessments: self.assessments,
            groupings: self.groupings,
            records: self.records,
            scorecards: self.scorecards,
            targets: self.targets,
            tasks: self.tasks,
        }
    }
}

/// Reports an id that is not lower-case letters, digits, `_`, `-` (and points, for facts).
pub(super) fn check_id(id: &Located<String>, points: bool, findings: &Findings) -> bool {
    let is_inner =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c) || (points && c == '.');
    let is_good = id.value.starts_with(|c: char| c.is_ascii_lowercase()) && id.value.chars().all(is_inner);
    if !is_good {
        findings.add(
            Diagnostic::error("bad-id", id.place.clone(), "标识的写法不对")
                .found(id.value.clone())
                .expected("以小写字母开头，只含小写字母、数字、_ 和 -"),
        );
    }
    is_good
}

/// `true` when `value × factor` can be held exactly, so that evaluators never overflow on a declared number.
pub(super) fn fits_base(value: Exact, unit: &Unit) -> bool {
    value.checked_mul(unit.factor).is_some()
}
