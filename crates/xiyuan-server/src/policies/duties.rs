//! Targets, tasks and feeding forms, from the compiled package to the answers of the API.

use xiyuan_policy::{
    feeds::forms_of,
    package::{Cited, Measure, Package, Target, Task},
    words,
};

use super::types::{PolicyCited, PolicyClauseForm, PolicyTarget, PolicyTask};
use crate::http::types::CodeName;

/// Forms whose fields the rules of a clause read.
pub(super) fn forms(package: &Package, clause: &str) -> Vec<PolicyClauseForm> {
    let each = forms_of(package, clause).into_iter().map(|feed| {
        let form = &package.forms[feed.form];
        let fields = feed.fields.iter().map(|field| package.fields[field.index()].name.clone());
        PolicyClauseForm { id: form.id.clone(), name: form.name.clone(), fields: fields.collect() }
    });
    each.collect()
}

/// Ids of the targets that cite a clause.
pub(super) fn targets_of(package: &Package, clause: &str) -> Vec<String> {
    let cites = |target: &&Target| target.cited.iter().any(|cited| cited.clause == clause);
    package.targets.iter().filter(cites).map(|target| target.id.clone()).collect()
}

/// Ids of the tasks of a clause.
pub(super) fn tasks_of(package: &Package, clause: &str) -> Vec<String> {
    let is_of = |task: &&Task| task.cited.clause == clause;
    package.tasks.iter().filter(is_of).map(|task| task.id.clone()).collect()
}

pub(super) fn show_target(package: &Package, target: &Target) -> PolicyTarget {
    let cited = |cited: &Cited| PolicyCited { clause: cited.clause.clone(), quote: cited.quote.clone() };
    PolicyTarget {
        id: target.id.clone(),
        name: target.name.clone(),
        cited: target.cited.iter().map(cited).collect(),
        words: words::target(package, target),
        duty_units: target.duty_units.clone(),
        due: target.due.day,
        uncounted: match &target.measure {
            Measure::Open { reason, .. } => Some(reason.clone()),
            Measure::Figure { .. } | Measure::Every { .. } => None,
        },
        is_soft: target.is_soft,
        basis: target.basis.clone(),
        source: target.source.clone(),
        note: target.note.clone(),
    }
}

pub(super) fn show_task(package: &Package, task: &Task) -> PolicyTask {
    let evidence = task.evidence.iter().map(|kind| {
        let kind = &package.evidence[kind.index()];
        CodeName { code: kind.id.clone(), name: kind.name.clone() }
    });
    PolicyTask {
        id: task.id.clone(),
        name: task.name.clone(),
        clause: task.cited.clause.clone(),
        quote: task.cited.quote.clone(),
        lead: task.lead.clone(),
        support: task.support.clone(),
        evidence: evidence.collect(),
        proof: task.proof.clone(),
        due: task.due.clone(),
        basis: task.basis.clone(),
        source: task.source.clone(),
    }
}
