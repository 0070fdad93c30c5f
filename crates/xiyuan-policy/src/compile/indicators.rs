//! `indicators/*.toml`: named formulas, in an order in which each uses only earlier ones.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::{Builder, check_id};
use super::fields::FREQUENCIES;
use super::files::{Loaded, LoadedFile};
use super::order::order;
use crate::diagnostic::Diagnostic;
use crate::language::{Context, Home, IndicatorEntry, Text, Tree, Type, Units};
use crate::number::Exact;
use crate::package::{Frequency, Indicator, MissingRule, Place, Subject, Unit};
use crate::plan::{Expression, IndicatorIx};
use crate::source::{Located, Reader, count};

/// An indicator whose formula waits until all names are known.
pub(super) struct PendingIndicator {
    id: String,
    place: Place,
    name: String,
    subject: Subject,
    frequency: Frequency,
    unit: Unit,
    decimals: u32,
    is_truth: bool,
    clauses: Vec<String>,
    missing: MissingRule,
    note: Option<String>,
    text: Text,
    tree: Option<Tree>,
}

impl Builder<'_> {
    /// Reads one file of indicators; formulas are parsed, not yet checked.
    pub(super) fn read_indicators(&mut self, _package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for (id, item) in reader.named_tables("indicator") {
            let (clauses, note) = self.definition(&item);
            let pending = self.read_indicator(&id, &item, clauses, note);
            item.finish();
            self.add_pending(&id, pending);
        }
        reader.finish();
    }

    /// The formula of a target, as an indicator with the target's id; unknown keys are the target's own matter.
    pub(super) fn take_indicator(&mut self, id: &Located<String>, item: &Reader<'_>, clauses: Vec<String>) {
        let note = item.text("note").map(|note| note.value);
        let pending = self.read_indicator(id, item, clauses, note);
        self.add_pending(id, pending);
    }

    fn add_pending(&mut self, id: &Located<String>, pending: Option<PendingIndicator>) {
        let taken = !check_id(id, false, self.findings) || !self.declare("indicator", id);
        if taken {
            return;
        }
        if self.names.parameters.contains_key(&id.value) {
            let message = format!("“{}”既是指标又是参数，公式里无法分辨", id.value);
            self.findings.add(Diagnostic::error("duplicate-id", id.place.clone(), message));
        }
        if pending.is_none() {
            self.names.broken.insert(id.value.clone());
        }
        self.pending_indicators.extend(pending);
    }

    fn read_indicator(
        &self,
        id: &Located<String>,
        item: &Reader<'_>,
        clauses: Vec<String>,
        note: Option<String>,
    ) -> Option<PendingIndicator> {
        let name = item.need_text("name");
        let subject = self.indicator_subject(item);
        let is_truth = item.choice("type", &[("number", false), ("bool", true)]).unwrap_or(false);
        let frequency = item.choice("period", &FREQUENCIES).unwrap_or(Frequency::Year);
        let unit = if is_truth { Some(Units::none()) } else { self.need_unit(item) };
        let decimals = if is_truth { Some(0) } else { item.need_whole("decimals", 0..=12) };
        let formula = item.need_text("formula");
        item.choice("members", &[("in the park on the last day of the period", ())]);
        let missing = self.missing_rule(item);
        if subject == Some(Subject::City) {
            let place = item.place_of("subject");
            self.findings.add(
                Diagnostic::error("not-supported", place, "全市的指标要先在 groupings.toml 里声明分组 city")
                    .hint("外来的全市数据请声明为 benchmarks.toml 里的对标数据".to_owned()),
            );
            return None;
        }
        let text = Text::new(&formula?);
        let tree = self.parse(&text);
        Some(PendingIndicator {
            id: id.value.clone(),
            place: id.place.clone(),
            name: name?.value,
            subject: subject?,
            frequency,
            unit: unit?,
            decimals: decimals?,
            is_truth,
            clauses,
            missing: missing?,
            note,
            text,
            tree,
        })
    }

    /// An enterprise, a park, a record or a grouping.
    fn indicator_subject(&self, item: &Reader<'_>) -> Option<Subject> {
        let written = item.need_text("subject")?;
        if let Some(subject) = self.names.subject_of(&written.value) {
            return Some(subject);
        }
        if written.value == "city" {
            return Some(Subject::City);
        }
        let own = ["enterprise", "park"].into_iter();
        let words: Vec<&str> = own
            .chain(self.names.groupings.keys().map(String::as_str))
            .chain(self.names.records.keys().map(String::as_str))
            .collect();
        self.findings.add(
            Diagnostic::error("unknown-word", written.place, "“subject”的值不在可选之列")
                .hint(crate::diagnostic::meant(&written.value, words.iter().copied()))
                .found(written.value)
                .expected(words.join("、")),
        );
        None
    }

    fn missing_rule(&self, item: &Reader<'_>) -> Option<MissingRule> {
        let is_covered = item.choice("missing", &[("strict", false), ("covered", true)]).unwrap_or(false);
        let min_coverage = item.number("min_coverage");
        match (is_covered, min_coverage) {
            (false, None) => Some(MissingRule::Strict),
            (false, Some(share)) => {
                let message = "min_coverage 只能与 missing = \"covered\" 一起写";
                self.findings.add(Diagnostic::error("missing-rule", share.place, message));
                None
            }
            (true, Some(share)) if share.value >= Exact::ZERO && share.value <= Exact::ONE => {
                Some(MissingRule::Covered { min_coverage: share.value })
            }
            (true, share) => {
                let place = item.place_of("min_coverage");
                let found = share.map_or_else(|| "没有写".to_owned(), |share| share.value.to_string());
                self.findings.add(
                    Diagnostic::error("missing-rule", place, "覆盖率下限不对")
                        .found(found)
                        .expected("min_coverage：0 到 1 的数"),
                );
                None
            }
        }
    }

    /// Clauses it rests on, and the note; a source outside the policy goes into the note.
    pub(super) fn definition(&self, item: &Reader<'_>) -> (Vec<String>, Option<String>) {
        let clauses: Vec<String> = item
            .texts("clauses")
            .into_iter()
            .filter(|clause| self.clause_exists(clause))
            .map(|clause| clause.value)
            .collect();
        let source = item.text("source").map(|source| format!("出处：{}", source.value));
        let basis = item.choice("basis", &[("待核", "待核")]).map(str::to_owned);
        let note = item.text("note").map(|note| note.value);
        if !item.has("clauses") && source.is_none() {
            let diagnostic = Diagnostic::error("not-cited", item.place(), "没有写明出处");
            self.findings.add(diagnostic.expected("clauses = [\"…\"]，或 source = \"…\""));
        }
        let parts: Vec<String> = note.into_iter().chain(source).chain(basis).collect();
        (clauses, (!parts.is_empty()).then(|| parts.join("；")))
    }

    /// Orders, checks and adds all indicators.
    pub(super) fn check_indicators(&mut self) {
        let pending = std::mem::take(&mut self.pending_indicators);
        let position: BTreeMap<&str, usize> = pending
            .iter()
            .enumerate()
            .map(|(position, indicator)| (indicator.id.as_str(), position))
            .collect();
        let uses: Vec<Vec<usize>> =
            pending.iter().map(|indicator| self.used_by(indicator, &position)).collect();
        let (order, circle) = order(&uses);
        if let Some(circle) = circle {
            let names: Vec<&str> = circle.iter().map(|at| pending[*at].id.as_str()).collect();
            let first = &pending[circle[0]];
            self.findings.add(
                Diagnostic::error("cycle", first.place.clone(), "指标互相引用").found(names.join(" → ")),
            );
        }
        for (index, at) in order.iter().enumerate() {
            let indicator = &pending[*at];
            let entry = IndicatorEntry {
                subject: indicator.subject,
                frequency: indicator.frequency,
                quantity: Units::quantity(&indicator.unit),
                is_truth: indicator.is_truth,
                index: IndicatorIx(count(index)),
            };
            self.names.indicators.insert(indicator.id.clone(), entry);
        }
        for at in order {
            self.check_indicator(&pending[at]);
        }
    }

    /// An indicator whose formula is wrong is added as a plain zero, so that what names it is still checked; the
    /// finding keeps the package from being used.
    fn check_indicator(&mut self, pending: &PendingIndicator) {
        let context = Context {
            subject: pending.subject,
            home: Home::Indicator(pending.frequency),
            unit: Some(pending.unit.clone()),
        };
        let checked = pending.tree.as_ref().and_then(|tree| self.check(&pending.text, tree, context));
        if let (Some(checked), Some(tree)) = (&checked, &pending.tree) {
            let unit = Units::quantity(&pending.unit);
            let fits = match &checked.ty {
                Type::Bool => pending.is_truth,
                Type::Number(quantity) => !pending.is_truth && quantity.fits(&unit),
                _ => false,
            };
            if !fits {
                self.findings.add(
                    Diagnostic::error(
                        "unit-mismatch",
                        pending.text.place(tree.at),
                        "公式的结果与指标声明的单位不符",
                    )
                    .found(self.describe(&checked.ty))
                    .expected(if pending.is_truth {
                        "是/否".to_owned()
                    } else {
                        pending.unit.name.clone()
                    }),
                );
            }
        }
        let expression = checked.map_or(Expression::Number(Exact::ZERO), |checked| checked.expression);
        self.indicators.push(Indicator {
            id: pending.id.clone(),
            name: pending.name.clone(),
            subject: pending.subject,
            frequency: pending.frequency,
            unit: pending.unit.name.clone(),
            unit_factor: pending.unit.factor,
            decimals: pending.decimals,
            is_truth: pending.is_truth,
            clauses: pending.clauses.clone(),
            formula: pending.text.written.clone(),
            expression,
            missing: pending.missing,
            note: pending.note.clone(),
            place: pending.place.clone(),
        });
    }

    /// Indicators that a formula names, with or without the word of their subject.
    fn used_by(&self, indicator: &PendingIndicator, position: &BTreeMap<&str, usize>) -> Vec<usize> {
        let mut used = BTreeSet::new();
        if let Some(tree) = &indicator.tree {
            tree.names(&mut |parts, _| match parts {
                [name] => used.extend(position.get(name.as_str())),
                [scope, key] => {
                    let subject = self.names.subject_of(scope);
                    let is_field = subject.is_some_and(|subject| self.names.field(subject, key).is_some());
                    if subject.is_some() && !is_field {
                        used.extend(position.get(key.as_str()));
                    }
                }
                _ => {}
            });
        }
        used.into_iter().collect()
    }
}
