//! Dated memberships: which enterprise is in which park, from a first to a last day (both inclusive).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{EnterpriseId, MembershipId, ParkId};
use crate::registry::Origin;
use crate::scope::Scope;

/// What is kept about a membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembershipData {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Park.
    pub park: ParkId,
    /// First day.
    pub from: Date,
    /// Last day; `None` while it lasts.
    pub to: Option<Date>,
}

/// A membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Id.
    pub id: MembershipId,
    /// Current revision.
    pub revision: i64,
    /// State.
    pub data: MembershipData,
}

/// Memberships of one enterprise, oldest first, with the park's name.
pub async fn of_enterprise(
    db: &Database,
    scope: &Scope,
    enterprise: EnterpriseId,
) -> Result<Vec<(Membership, String)>> {
    let _ = (db, scope, enterprise);
    unbuilt()
}

/// A new one. Two memberships of one enterprise in the same park must not overlap.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    data: MembershipData,
    origin: &Origin,
) -> Result<Membership> {
    let _ = (tx, scope, data, origin);
    unbuilt()
}

/// Many new ones at once, one audit entry for all. The caller guarantees that enterprises had none before.
pub async fn insert_many(
    tx: &mut Transaction,
    scope: &Scope,
    rows: Vec<MembershipData>,
    origin: &Origin,
) -> Result<Vec<MembershipId>> {
    let _ = (tx, scope, rows, origin);
    unbuilt()
}

/// A new revision, e.g. with a last day.
pub async fn update(
    tx: &mut Transaction,
    scope: &Scope,
    id: MembershipId,
    expected: i64,
    data: MembershipData,
    origin: &Origin,
) -> Result<Membership> {
    let _ = (tx, scope, id, expected, data, origin);
    unbuilt()
}

/// Withdraws one that never was true; its revisions stay.
pub async fn withdraw(
    tx: &mut Transaction,
    scope: &Scope,
    id: MembershipId,
    expected: i64,
    origin: &Origin,
) -> Result<()> {
    let _ = (tx, scope, id, expected, origin);
    unbuilt()
}
