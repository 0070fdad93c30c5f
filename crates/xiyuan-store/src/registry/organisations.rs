//! The governing tree: city, departments, districts, operators, banks. Names are open to every session.

use serde::{Deserialize, Serialize};

use crate::audit::Entry;
use crate::database::{Arg, Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::OrganisationId;
use crate::registry::access::require_district;
use crate::registry::{Entity, EntityKind, Origin, load, save};
use crate::role::Action;
use crate::scope::Scope;

/// Kinds of organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum OrganisationKind {
    City,
    Department,
    District,
    Operator,
    Bank,
    Enterprise,
}

impl OrganisationKind {
    /// As stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Department => "department",
            Self::District => "district",
            Self::Operator => "operator",
            Self::Bank => "bank",
            Self::Enterprise => "enterprise",
        }
    }

    /// From its word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::City, Self::Department, Self::District, Self::Operator, Self::Bank, Self::Enterprise]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// What is kept about an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationData {
    /// Kind.
    pub kind: OrganisationKind,
    /// Name.
    pub name: String,
    /// Division code of a district (GB/T 2260), short code of others.
    pub code: Option<String>,
    /// Parent in the tree; only the city has none.
    pub parent: Option<OrganisationId>,
    /// Credit code of an operator or bank.
    pub uscc: Option<String>,
    /// 演示数据.
    pub is_demo: bool,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Id.
    pub id: OrganisationId,
    /// Current revision.
    pub revision: i64,
    /// State.
    pub data: OrganisationData,
}

impl Entity for OrganisationData {
    const KIND: EntityKind = EntityKind::Organisation;
    const TABLE: &'static str = "organisations";
    const COLUMNS: &'static [&'static str] = &["kind", "name", "code", "parent_id", "uscc", "is_demo"];
    const UNIQUE: &'static str = "name";

    fn args(&self) -> Vec<Arg> {
        vec![
            self.kind.word().into(),
            self.name.clone().into(),
            self.code.clone().into(),
            self.parent.into(),
            self.uscc.clone().into(),
            self.is_demo.into(),
        ]
    }

    fn read(row: &Row) -> Result<Self> {
        let kind: String = row.get("kind")?;
        Ok(Self {
            kind: OrganisationKind::from_word(&kind)
                .ok_or_else(|| StoreError::internal(format!("organisation kind {kind}")))?,
            name: row.get("name")?,
            code: row.get("code")?,
            parent: row.get("parent_id")?,
            uscc: row.get("uscc")?,
            is_demo: row.get("is_demo")?,
        })
    }
}

fn read(row: &Row) -> Result<Organisation> {
    Ok(Organisation {
        id: row.get("id")?,
        revision: row.get("revision")?,
        data: OrganisationData::read(row)?,
    })
}

/// Names of organisations are open to every session, and closed to an empty scope.
fn is_open(scope: &Scope) -> bool {
    scope.system_reason().is_some() || scope.roles().next().is_some()
}

/// All organisations of a kind (or all), by kind and name.
pub async fn list(db: &Database, scope: &Scope, kind: Option<OrganisationKind>) -> Result<Vec<Organisation>> {
    if !is_open(scope) {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT * FROM organisations");
    if let Some(kind) = kind {
        sql.push(" WHERE kind = ").arg(kind.word());
    }
    sql.push(" ORDER BY kind, coalesce(code, ''), name");
    db.reader().all(sql, read).await
}

/// One.
pub async fn get(db: &Database, scope: &Scope, id: OrganisationId) -> Result<Organisation> {
    if !is_open(scope) {
        return Err(StoreError::NotFound);
    }
    db.reader().one(Sql::new("SELECT * FROM organisations WHERE id = $1").bind(id), read).await
}

/// By kind and exact name (a district of an imported row).
pub async fn find_by_name(
    db: &Database,
    scope: &Scope,
    kind: OrganisationKind,
    name: &str,
) -> Result<Option<Organisation>> {
    if !is_open(scope) {
        return Ok(None);
    }
    let sql =
        Sql::new("SELECT * FROM organisations WHERE kind = $1 AND name = $2").bind(kind.word()).bind(name);
    db.reader().optional(sql, read).await
}

/// A new one. Operators by who may edit the registry of their district; others by who may edit all of it.
pub async fn insert(tx: &mut Transaction, scope: &Scope, data: OrganisationData) -> Result<Organisation> {
    check(tx, scope, &data).await?;
    let id = OrganisationId(tx.context().new_id());
    save(tx, id.0, 1, &data, &Origin::default()).await?;
    let entry = Entry::done("insert_organisation", "organisation", id).named(&data.name);
    tx.audit(entry.states(None, Some(serde_json::to_value(&data)?)).under(scope));
    Ok(Organisation { id, revision: 1, data })
}

/// A new revision.
pub async fn update(
    tx: &mut Transaction,
    scope: &Scope,
    id: OrganisationId,
    expected: i64,
    data: OrganisationData,
) -> Result<Organisation> {
    let (current, before) = load::<OrganisationData>(tx, id.0, true).await?.ok_or(StoreError::NotFound)?;
    check(tx, scope, &before).await?;
    check(tx, scope, &data).await?;
    if current != expected {
        return Err(StoreError::Conflict { current });
    }
    if before.kind != data.kind {
        return Err(StoreError::invalid("kind", InvalidCode::State, Some(data.kind.word().to_owned())));
    }
    save(tx, id.0, current + 1, &data, &Origin::default()).await?;
    let entry = Entry::done("update_organisation", "organisation", id).named(&data.name);
    let states = (Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&data)?));
    tx.audit(entry.states(states.0, states.1).under(scope));
    Ok(Organisation { id, revision: current + 1, data })
}

async fn check(tx: &mut Transaction, scope: &Scope, data: &OrganisationData) -> Result<()> {
    let reach = scope.reach(Action::EditRegistry);
    match (data.kind, data.parent) {
        (OrganisationKind::Operator, Some(parent)) => require_district(&reach, Action::EditRegistry, parent)?,
        _ => scope.require_everywhere(Action::EditRegistry)?,
    }
    if data.name.trim().is_empty() {
        return Err(StoreError::invalid("name", InvalidCode::Required, None));
    }
    if data.kind == OrganisationKind::Enterprise {
        return Err(StoreError::invalid("kind", InvalidCode::Malformed, Some("enterprise".to_owned())));
    }
    if (data.kind == OrganisationKind::City) != data.parent.is_none() {
        return Err(StoreError::invalid("parent", InvalidCode::Required, None));
    }
    if let Some(parent) = data.parent
        && load::<OrganisationData>(tx, parent.0, false).await?.is_none()
    {
        return Err(StoreError::invalid("parent", InvalidCode::Unknown, Some(parent.to_string())));
    }
    Ok(())
}
