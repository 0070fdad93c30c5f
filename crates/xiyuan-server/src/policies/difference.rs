//! What differs between two versions, as the API shows it. The comparison itself is the engine's.

use std::sync::Arc;

use serde_json::Value as Json;
use xiyuan_policy::{
    difference::{Change, PieceKind, difference, section_kind, section_name, words},
    package::Package,
};
use xiyuan_store::Scope;

use crate::{
    checks::compare_versions,
    engine::blocking,
    error::ApiResult,
    policies::types::{
        ClauseDifference, ParameterDifference, ParksDifference, PolicyDifference, RuleDetail, RuleDifference,
        WordsKind, WordsPart,
    },
    state::Services,
};

/// Compares; with a year also the outcomes of the parks that the reader sees.
pub(crate) async fn between(
    services: &Services,
    scope: &Scope,
    (before, after): (Arc<Package>, Arc<Package>),
    year: Option<i16>,
    assessment: Option<&str>,
) -> ApiResult<PolicyDifference> {
    let parks = match year {
        None => None,
        Some(year) => {
            let pair = (Arc::clone(&before), Arc::clone(&after));
            let found = Box::pin(compare_versions(services, scope, pair, year, assessment)).await?;
            Some(ParksDifference { year, flips: found.compared.flips })
        }
    };
    let found = blocking(move || show(&before, &after)).await?;
    Ok(PolicyDifference { parks, ..found })
}

fn show(before: &Package, after: &Package) -> PolicyDifference {
    let mut shown =
        PolicyDifference { clauses: Vec::new(), parameters: Vec::new(), rules: Vec::new(), parks: None };
    for change in difference(before, after) {
        match change.section.as_str() {
            "clauses" if change.before != change.after => shown.clauses.push(clause(change)),
            "parameters" if change.before != change.after => {
                let find = |package: &Package| {
                    package.parameters.iter().find(|of| of.id == change.id).map(|of| of.unit.clone())
                };
                let unit = find(after).or_else(|| find(before)).unwrap_or_default();
                let Change { id, name, before, after, .. } = change;
                shown.parameters.push(ParameterDifference { id, name, unit, before, after });
            }
            _ => shown.rules.push(rule(change)),
        }
    }
    shown
}

fn clause(change: Change) -> ClauseDifference {
    let (old, new) = (change.before.as_deref().unwrap_or(""), change.after.as_deref().unwrap_or(""));
    let pieces = words(old, new).into_iter().map(|piece| WordsPart {
        kind: match piece.kind {
            PieceKind::Same => WordsKind::Same,
            PieceKind::Removed => WordsKind::Removed,
            PieceKind::Added => WordsKind::Added,
        },
        text: piece.text,
    });
    let words = pieces.collect();
    ClauseDifference { id: change.id, title: change.name, before: change.before, after: change.after, words }
}

fn rule(change: Change) -> RuleDifference {
    let details = change.details.iter().map(|detail| RuleDetail {
        path: detail.path.clone(),
        before: in_words(&detail.before),
        after: in_words(&detail.after),
    });
    RuleDifference {
        kind: section_kind(&change.section).to_owned(),
        kind_name: section_name(&change.section).to_owned(),
        details: details.collect(),
        id: change.id,
        name: change.name,
        before: change.before,
        after: change.after,
    }
}

fn in_words(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        Json::Bool(true) => Some("是".to_owned()),
        Json::Bool(false) => Some("否".to_owned()),
        other => Some(other.to_string()),
    }
}
