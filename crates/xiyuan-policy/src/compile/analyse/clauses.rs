//! Clauses of which nothing came: no rule, no soft norm, no duty unit, not even words worth showing.

use std::collections::BTreeSet;

use super::Analysis;
use super::notes::is_own;
use crate::diagnostic::Diagnostic;

impl Analysis<'_> {
    pub(super) fn clauses(&self) {
        let package = self.package;
        let mut used: BTreeSet<&str> = self.notes.quoted_clauses.iter().map(String::as_str).collect();
        used.extend(package.parameters.iter().filter_map(|parameter| parameter.clause.as_deref()));
        used.extend(package.indicators.iter().flat_map(|indicator| &indicator.clauses).map(String::as_str));
        used.extend(package.scorecards.iter().flat_map(|card| &card.clauses).map(String::as_str));
        used.extend(package.facts.iter().map(|fact| fact.clause.as_str()));
        used.extend(package.evidence.iter().map(|kind| kind.clause.as_str()));
        let targets = package.targets.iter().flat_map(|target| &target.cited);
        used.extend(targets.map(|cited| cited.clause.as_str()));
        used.extend(package.tasks.iter().map(|task| task.cited.clause.as_str()));
        let readings = package.criteria.iter().flat_map(|criterion| &criterion.readings);
        used.extend(readings.map(|reading| reading.clause.as_str()));
        for clause in package.clauses.values() {
            let Some(place) = self.notes.clauses.get(&clause.id).filter(|place| is_own(place)) else {
                continue;
            };
            let is_noted = !clause.soft.is_empty() || !clause.duty_units.is_empty();
            if is_noted || used.contains(clause.id.as_str()) {
                continue;
            }
            let message = format!("条款 {} 没有产生任何规则、任务或说明", clause.id);
            let start: String = clause.text.chars().take(40).collect();
            self.findings.add(
                Diagnostic::warning("clause-without-rule", place.clone(), message).found(start).hint(
                    "确实没有可执行内容的，用 quotes 摘出要展示的话，或用 soft 写明由谁判断".to_owned(),
                ),
            );
        }
    }
}
