//! `targets.toml` and `tasks.toml`: what the policy wants to reach by when, and who does what for it.

use jiff::civil::Date;

use super::analyse::TargetNote;
use super::builder::{Builder, check_id};
use super::cite::Citation;
use super::criteria::COMPARISONS;
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::{Diagnostic, meant};
use crate::package::{Cited, Due, Measure, Place, Subject, Target, Task};
use crate::plan::{CriterionIx, IndicatorIx, ParameterIx};
use crate::source::{Located, NodeValue, Reader, count};

/// What a target may count; exactly one is written.
const MEASURES: [&str; 4] = ["indicator", "formula", "criterion", "uncounted"];
/// Keys of a formula that stands in a target.
const OF_FORMULA: [&str; 6] = ["subject", "unit", "decimals", "missing", "min_coverage", "formula"];
/// Keys of a goal.
const OF_GOAL: [&str; 5] = ["op", "value", "unit", "parameter", "threshold"];

impl Builder<'_> {
    /// Formulas that stand in targets become indicators with the target's id, so that they are checked and shown like
    /// all others. Read before indicators are checked; everything else of a target is read later.
    pub(super) fn read_target_formulas(&mut self, file: &LoadedFile) {
        for item in file.reader(self.findings).tables("target") {
            let Some(id) = item.text("id").filter(|_| item.has("formula")) else { continue };
            let clauses = item.text("clause").into_iter().map(|clause| clause.value).collect();
            self.take_indicator(&id, &item, clauses);
        }
    }

    /// Reads one file of targets.
    pub(super) fn read_targets(&mut self, package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for item in reader.tables("target") {
            let target = self.read_target(package, &item);
            item.finish();
            if let Some((target, note)) = target {
                self.targets.push(target);
                self.notes.targets.push(note);
            }
        }
        reader.finish();
    }

    fn read_target(&mut self, package: &Loaded, item: &Reader<'_>) -> Option<(Target, TargetNote)> {
        item.knows(OF_GOAL);
        let id = item.need_text("id");
        let name = item.need_text("name");
        let cited = self.citation_of_reading(item);
        let mut all: Vec<Cited> = citation_of(&cited).into_iter().collect();
        for other in item.tables("also") {
            let of_other = self.citation_of_reading(&other);
            other.finish();
            all.extend(citation_of(&of_other));
        }
        let duty_units = self.duty_of_target(item, &all);
        let due = self.due_of_target(item);
        let is_soft = item.flag("soft", false);
        let note = item.text("note").map(|note| note.value);
        let (id, name) = (id?, name?.value);
        if !check_id(&id, false, self.findings) || !self.declare("target", &id) {
            return None;
        }
        let measure = self.measure(package, item, &id, (&name, &cited));
        let (due, measure) = (due?, measure?);
        let place = id.place.clone();
        let (basis, source) = (cited.basis.clone(), cited.source.clone());
        let target = Target {
            id: id.value,
            name,
            cited: all,
            duty_units,
            due,
            measure,
            is_soft,
            basis,
            source,
            note,
            place: place.clone(),
        };
        Some((target, TargetNote { place, cited }))
    }

    /// Written units, else those of the first cited clause that names some.
    fn duty_of_target(&self, item: &Reader<'_>, cited: &[Cited]) -> Vec<String> {
        if !item.has("duty") {
            let of = |cited: &Cited| self.clauses.get(&cited.clause).map(|clause| clause.duty_units.clone());
            return cited.iter().filter_map(of).find(|units| !units.is_empty()).unwrap_or_default();
        }
        let known: Vec<String> =
            self.clauses.values().flat_map(|clause| &clause.duty_units).cloned().collect();
        self.units_among(item, "duty", &known, "政策各条")
    }

    /// A list of units, each as the policy writes it.
    fn units_among(&self, item: &Reader<'_>, key: &'static str, known: &[String], of: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for unit in item.texts(key) {
            if !known.contains(&unit.value) {
                let message = format!("“{}”不在{of}的责任单位里", unit.value);
                let hint = meant(&unit.value, known.iter().map(String::as_str));
                self.findings.add(
                    Diagnostic::error("unknown-duty-unit", unit.place, message)
                        .hint(hint)
                        .expected("与条款所列责任单位一字不差"),
                );
            } else if found.contains(&unit.value) {
                let message = format!("“{}”写了两次", unit.value);
                self.findings.add(Diagnostic::error("duplicate-id", unit.place, message));
            } else {
                found.push(unit.value);
            }
        }
        found
    }

    /// `due = 2025-12-31`, `due = 2025` (its last day) or the id of a parameter that holds the year.
    fn due_of_target(&self, item: &Reader<'_>) -> Option<Due> {
        let Some(node) = item.any("due") else {
            self.findings.add(
                Diagnostic::error("missing-key", item.place(), "缺少键“due”")
                    .expected("due = 2025-12-31、due = 2025，或写明年份的参数"),
            );
            return None;
        };
        let end = |year: &str| Date::new(year.parse().ok()?, 12, 31).ok();
        let due = match &node.value {
            NodeValue::Date(day) => Some(Due { day: *day, parameter: None }),
            NodeValue::Number(year) => end(year).map(|day| Due { day, parameter: None }),
            NodeValue::Text(_) => {
                let name = item.node_text("due", node)?;
                let ids = self.parameters.iter().map(|parameter| parameter.id.as_str());
                let at = self.look_up("unknown-parameter", "参数", &name, ids)?;
                let value = self.parameters[at].values.last().map(|dated| dated.value.normalized());
                let parameter = Some(ParameterIx(count(at)));
                value.and_then(|value| end(&value.to_string())).map(|day| Due { day, parameter })
            }
            _ => None,
        };
        if due.is_none() {
            item.report_shape("due", node, "日期、年份，或值为年份的参数");
        }
        due
    }

    fn measure(
        &mut self,
        package: &Loaded,
        item: &Reader<'_>,
        id: &Located<String>,
        (name, cited): (&str, &Citation),
    ) -> Option<Measure> {
        let written: Vec<&str> = MEASURES.into_iter().filter(|key| item.has(key)).collect();
        match written.as_slice() {
            ["indicator"] => {
                let name_of = item.text("indicator")?;
                self.figure(package, item, &name_of, (id, name, cited))
            }
            ["formula"] => {
                item.knows(OF_FORMULA);
                self.figure(package, item, id, (id, name, cited))
            }
            ["criterion"] => {
                let criterion = item.text("criterion")?;
                let ids = self.criteria.iter().map(|criterion| criterion.id.as_str());
                let at = self.look_up("unknown-criterion", "条件", &criterion, ids)?;
                Some(Measure::Every { criterion: CriterionIx(count(at)) })
            }
            ["uncounted"] => {
                let reason = item.text("uncounted")?.value;
                let op = item.need_choice("op", &COMPARISONS);
                let parameter = item.need_text("parameter")?;
                let ids = self.parameters.iter().map(|parameter| parameter.id.as_str());
                let at = self.look_up("unknown-parameter", "参数", &parameter, ids)?;
                Some(Measure::Open { reason, op: op?, parameter: ParameterIx(count(at)) })
            }
            _ => {
                let message = "目标要写明数什么，而且只写一种";
                self.findings.add(
                    Diagnostic::error("target-measure", item.place(), message)
                        .found(if written.is_empty() { "没有写".to_owned() } else { written.join("、") })
                        .expected("indicator、formula、criterion，或算不出时写 uncounted = \"原因\""),
                );
                None
            }
        }
    }

    /// A figure of a grouping against a goal.
    fn figure(
        &mut self,
        package: &Loaded,
        item: &Reader<'_>,
        figure: &Located<String>,
        (id, name, cited): (&Located<String>, &str, &Citation),
    ) -> Option<Measure> {
        let op = item.need_choice("op", &COMPARISONS);
        let ids = self.indicators.iter().map(|indicator| indicator.id.as_str());
        let at = self.look_up("unknown-indicator", "指标", figure, ids)?;
        if !matches!(self.indicators[at].subject, Subject::Group(_)) {
            let message = format!("指标“{}”不是分组的指标，不能作全市或各区的目标", figure.value);
            self.findings.add(
                Diagnostic::error("subject-mismatch", figure.place.clone(), message)
                    .expected("subject 为 groupings.toml 里的一种分组，如 city"),
            );
            return None;
        }
        let indicator = IndicatorIx(count(at));
        let goal = self.goal(package, item, indicator, (id, name, cited))?;
        Some(Measure::Figure { indicator, op: op?, goal })
    }

    /// Reads one file of tasks.
    pub(super) fn read_tasks(&mut self, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for item in reader.tables("task") {
            let task = self.read_task(&item);
            item.finish();
            self.tasks.extend(task);
        }
        reader.finish();
    }

    fn read_task(&mut self, item: &Reader<'_>) -> Option<Task> {
        let id = item.need_text("id");
        let name = item.need_text("name");
        let cited = self.citation_of_reading(item);
        let own = cited.clause.as_ref().and_then(|clause| self.clauses.get(clause));
        let known = own.map(|clause| clause.duty_units.clone()).unwrap_or_default();
        let of = format!("条款 {}", cited.clause.as_deref().unwrap_or_default());
        if item.nodes("lead").is_empty() {
            let diagnostic = Diagnostic::error("missing-key", item.place(), "任务没有写由谁牵头");
            self.findings.add(diagnostic.expected("lead = [\"…\"]"));
        }
        let lead = self.units_among(item, "lead", &known, &of);
        let support = self.units_among(item, "support", &known, &of);
        let written = item.texts("evidence");
        let evidence = written.iter().filter_map(|kind| self.evidence_named(kind)).collect();
        let proof = item.texts("proof").into_iter().map(|text| text.value).collect();
        let due = item.text("due");
        if let (Some(due), Some(clause)) = (&due, &cited.clause) {
            self.check_quote(clause, due);
        }
        let (id, name) = (id?, name?.value);
        if !check_id(&id, false, self.findings) || !self.declare("task", &id) {
            return None;
        }
        let place: Place = id.place.clone();
        Some(Task {
            id: id.value,
            name,
            cited: citation_of(&cited)?,
            lead,
            support,
            evidence,
            proof,
            due: due.map(|due| due.value),
            basis: cited.basis,
            source: cited.source,
            place,
        })
    }
}

/// Clause and quotation, when both are there.
fn citation_of(cited: &Citation) -> Option<Cited> {
    Some(Cited { clause: cited.clause.clone()?, quote: cited.quote.clone().unwrap_or_default() })
}
