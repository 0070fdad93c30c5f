//! Reading rulings: lists within a scope, and what stood at a commit.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Kind, Matter, NewRuling, Revocation, RuledPark, Ruling};
use crate::database::{Database, Row, Run, Sql};
use crate::error::{Result, StoreError};
use crate::ids::{ParkId, RulingId};
use crate::known_time::KnownTime;
use crate::role::{Action, Role};
use crate::scope::Scope;

/// Which rulings; `None` asks for all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of a policy.
    pub policy: Option<String>,
    /// Of a kind.
    pub kind: Option<Kind>,
    /// About a criterion.
    pub criterion: Option<String>,
    /// About a clause.
    pub clause: Option<String>,
    /// About a park.
    pub park: Option<ParkId>,
    /// That can count for a park: about it, or about the whole city.
    pub counting_for: Option<ParkId>,
    /// What was known at a commit: later rulings and revocations did not happen.
    pub known: Option<KnownTime>,
}

/// `$1` is the commit up to which revocations count.
const SELECT: &str = "SELECT r.*, c.number, c.instant, c.actor_id, u.name AS actor_name, p.name AS park_name, p.district_id, \
     o.name AS district_name, w.reason AS revoked_reason, w.number AS revoked_number, w.instant AS revoked_instant, \
     w.actor_id AS revoked_by, wu.name AS revoked_name FROM rulings r JOIN commits c ON c.tx = r.tx \
     LEFT JOIN users u ON u.id = c.actor_id LEFT JOIN parks p ON p.id = r.park_id \
     LEFT JOIN organisations o ON o.id = p.district_id \
     LEFT JOIN (SELECT v.ruling_id, v.reason, k.number, k.instant, k.actor_id FROM ruling_revocations v \
     JOIN commits k ON k.tx = v.tx) w ON w.ruling_id = r.id AND w.number <= $1 \
     LEFT JOIN users wu ON wu.id = w.actor_id";

fn select(known: Option<KnownTime>) -> Sql {
    Sql::new(SELECT).bind(known.map_or(i64::MAX, |known| known.0))
}

/// Rulings in the scope, the newest first. Those about the whole city are open to every session; those about a park to
/// whoever sees the park.
pub async fn list(db: &Database, scope: &Scope, filter: &Filter) -> Result<Vec<Ruling>> {
    let mut sql = select(filter.known);
    sql.push(" WHERE ");
    push_scope(&mut sql, scope);
    if let Some(known) = filter.known {
        sql.push(" AND c.number <= ").arg(known.0);
    }
    let kind = filter.kind.map(|kind| kind.word().to_owned());
    for (column, wanted) in [
        ("policy", &filter.policy),
        ("kind", &kind),
        ("criterion", &filter.criterion),
        ("clause", &filter.clause),
    ] {
        if let Some(wanted) = wanted {
            sql.push(&format!(" AND r.{column} = ")).arg(wanted);
        }
    }
    if let Some(park) = filter.park {
        sql.push(" AND r.park_id = ").arg(park);
    }
    if let Some(park) = filter.counting_for {
        sql.push(" AND (r.park_id IS NULL OR r.park_id = ").arg(park).push(")");
    }
    sql.push(" ORDER BY c.number DESC, r.id DESC");
    db.reader().all(sql, read).await
}

/// One ruling; one about a park that is not seen is not there.
pub async fn get(db: &Database, scope: &Scope, id: RulingId) -> Result<Ruling> {
    let mut sql = select(None);
    sql.push(" WHERE r.id = ").arg(id).push(" AND ");
    push_scope(&mut sql, scope);
    db.reader().optional(sql, read).await?.ok_or(StoreError::NotFound)
}

fn push_scope(sql: &mut Sql, scope: &Scope) {
    let is_somebody = scope.system_reason().is_some() || scope.roles().next().is_some();
    sql.push(if is_somebody { "(r.park_id IS NULL OR " } else { "(1 = 0 AND " });
    scope.reach(Action::ReadRegistry).push_parks(sql, "p", scope.today());
    sql.push(")");
}

/// One ruling, whoever asks: the writer checks what may be done with it.
pub(super) async fn find(run: &mut impl Run, id: RulingId) -> Result<Option<Ruling>> {
    let mut sql = select(None);
    sql.push(" WHERE r.id = ").arg(id);
    run.optional(sql, read).await
}

