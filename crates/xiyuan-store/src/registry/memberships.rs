//! Dated memberships: which enterprise is in which park, from a first to a last day (both inclusive).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::audit::Entry;
use crate::database::{Arg, Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::{EnterpriseId, MembershipId, ParkId};
use crate::registry::{
    Entity, EntityKind, Origin, load, require_subject, save, save_many, withdraw as take_out,
};
use crate::role::Action;
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

impl Entity for MembershipData {
    const KIND: EntityKind = EntityKind::Membership;
    const TABLE: &'static str = "memberships";
    const COLUMNS: &'static [&'static str] = &["enterprise_id", "park_id", "valid_from", "valid_to"];
    const UNIQUE: &'static str = "from";

    fn args(&self) -> Vec<Arg> {
        vec![self.enterprise.into(), self.park.into(), self.from.into(), self.to.into()]
    }

    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            enterprise: row.get("enterprise_id")?,
            park: row.get("park_id")?,
            from: row.get("valid_from")?,
            to: row.get("valid_to")?,
        })
    }
}

fn read(row: &Row) -> Result<Membership> {
    Ok(Membership { id: row.get("id")?, revision: row.get("revision")?, data: MembershipData::read(row)? })
}

/// Memberships of one enterprise, oldest first, with the park's name.
pub async fn of_enterprise(
    db: &Database,
    scope: &Scope,
    enterprise: EnterpriseId,
) -> Result<Vec<(Membership, String)>> {
    let mut reader = db.reader();
    require_subject(&mut reader, scope, Action::ReadRegistry, enterprise.into()).await?;
    let sql = Sql::new(
        "SELECT m.*, p.name AS park_name FROM memberships m JOIN parks p ON p.id = m.park_id \
         WHERE m.enterprise_id = $1 ORDER BY m.valid_from, p.name",
    )
    .bind(enterprise);
    reader.all(sql, |row| Ok((read(row)?, row.get("park_name")?))).await
}

/// A new one. Two memberships of one enterprise in the same park must not overlap.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    data: MembershipData,
    origin: &Origin,
) -> Result<Membership> {
    check(tx, scope, &data, None).await?;
    let id = MembershipId(tx.context().new_id());
    save(tx, id.0, 1, &data, origin).await?;
    let entry = Entry::done("insert_membership", "membership", id);
    tx.audit(entry.states(None, Some(serde_json::to_value(&data)?)).under(scope));
    Ok(Membership { id, revision: 1, data })
}

/// Many new ones at once, one audit entry for all. The caller guarantees that enterprises had none before;
/// needs the right to edit the whole registry.
pub async fn insert_many(
    tx: &mut Transaction,
    scope: &Scope,
    rows: Vec<MembershipData>,
    origin: &Origin,
) -> Result<Vec<MembershipId>> {
    scope.require_everywhere(Action::EditRegistry)?;
    let mut ids = Vec::with_capacity(rows.len());
    let mut states = Vec::with_capacity(rows.len());
    for data in rows {
        data.check_dates()?;
        let id = tx.context().new_id();
        ids.push(MembershipId(id));
        states.push((id, 1, data));
    }
    let entry = Entry::done("insert_memberships", "membership", "").detail(format!("rows: {}", ids.len()));
    save_many(tx, states, origin).await?;
    tx.audit(entry.under(scope));
    Ok(ids)
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
    let (current, before) = load::<MembershipData>(tx, id.0, true).await?.ok_or(StoreError::NotFound)?;
    check(tx, scope, &before, Some(id)).await?;
    check(tx, scope, &data, Some(id)).await?;
    if current != expected {
        return Err(StoreError::Conflict { current });
    }
    if before.enterprise != data.enterprise {
        return Err(StoreError::invalid("enterprise", InvalidCode::State, None));
    }
    save(tx, id.0, current + 1, &data, origin).await?;
    let entry = Entry::done("update_membership", "membership", id);
    let states = (Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&data)?));
    tx.audit(entry.states(states.0, states.1).under(scope));
    Ok(Membership { id, revision: current + 1, data })
}

/// Withdraws one that never was true; its revisions stay.
pub async fn withdraw(
    tx: &mut Transaction,
    scope: &Scope,
    id: MembershipId,
    expected: i64,
    origin: &Origin,
) -> Result<()> {
    let (current, before) = load::<MembershipData>(tx, id.0, true).await?.ok_or(StoreError::NotFound)?;
    check(tx, scope, &before, Some(id)).await?;
    if current != expected {
        return Err(StoreError::Conflict { current });
    }
    take_out(tx, id.0, current + 1, &before, origin).await?;
    let entry = Entry::done("withdraw_membership", "membership", id);
    tx.audit(entry.states(Some(serde_json::to_value(&before)?), None).under(scope));
    Ok(())
}

impl MembershipData {
    /// The last day is not before the first.
    pub(crate) fn check_dates(&self) -> Result<()> {
        match self.to {
            Some(to) if to < self.from => {
                Err(StoreError::invalid("to", InvalidCode::Dates, Some(to.to_string())))
            }
            _ => Ok(()),
        }
    }
}

/// Both ends must be readable; the park's side decides who may edit.
async fn check(
    tx: &mut Transaction,
    scope: &Scope,
    data: &MembershipData,
    id: Option<MembershipId>,
) -> Result<()> {
    require_subject(tx, scope, Action::EditRegistry, data.park.into()).await?;
    require_subject(tx, scope, Action::ReadRegistry, data.enterprise.into()).await?;
    data.check_dates()?;
    // Two writers at once must see each other's memberships: they queue at the enterprise's row.
    let lock = format!("SELECT id FROM enterprises WHERE id = $1{}", tx.dialect().for_update());
    tx.one(Sql::new(lock).bind(data.enterprise), |_| Ok(())).await?;
    let sql = Sql::new(
        "SELECT id, valid_from, valid_to FROM memberships WHERE enterprise_id = $1 AND park_id = $2",
    )
    .bind(data.enterprise)
    .bind(data.park);
    let others = tx
        .all(sql, |row| {
            Ok((row.get::<MembershipId>("id")?, row.get::<Date>("valid_from")?, row.get("valid_to")?))
        })
        .await?;
    let end = data.to.unwrap_or(Date::MAX);
    let overlaps = others.into_iter().any(|(other, from, to): (_, _, Option<Date>)| {
        Some(other) != id && from <= end && to.unwrap_or(Date::MAX) >= data.from
    });
    if overlaps {
        return Err(StoreError::invalid("from", InvalidCode::Dates, Some(data.from.to_string())));
    }
    Ok(())
}
