//! Publishing rows of the registry: created or updated by their key, in batches.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use uuid::Uuid;

use crate::database::{Run, Sql, Transaction};
use crate::error::{Result, StoreError};
use crate::ids::{EnterpriseId, MembershipId, ParkId, SubjectId};
use crate::imports::StagedPayload;
use crate::imports::publish::require_all;
use crate::registry::enterprises::EnterpriseData;
use crate::registry::industries::{self, IndustryData};
use crate::registry::memberships::MembershipData;
use crate::registry::parks::ParkData;
use crate::registry::{Entity, Origin, Written, load, parks, save_many};
use crate::role::Action;
use crate::scope::Scope;

fn other_kind() -> StoreError {
    StoreError::internal("staged row of another kind")
}

/// Parks, one by one: a city has hundreds.
pub(super) async fn write_parks(
    tx: &mut Transaction,
    scope: &Scope,
    payloads: Vec<StagedPayload>,
    origin: &Origin,
) -> Result<Vec<Written>> {
    let mut written = Vec::with_capacity(payloads.len());
    for payload in payloads {
        let StagedPayload::Park { id, data, industry } = payload else { return Err(other_kind()) };
        let before = match id {
            Some(id) => load::<ParkData>(tx, id.0, true).await?,
            None => None,
        };
        let (id, mut what) = match (id, before) {
            (Some(id), Some((_, before))) if before == data => (id, Written::Unchanged),
            (Some(id), Some((revision, _))) => {
                parks::update(tx, scope, id, revision, data, origin).await?;
                (id, Written::Updated)
            }
            _ => (parks::insert(tx, scope, data, origin).await?.id, Written::Created),
        };
        if let Some((code, from)) = industry {
            require_all(tx, scope, Action::EditRegistry, &[id.into()]).await?;
            let (_, is_changed) = industries::set_unchecked(tx, id.into(), &code, from, origin).await?;
            if is_changed && what == Written::Unchanged {
                what = Written::Updated;
            }
        }
        written.push(what);
    }
    Ok(written)
}

/// Enterprises by credit code.
pub(super) async fn write_enterprises(
    tx: &mut Transaction,
    scope: &Scope,
    payloads: Vec<StagedPayload>,
    origin: &Origin,
) -> Result<Vec<Written>> {
    let mut written = Vec::with_capacity(payloads.len());
    let mut pending = Vec::new();
    let mut seen = HashSet::new();
    for payload in payloads {
        let StagedPayload::Enterprise { data, industry } = payload else { return Err(other_kind()) };
        let data = data.normalise()?;
        if !seen.insert(data.uscc.clone()) {
            written.extend(upsert_enterprises(tx, scope, std::mem::take(&mut pending), origin).await?);
            seen = HashSet::from([data.uscc.clone()]);
        }
        pending.push((data, industry));
    }
    written.extend(upsert_enterprises(tx, scope, pending, origin).await?);
    Ok(written)
}

type Industry = Option<(String, Date)>;