/// What was decided under a policy and not taken back by a commit (`None`: now), in the order of the commits.
pub(crate) async fn standing(
    run: &mut impl Run,
    policy: &str,
    known: Option<KnownTime>,
) -> Result<Vec<NewRuling>> {
    let known = known.map_or(i64::MAX, |known| known.0);
    let mut sql = Sql::new("SELECT r.* FROM rulings r JOIN commits c ON c.tx = r.tx WHERE r.policy = ");
    sql.arg(policy).push(" AND c.number <= ").arg(known);
    sql.push(
        " AND NOT EXISTS (SELECT 1 FROM ruling_revocations w JOIN commits k ON k.tx = w.tx \
         WHERE w.ruling_id = r.id AND k.number <= ",
    );
    sql.arg(known).push(") ORDER BY c.number, r.id");
    run.all(sql, read_new).await
}

/// About what something was decided, or taken back, between two commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RuledOn {
    /// Criteria of which readings were.
    pub readings: BTreeSet<String>,
    /// Parks and criteria of exceptions.
    pub exceptions: BTreeSet<(Uuid, String)>,
}

/// See [`RuledOn`]: after the one commit, up to the other.
pub(crate) async fn touched(
    run: &mut impl Run,
    policy: &str,
    (from, to): (KnownTime, KnownTime),
) -> Result<RuledOn> {
    let mut on = RuledOn::default();
    for rows in ["rulings", "ruling_revocations"] {
        let join = if rows == "rulings" { "" } else { " JOIN ruling_revocations w ON w.ruling_id = r.id" };
        let of = if rows == "rulings" { "r" } else { "w" };
        let mut sql = Sql::new(format!(
            "SELECT r.criterion, r.park_id FROM rulings r{join} JOIN commits c ON c.tx = {of}.tx WHERE r.policy = "
        ));
        sql.arg(policy).push(" AND c.number > ").arg(from.0).push(" AND c.number <= ").arg(to.0);
        run.each_row(sql, |row| {
            let (criterion, park): (Option<String>, Option<Uuid>) =
                (row.get("criterion")?, row.get("park_id")?);
            match (criterion, park) {
                (Some(criterion), None) => drop(on.readings.insert(criterion)),
                (Some(criterion), Some(park)) => drop(on.exceptions.insert((park, criterion))),
                (None, _) => {}
            }
            Ok(())
        })
        .await?;
    }
    Ok(on)
}

fn read_new(row: &Row) -> Result<NewRuling> {
    let kind: String = row.get("kind")?;
    let gap = |column: &str| StoreError::internal(format!("a ruling of kind {kind} without {column}"));
    let text = |column: &str| row.get::<Option<String>>(column)?.ok_or_else(|| gap(column));
    let (park, role): (Option<ParkId>, String) = (row.get("park_id")?, row.get("role")?);
    let matter = match kind.as_str() {
        "reading" => Matter::Reading { criterion: text("criterion")?, reading: text("reading")? },
        "exception" => {
            Matter::Exception { criterion: text("criterion")?, park: park.ok_or_else(|| gap("park_id"))? }
        }
        "discretion" => Matter::Discretion {
            clause: text("clause")?,
            quote: text("quote")?,
            park,
            decision: text("decision")?,
        },
        other => return Err(StoreError::internal(format!("kind of ruling {other}"))),
    };
    Ok(NewRuling {
        policy: row.get("policy")?,
        matter,
        from: row.get("valid_from")?,
        until: row.get("valid_until")?,
        reason: row.get("reason")?,
        basis: row.get("basis")?,
        role: Role::from_id(&role).ok_or_else(|| gap("role"))?,
    })
}

fn read(row: &Row) -> Result<Ruling> {
    let ruled = read_new(row)?;
    let park = match ruled.matter.park() {
        None => None,
        Some(id) => Some(RuledPark {
            id,
            name: row.get("park_name")?,
            district: row.get("district_id")?,
            district_name: row.get("district_name")?,
        }),
    };
    let revoked = match row.get::<Option<i64>>("revoked_number")? {
        None => None,
        Some(number) => Some(Revocation {
            commit: KnownTime(number),
            at: row.get("revoked_instant")?,
            by: row.get("revoked_by")?,
            by_name: row.get("revoked_name")?,
            reason: row.get("revoked_reason")?,
        }),
    };
    Ok(Ruling {
        id: row.get("id")?,
        ruled,
        park,
        commit: KnownTime(row.get("number")?),
        at: row.get("instant")?,
        by: row.get("actor_id")?,
        by_name: row.get("actor_name")?,
        revoked,
    })
}
