//! From rows of the store to answers of the API.

use std::collections::HashMap;

use serde_json::Value as Json;
use uuid::Uuid;
use xiyuan_policy::package::{FieldType, Origin, Package};
use xiyuan_store::{
    Database, Scope,
    registry::{
        EntityKind, Revision,
        enterprises::EnterpriseRow,
        history,
        organisations::{self, Organisation},
        parks::ParkRow,
    },
};

use super::types::{EnterpriseItem, HistoryChange, HistoryEntry, ParkItem};
use crate::{
    checks::ParkTally,
    error::{ApiError, ApiResult},
    http::types::{CodeName, Named},
    wording,
};

/// Registry key of the leading industry: the package's field with this key names the catalogue of codes.
const LEADING_INDUSTRY: &str = "leading_industry";

/// Names of industry codes.
#[derive(Clone, Debug, Default)]
pub struct Industries(HashMap<String, String>);

impl Industries {
    /// From the catalogue of the package's field that the registry keeps.
    pub fn of(package: Option<&Package>) -> Self {
        let Some(package) = package else { return Self::default() };
        let catalog = package.fields.iter().find_map(|field| match (&field.origin, &field.ty) {
            (Origin::Registry { key }, FieldType::Choice { catalog }) if key == LEADING_INDUSTRY => {
                package.catalogs.get(catalog)
            }
            _ => None,
        });
        let entries = catalog.map(|catalog| catalog.entries.as_slice()).unwrap_or_default();
        Self(entries.iter().map(|entry| (entry.code.clone(), entry.name.clone())).collect())
    }

    /// The code with its name; a code that the catalogue does not know stands for itself.
    pub fn name(&self, code: &str) -> CodeName {
        CodeName { code: code.to_owned(), name: self.0.get(code).cloned().unwrap_or_else(|| code.to_owned()) }
    }

    /// Code of a code or a name; `None` when the catalogue knows neither.
    pub fn find(&self, text: &str) -> Option<&str> {
        if let Some((code, _)) = self.0.get_key_value(text) {
            return Some(code);
        }
        self.0.iter().find(|(_, name)| name.as_str() == text).map(|(code, _)| code.as_str())
    }

    /// Whether the package keeps no catalogue of industries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses a code that the catalogue does not know; a package without a catalogue takes any.
    pub fn check(&self, code: &str) -> ApiResult<()> {
        if self.0.is_empty() || self.0.contains_key(code) {
            return Ok(());
        }
        Err(ApiError::field("leadingIndustry", "unknown-industry", format!("产业目录中没有“{code}”。")))
    }
}

/// A park of a list.
pub fn park_item(row: ParkRow, industries: &Industries, tally: Option<&ParkTally>) -> ParkItem {
    let ParkRow { park, district_name, operator_name, leading_industry, enterprises } = row;
    ParkItem {
        id: park.id.0,
        name: park.data.name,
        district: Named { id: park.data.district.0, name: district_name },
        operator: park.data.operator.zip(operator_name).map(|(id, name)| Named { id: id.0, name }),
        leading_industry: leading_industry.map(|code| industries.name(&code)),
        enterprises: u32::try_from(enterprises).unwrap_or(u32::MAX),
        outcome: tally.map(|tally| tally.outcome),
        met: tally.map_or(0, |tally| tally.counts.met),
        not_met: tally.map_or(0, |tally| tally.counts.not_met),
        undecided: tally.map_or(0, |tally| tally.counts.undecided),
        is_demo: park.data.is_demo,
        revision: park.revision,
    }
}

/// An enterprise of a list.
pub fn enterprise_item(row: EnterpriseRow, industries: &Industries) -> EnterpriseItem {
    let EnterpriseRow { enterprise, district_name, park, leading_industry, .. } = row;
    EnterpriseItem {
        id: enterprise.id.0,
        uscc: enterprise.data.uscc,
        name: enterprise.data.name,
        district: Named { id: enterprise.data.district.0, name: district_name },
        park: park.map(|(id, name)| Named { id: id.0, name }),
        leading_industry: leading_industry.map(|code| industries.name(&code)),
        is_demo: enterprise.data.is_demo,
        revision: enterprise.revision,
    }
}

/// Names of organisations by id.
pub async fn organisation_names(db: &Database, scope: &Scope) -> ApiResult<HashMap<Uuid, String>> {
    let all: Vec<Organisation> = organisations::list(db, scope, None).await?;
    Ok(all.into_iter().map(|organisation| (organisation.id.0, organisation.data.name)).collect())
}

/// History of a row, newest first, ids of organisations as names.
pub async fn shown_history(
    db: &Database,
    scope: &Scope,
    kind: EntityKind,
    id: Uuid,
) -> ApiResult<Vec<HistoryEntry>> {
    let names = organisation_names(db, scope).await?;
    let revisions = history(db, scope, kind, id).await?;
    Ok(revisions.into_iter().rev().map(|revision| entry(revision, &names)).collect())
}

fn entry(revision: Revision, names: &HashMap<Uuid, String>) -> HistoryEntry {
    let changes = revision.changes.into_iter().map(|change| HistoryChange {
        name: wording::field(&change.field).to_owned(),
        before: change.before.as_ref().and_then(|value| shown(value, names)),
        after: change.after.as_ref().and_then(|value| shown(value, names)),
        field: change.field,
    });
    HistoryEntry {
        revision: revision.revision,
        commit: revision.commit.0,
        at: revision.at,
        by: revision.by_name.unwrap_or_else(|| "系统".to_owned()),
        changes: changes.collect(),
    }
}

fn shown(value: &Json, names: &HashMap<Uuid, String>) -> Option<String> {
    match value {
        Json::Null => None,
        Json::Bool(true) => Some("是".to_owned()),
        Json::Bool(false) => Some("否".to_owned()),
        Json::String(text) => {
            let named = text.parse::<Uuid>().ok().and_then(|id| names.get(&id));
            Some(named.unwrap_or(text).clone())
        }
        other => Some(other.to_string()),
    }
}
