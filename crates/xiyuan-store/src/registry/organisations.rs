//! The governing tree: city, departments, districts, operators, banks. Names are open to every session.

use serde::{Deserialize, Serialize};

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::OrganisationId;
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

/// All organisations of a kind (or all), by kind and name.
pub async fn list(db: &Database, scope: &Scope, kind: Option<OrganisationKind>) -> Result<Vec<Organisation>> {
    let _ = (db, scope, kind);
    unbuilt()
}

/// One.
pub async fn get(db: &Database, scope: &Scope, id: OrganisationId) -> Result<Organisation> {
    let _ = (db, scope, id);
    unbuilt()
}

/// By kind and exact name (a district of an imported row).
pub async fn find_by_name(
    db: &Database,
    scope: &Scope,
    kind: OrganisationKind,
    name: &str,
) -> Result<Option<Organisation>> {
    let _ = (db, scope, kind, name);
    unbuilt()
}

/// A new one. Operators by who may edit the registry of their district; others by who may edit all of it.
pub async fn insert(tx: &mut Transaction, scope: &Scope, data: OrganisationData) -> Result<Organisation> {
    let _ = (tx, scope, data);
    unbuilt()
}

/// A new revision.
pub async fn update(
    tx: &mut Transaction,
    scope: &Scope,
    id: OrganisationId,
    expected: i64,
    data: OrganisationData,
) -> Result<Organisation> {
    let _ = (tx, scope, id, expected, data);
    unbuilt()
}
