//! Adding rulings and taking them back.

use super::{Matter, NewRuling};
use crate::audit::Entry;
use crate::database::{Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError, is_unique_violation};
use crate::ids::{RulingId, SubjectId};
use crate::registry::{require_subject, subject_name};
use crate::role::{Action, Role};
use crate::scope::Scope;

/// Adds a ruling. A reason is required, and for an exception the paper on which it rests; the same ruling twice is refused.
pub async fn insert(tx: &mut Transaction, scope: &Scope, ruling: NewRuling) -> Result<RulingId> {
    require(tx, scope, &ruling.matter, ruling.role).await?;
    check(&ruling)?;
    if is_standing(tx, &ruling).await? {
        return Err(StoreError::invalid("", InvalidCode::Duplicate, None));
    }
    let NewRuling { policy, matter, from, until, reason, basis, role } = ruling;
    let (mut criterion, mut reading, mut clause, mut quote, mut decision) = (None, None, None, None, None);
    match &matter {
        Matter::Reading { criterion: of, reading: chosen } => {
            (criterion, reading) = (Some(of.clone()), Some(chosen.clone()));
        }
        Matter::Exception { criterion: of, .. } => criterion = Some(of.clone()),
        Matter::Discretion { clause: of, quote: words, decision: decided, .. } => {
            (clause, quote) = (Some(of.clone()), Some(words.clone()));
            decision = Some(decided.trim().to_owned());
        }
    }
    let id = RulingId(tx.context().new_id());
    let number = tx.id().await?;
    let sql = Sql::new(
        "INSERT INTO rulings (id, policy, kind, criterion, reading, clause, quote, decision, park_id, valid_from, \
         valid_until, reason, basis, role, tx) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(id)
    .bind(&policy)
    .bind(matter.kind().word())
    .bind(criterion)
    .bind(reading)
    .bind(clause)
    .bind(quote)
    .bind(decision)
    .bind(matter.park())
    .bind(from)
    .bind(until)
    .bind(reason.trim())
    .bind(trimmed(basis))
    .bind(role.id())
    .bind(number);
    tx.execute(sql).await?;
    let act = format!("rule_{}", matter.kind().word());
    audit(tx, scope, &act, id, &matter, reason.trim()).await?;
    Ok(id)
}

/// Takes a ruling back, with a reason; what was decided before this commit rests on it still.
pub async fn revoke(tx: &mut Transaction, scope: &Scope, id: RulingId, reason: &str) -> Result<()> {
    let ruling = super::read::find(tx, id).await?.ok_or(StoreError::NotFound)?;
    let matter = ruling.ruled.matter;
    require(tx, scope, &matter, ruling.ruled.role).await?;
    if reason.trim().is_empty() {
        return Err(StoreError::invalid("reason", InvalidCode::Required, None));
    }
    let number = tx.id().await?;
    let sql = Sql::new("INSERT INTO ruling_revocations (ruling_id, reason, tx) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(reason.trim())
        .bind(number);
    tx.execute(sql).await.map_err(|error| {
        if is_unique_violation(&error) { StoreError::invalid("", InvalidCode::State, None) } else { error }
    })?;
    audit(tx, scope, "revoke_ruling", id, &matter, reason.trim()).await
}

async fn require(tx: &mut Transaction, scope: &Scope, matter: &Matter, role: Role) -> Result<()> {
    let action = match matter {
        Matter::Reading { .. } | Matter::Exception { .. } => Action::Rule,
        Matter::Discretion { .. } => Action::Discretion(role),
    };
    match matter.park() {
        None => scope.require_everywhere(action),
        Some(park) => require_subject(tx, scope, action, park.into()).await,
    }
}

fn check(ruling: &NewRuling) -> Result<()> {
    let required = |field: &str, text: &str| {
        if text.trim().is_empty() {
            Err(StoreError::invalid(field, InvalidCode::Required, None))
        } else {
            Ok(())
        }
    };
    required("reason", &ruling.reason)?;
    if let Matter::Exception { .. } = ruling.matter {
        required("basis", ruling.basis.as_deref().unwrap_or_default())?;
    }
    if let Matter::Discretion { decision, .. } = &ruling.matter {
        required("decision", decision)?;
    }
    match ruling.until {
        Some(until) if until < ruling.from => {
            Err(StoreError::invalid("until", InvalidCode::Dates, Some(until.to_string())))
        }
        _ => Ok(()),
    }
}

/// Whether the very same was decided for the same days and not taken back.
async fn is_standing(tx: &mut Transaction, ruling: &NewRuling) -> Result<bool> {
    let standing = super::standing(tx, &ruling.policy, None).await?;
    let is_same = |other: &NewRuling| {
        (&other.matter, other.from, other.until) == (&ruling.matter, ruling.from, ruling.until)
    };
    // Of readings an older choice may be made again: the one decided last counts.
    let last = standing.iter().rev().find(|other| match (&other.matter, &ruling.matter) {
        (Matter::Reading { criterion: a, .. }, Matter::Reading { criterion: b, .. }) => a == b,
        _ => is_same(other),
    });
    Ok(last.is_some_and(is_same))
}

fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

async fn audit(
    tx: &mut Transaction,
    scope: &Scope,
    act: &str,
    id: RulingId,
    matter: &Matter,
    reason: &str,
) -> Result<()> {
    let mut entry = Entry::done(act, "ruling", id).detail(format!("{}：{reason}", matter.about()));
    if let Some(park) = matter.park() {
        entry = entry.named(subject_name(tx, SubjectId::from(park)).await?.unwrap_or_default());
    }
    let after = match matter {
        Matter::Reading { reading, .. } => Some(reading.clone().into()),
        Matter::Discretion { decision, .. } => Some(decision.clone().into()),
        Matter::Exception { .. } => None,
    };
    tx.audit(entry.states(None, after).under(scope));
    Ok(())
}
