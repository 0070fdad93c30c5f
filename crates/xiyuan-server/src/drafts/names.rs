//! Names for completion.

use jiff::civil::Date;
use xiyuan_policy::package::Package;

use super::{
    functions::FUNCTIONS,
    types::{DraftNames, FunctionEntry, NameEntry},
};

/// All names of a package.
pub(super) fn names(package: &Package, is_current: bool, today: Date) -> DraftNames {
    DraftNames {
        is_current,
        fields: package
            .fields
            .iter()
            .map(|field| NameEntry {
                unit: field.unit.clone(),
                subject: Some(field.subject.word().to_owned()),
                ..plain(&field.id, &field.name)
            })
            .collect(),
        parameters: package
            .parameters
            .iter()
            .map(|parameter| NameEntry {
                unit: Some(parameter.unit.clone()),
                value: parameter
                    .values
                    .iter()
                    .rev()
                    .find(|value| value.from <= today)
                    .map(|value| value.value.to_string()),
                ..plain(&parameter.id, &parameter.name)
            })
            .collect(),
        indicators: package
            .indicators
            .iter()
            .map(|indicator| NameEntry {
                unit: Some(indicator.unit.clone()),
                subject: Some(indicator.subject.word().to_owned()),
                ..plain(&indicator.id, &indicator.name)
            })
            .collect(),
        benchmarks: package
            .benchmarks
            .iter()
            .map(|benchmark| NameEntry {
                unit: Some(benchmark.unit.clone()),
                ..plain(&benchmark.id, &benchmark.name)
            })
            .collect(),
        criteria: package.criteria.iter().map(|of| plain(&of.id, &of.name)).collect(),
        facts: package.facts.iter().map(|of| plain(&of.id, &of.name)).collect(),
        evidence: package.evidence.iter().map(|of| plain(&of.id, &of.name)).collect(),
        clauses: package.clauses.values().map(|of| plain(&of.id, &of.title)).collect(),
        units: package.units.keys().cloned().collect(),
        catalogs: package.catalogs.values().map(|of| plain(&of.id, &of.name)).collect(),
        functions: FUNCTIONS
            .iter()
            .map(|(name, signature, help)| FunctionEntry {
                name: (*name).to_owned(),
                signature: (*signature).to_owned(),
                help: (*help).to_owned(),
            })
            .collect(),
    }
}

fn plain(id: &str, name: &str) -> NameEntry {
    NameEntry { id: id.to_owned(), name: name.to_owned(), unit: None, subject: None, value: None }
}
