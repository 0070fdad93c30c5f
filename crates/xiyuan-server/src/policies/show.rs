//! From the compiled package to the answers of the API.

use std::collections::BTreeSet;

use jiff::civil::Date;
use xiyuan_policy::{
    package::{
        Criterion, Field, FieldType, Form, Frequency, Indicator, Package, Parameter, Scorecard, Sensitivity,
    },
    plan::{Expression, ParameterIx, each_child},
    words,
};
use xiyuan_store::Role;

use super::{
    duties,
    types::{
        PolicyAssessment, PolicyBenchmark, PolicyClause, PolicyCriterion, PolicyDatedValue, PolicyDetail,
        PolicyEvidence, PolicyFact, PolicyField, PolicyForm, PolicyIndicator, PolicyItem, PolicyParameter,
        PolicyReading, PolicyScorecard, PolicySection, PolicySoftNorm,
    },
};
use crate::http::types::CodeName;

/// A package in the list.
pub(super) fn item(package: &Package, is_default: bool) -> PolicyItem {
    PolicyItem {
        id: package.id.clone(),
        title: package.title.clone(),
        issuer: package.issuer.clone(),
        document_number: package.document_number.clone(),
        issued: package.issued,
        in_force_from: package.in_force_from,
        in_force_to: package.in_force_to,
        digest: package.digest.clone(),
        is_default,
    }
}

/// A package with everything.
pub(super) fn detail(package: &Package, is_default: bool, today: Date) -> PolicyDetail {
    let PolicyItem {
        id,
        title,
        issuer,
        document_number,
        issued,
        in_force_from,
        in_force_to,
        digest,
        is_default,
    } = item(package, is_default);
    PolicyDetail {
        id,
        title,
        issuer,
        document_number,
        issued,
        in_force_from,
        in_force_to,
        digest,
        is_default,
        clauses: clauses(package),
        criteria: package.criteria.iter().map(|criterion| show_criterion(package, criterion)).collect(),
        indicators: package.indicators.iter().map(|indicator| show_indicator(package, indicator)).collect(),
        parameters: package.parameters.iter().map(|parameter| show_parameter(parameter, today)).collect(),
        forms: package.forms.iter().map(|form| show_form(package, form)).collect(),
        facts: package
            .facts
            .iter()
            .map(|fact| PolicyFact {
                id: fact.id.clone(),
                name: fact.name.clone(),
                judged_by: role(&fact.judged_by),
                clause: fact.clause.clone(),
            })
            .collect(),
        evidence: package
            .evidence
            .iter()
            .map(|kind| PolicyEvidence {
                id: kind.id.clone(),
                name: kind.name.clone(),
                clause: kind.clause.clone(),
            })
            .collect(),
        assessments: assessments(package),
        benchmarks: package
            .benchmarks
            .iter()
            .map(|benchmark| PolicyBenchmark {
                id: benchmark.id.clone(),
                name: benchmark.name.clone(),
                unit: benchmark.unit.clone(),
                owed_by: benchmark.owed_by.clone(),
            })
            .collect(),
        scorecards: scorecards(package),
        targets: package.targets.iter().map(|target| duties::show_target(package, target)).collect(),
        tasks: package.tasks.iter().map(|task| duties::show_task(package, task)).collect(),
    }
}

/// A role by id with its Chinese name; one that the product does not know stands for itself.
pub(crate) fn role(id: &str) -> CodeName {
    let name = Role::from_id(id).map_or_else(|| id.to_owned(), |role| role.title().to_owned());
    CodeName { code: id.to_owned(), name }
}

fn clauses(package: &Package) -> Vec<PolicyClause> {
    let criteria = |id: &str| -> Vec<String> {
        let cites = |criterion: &&Criterion| criterion.readings.iter().any(|reading| reading.clause == id);
        package.criteria.iter().filter(cites).map(|criterion| criterion.id.clone()).collect()
    };
    let indicators = |id: &str| -> Vec<String> {
        let cites = |indicator: &&Indicator| indicator.clauses.iter().any(|clause| clause == id);
        package.indicators.iter().filter(cites).map(|indicator| indicator.id.clone()).collect()
    };
    let parameters = |id: &str| -> Vec<String> {
        let cites = |parameter: &&Parameter| parameter.clause.as_deref() == Some(id);
        package.parameters.iter().filter(cites).map(|parameter| parameter.id.clone()).collect()
    };
    package
        .clauses
        .values()
        .map(|clause| PolicyClause {
            id: clause.id.clone(),
            title: clause.title.clone(),
            text: clause.text.clone(),
            duty_units: clause.duty_units.clone(),
            soft: clause
                .soft
                .iter()
                .map(|norm| PolicySoftNorm { quote: norm.quote.clone(), decided_by: role(&norm.decided_by) })
                .collect(),
            criteria: criteria(&clause.id),
            indicators: indicators(&clause.id),
            parameters: parameters(&clause.id),
            targets: duties::targets_of(package, &clause.id),
            tasks: duties::tasks_of(package, &clause.id),
            forms: duties::forms(package, &clause.id),
        })
        .collect()
}