async fn upsert_enterprises(
    tx: &mut Transaction,
    scope: &Scope,
    pending: Vec<(EnterpriseData, Industry)>,
    origin: &Origin,
) -> Result<Vec<Written>> {
    let mut sql = Sql::new("SELECT * FROM enterprises WHERE uscc IN ");
    // Always locked in the same order, so that two imports wait for each other instead of blocking each other.
    sql.list(pending.iter().map(|(data, _)| &data.uscc)).push(" ORDER BY id").push(tx.dialect().for_update());
    let mut standing: HashMap<String, (Uuid, i64, EnterpriseData)> = tx
        .all(sql, |row| {
            let data = EnterpriseData::read(row)?;
            Ok((data.uscc.clone(), (row.get("id")?, row.get("revision")?, data)))
        })
        .await?
        .into_iter()
        .collect();
    let reach = scope.reach(Action::EditRegistry);
    let covers = |district| reach.all || reach.districts.contains(&district);
    let mut written = Vec::with_capacity(pending.len());
    let (mut touched, mut rows, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
    for (data, industry) in pending {
        let what = match standing.remove(&data.uscc) {
            Some((id, _, before)) if before == data => {
                wanted.push((id, industry));
                Written::Unchanged
            }
            Some((id, revision, before)) => {
                if before.district != data.district && !(covers(before.district) && covers(data.district)) {
                    return Err(StoreError::Forbidden { action: Action::EditRegistry });
                }
                touched.push(SubjectId::from(EnterpriseId(id)));
                rows.push((id, revision + 1, data));
                wanted.push((id, industry));
                Written::Updated
            }
            None if covers(data.district) => {
                let id = tx.context().new_id();
                rows.push((id, 1, data));
                wanted.push((id, industry));
                Written::Created
            }
            None => return Err(StoreError::Forbidden { action: Action::EditRegistry }),
        };
        written.push(what);
    }
    require_all(tx, scope, Action::EditRegistry, &touched).await?;
    save_many(tx, rows, origin).await?;
    set_industries(tx, scope, wanted, &mut written, origin).await?;
    Ok(written)
}

/// Sets the industries of a batch; a row whose industry alone changed counts as updated.
async fn set_industries(
    tx: &mut Transaction,
    scope: &Scope,
    wanted: Vec<(Uuid, Industry)>,
    written: &mut [Written],
    origin: &Origin,
) -> Result<()> {
    let ids: Vec<Uuid> =
        wanted.iter().filter(|(_, industry)| industry.is_some()).map(|(id, _)| *id).collect();
    let standing = industries::standing_of(tx, &ids).await?;
    let mut rows: Vec<(Uuid, i64, IndustryData)> = Vec::new();
    let mut touched = Vec::new();
    for ((id, industry), what) in wanted.into_iter().zip(written) {
        let Some((code, from)) = industry else { continue };
        let subject = SubjectId::from(EnterpriseId(id));
        let (_, planned) =
            industries::plan(tx, standing.get(&id).map_or(&[], Vec::as_slice), subject, &code, from)?;
        if planned.is_empty() {
            continue;
        }
        if *what == Written::Unchanged {
            *what = Written::Updated;
            touched.push(subject);
        }
        rows.extend(planned);
    }
    require_all(tx, scope, Action::EditRegistry, &touched).await?;
    save_many(tx, rows, origin).await
}

/// Memberships by enterprise, park and overlapping dates.
pub(super) async fn write_memberships(
    tx: &mut Transaction,
    scope: &Scope,
    payloads: Vec<StagedPayload>,
    origin: &Origin,
) -> Result<Vec<Written>> {
    let mut wanted = Vec::with_capacity(payloads.len());
    for payload in payloads {
        let StagedPayload::Membership { enterprise, park, from, to } = payload else {
            return Err(other_kind());
        };
        let data = MembershipData { enterprise, park, from, to };
        data.check_dates()?;
        wanted.push(data);
    }
    let parks: Vec<SubjectId> = wanted.iter().map(|data| data.park.into()).collect();
    require_all(tx, scope, Action::EditRegistry, &parks).await?;
    let enterprises: Vec<SubjectId> = wanted.iter().map(|data| data.enterprise.into()).collect();
    require_all(tx, scope, Action::ReadRegistry, &enterprises).await?;
    let mut standing = memberships_of(tx, &enterprises).await?;
    let mut written = Vec::with_capacity(wanted.len());
    let mut rows: HashMap<Uuid, (i64, MembershipData)> = HashMap::new();
    for data in wanted {
        let own = standing.entry((data.enterprise, data.park)).or_default();
        let end = data.to.unwrap_or(Date::MAX);
        let overlaps =
            |other: &MembershipData| other.from <= end && other.to.unwrap_or(Date::MAX) >= data.from;
        match own.iter_mut().find(|(_, _, other)| overlaps(other)) {
            Some((_, _, other)) if *other == data => written.push(Written::Unchanged),
            Some((id, revision, other)) => {
                // A second row of this file for the same membership replaces the first one's planned revision.
                if !rows.contains_key(&id.0) {
                    *revision += 1;
                }
                *other = data.clone();
                rows.insert(id.0, (*revision, data));
                written.push(Written::Updated);
            }
            None => {
                let id = MembershipId(tx.context().new_id());
                own.push((id, 1, data.clone()));
                rows.insert(id.0, (1, data));
                written.push(Written::Created);
            }
        }
    }
    let mut rows: Vec<_> = rows.into_iter().map(|(id, (revision, data))| (id, revision, data)).collect();
    rows.sort_by_key(|(id, _, _)| *id);
    save_many(tx, rows, origin).await?;
    Ok(written)
}

type Standing = HashMap<(EnterpriseId, ParkId), Vec<(MembershipId, i64, MembershipData)>>;

async fn memberships_of(tx: &mut Transaction, enterprises: &[SubjectId]) -> Result<Standing> {
    let mut sql = Sql::new("SELECT * FROM memberships WHERE enterprise_id IN ");
    sql.list(enterprises.iter().map(|subject| subject.id)).push(" ORDER BY id");
    sql.push(tx.dialect().for_update());
    let mut standing = Standing::new();
    tx.each_row(sql, |row| {
        let data = MembershipData::read(row)?;
        let entry = (row.get("id")?, row.get("revision")?, data.clone());
        standing.entry((data.enterprise, data.park)).or_default().push(entry);
        Ok(())
    })
    .await?;
    Ok(standing)
}