fn show_criterion(package: &Package, criterion: &Criterion) -> PolicyCriterion {
    let readings: Vec<PolicyReading> = criterion
        .readings
        .iter()
        .map(|reading| PolicyReading {
            id: reading.id.clone(),
            text: reading.text.clone(),
            clause: reading.clause.clone(),
            quote: reading.quote.clone(),
            words: words::test(package, &reading.test),
        })
        .collect();
    let first = readings.first();
    PolicyCriterion {
        id: criterion.id.clone(),
        name: criterion.name.clone(),
        clause: first.map(|reading| reading.clause.clone()).unwrap_or_default(),
        quote: first.map(|reading| reading.quote.clone()).unwrap_or_default(),
        words: first.map(|reading| reading.words.clone()).unwrap_or_default(),
        readings,
        judged_by: criterion.judged_by.as_deref().map(role),
        is_soft: criterion.is_soft,
        basis: criterion.basis.clone(),
        source: criterion.source.clone(),
    }
}

fn show_indicator(package: &Package, indicator: &Indicator) -> PolicyIndicator {
    PolicyIndicator {
        id: indicator.id.clone(),
        name: indicator.name.clone(),
        subject: indicator.subject.word().to_owned(),
        unit: indicator.unit.clone(),
        decimals: indicator.decimals,
        clauses: indicator.clauses.clone(),
        formula: indicator.formula.clone(),
        words: words::definition(package, indicator),
        note: indicator.note.clone(),
    }
}

fn show_parameter(parameter: &Parameter, today: Date) -> PolicyParameter {
    let in_force = parameter.values.iter().rev().find(|value| value.from <= today);
    PolicyParameter {
        id: parameter.id.clone(),
        name: parameter.name.clone(),
        unit: parameter.unit.clone(),
        value: in_force.map(|value| value.value.to_string()),
        values: parameter
            .values
            .iter()
            .map(|value| PolicyDatedValue { from: value.from, value: value.value.to_string() })
            .collect(),
        clause: parameter.clause.clone(),
        source: parameter.source.clone(),
        basis: parameter.basis.clone(),
    }
}

fn show_form(package: &Package, form: &Form) -> PolicyForm {
    PolicyForm {
        id: form.id.clone(),
        name: form.name.clone(),
        subject: form.subject.word().to_owned(),
        frequency: match form.frequency {
            Frequency::Year => "year",
            Frequency::Month => "month",
        }
        .to_owned(),
        sections: form
            .sections
            .iter()
            .map(|section| PolicySection {
                name: section.name.clone(),
                fields: section
                    .fields
                    .iter()
                    .map(|index| show_field(package, &package.fields[index.index()]))
                    .collect(),
            })
            .collect(),
    }
}

fn show_field(package: &Package, field: &Field) -> PolicyField {
    let (kind, options) = match &field.ty {
        FieldType::Decimal => ("decimal", None),
        FieldType::Integer => ("integer", None),
        FieldType::Text => ("text", None),
        FieldType::Date => ("date", None),
        FieldType::Bool => ("bool", None),
        FieldType::Choice { catalog } => {
            let entries = package.catalogs.get(catalog).map(|catalog| catalog.entries.as_slice());
            let options = entries.unwrap_or_default().iter();
            let options = options
                .map(|entry| CodeName { code: entry.code.clone(), name: entry.name.clone() })
                .collect();
            ("choice", Some(options))
        }
    };
    PolicyField {
        id: field.id.clone(),
        key: field.key.clone(),
        name: field.name.clone(),
        kind: kind.to_owned(),
        unit: field.unit.clone(),
        decimals: field.decimals,
        required: field.required,
        sensitivity: match field.sensitivity {
            Sensitivity::General => "一般",
            Sensitivity::Sensitive => "敏感",
        }
        .to_owned(),
        help: field.help.clone(),
        sources: field.sources.clone(),
        options,
    }
}

fn scorecards(package: &Package) -> Vec<PolicyScorecard> {
    let of = |card: &Scorecard| {
        let mut read = BTreeSet::new();
        parameters_of(package, &package.indicators[card.score.index()].expression, &mut read);
        PolicyScorecard {
            id: card.id.clone(),
            name: card.name.clone(),
            subject: card.subject.word().to_owned(),
            parameters: read.iter().map(|at| package.parameters[at.index()].id.clone()).collect(),
        }
    };
    package.scorecards.iter().map(of).collect()
}

/// Parameters that a formula reads, itself or through other indicators.
fn parameters_of(package: &Package, expression: &Expression, found: &mut BTreeSet<ParameterIx>) {
    if let Expression::Parameter(parameter) = expression {
        found.insert(*parameter);
    }
    each_child(package, expression, &mut |child| parameters_of(package, child, found));
}

fn assessments(package: &Package) -> Vec<PolicyAssessment> {
    package
        .assessments
        .iter()
        .enumerate()
        .map(|(position, assessment)| PolicyAssessment {
            id: assessment.id.clone(),
            name: assessment.name.clone(),
            subject: assessment.subject.word().to_owned(),
            criteria: assessment
                .criteria
                .iter()
                .map(|index| package.criteria[index.index()].id.clone())
                .collect(),
            is_default: position == 0,
        })
        .collect()
}
