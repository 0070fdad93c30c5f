//! Undo: every row that the import wrote gets a compensating revision; nothing is erased.

use serde_json::Value as Json;
use uuid::Uuid;

use crate::audit::Entry;
use crate::database::{Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::ImportId;
use crate::imports::ImportStatus;
use crate::imports::staging::{lock, wrong_state};
use crate::packing;
use crate::registry::enterprises::EnterpriseData;
use crate::registry::industries::IndustryData;
use crate::registry::memberships::MembershipData;
use crate::registry::parks::ParkData;
use crate::registry::{EntityKind, Origin, restore};
use crate::scope::Scope;

/// Blocked rows that are named; more of them help nobody.
const NAMED: i64 = 200;

/// A row that cannot be taken back because something newer stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Kind of row (`park`, `enterprise`, `membership`, `industry`, `filing`).
    pub kind: String,
    /// Id.
    pub id: Uuid,
    /// Name or key for people.
    pub name: String,
    /// Revision the import wrote.
    pub written: i64,
    /// Revision that stands now; the same as `written` when other rows refer to this one.
    pub current: i64,
}

/// Takes a whole applied import back. When rows are blocked nothing is written and they are returned.
pub async fn undo(tx: &mut Transaction, scope: &Scope, id: ImportId, reason: &str) -> Result<Vec<Blocked>> {
    let import = lock(tx, scope, id).await?;
    if import.status != ImportStatus::Applied {
        return Err(wrong_state(import.status));
    }
    if reason.trim().is_empty() {
        return Err(StoreError::invalid("reason", InvalidCode::Required, None));
    }
    let mut blocked = blocked_entities(tx, id).await?;
    blocked.extend(blocked_filings(tx, id).await?);
    if blocked.is_empty() {
        blocked = blocked_by_references(tx, id).await?;
    }
    if !blocked.is_empty() {
        return Ok(blocked);
    }
    let number = tx.id().await?;
    let origin = Origin::because(reason.trim());
    // Rows that refer to others go first.
    for kind in [EntityKind::Industry, EntityKind::Membership, EntityKind::Enterprise, EntityKind::Park] {
        take_back(tx, id, kind, &origin).await?;
    }
    take_back_filings(tx, id, number, reason.trim()).await?;
    let sql =
        Sql::new("UPDATE imports SET status = 'undone', undone_tx = $1 WHERE id = $2").bind(number).bind(id);
    tx.execute(sql).await?;
    tx.audit(
        Entry::done("undo_import", "import", id).named(import.file_name).detail(reason.trim()).under(scope),
    );
    Ok(Vec::new())
}

async fn blocked_entities(tx: &mut Transaction, id: ImportId) -> Result<Vec<Blocked>> {
    let sql = Sql::new(
        "SELECT w.kind, w.entity_id, w.written, max(r.revision) AS current, \
         max(coalesce(p.name, e.name, '')) AS name FROM \
         (SELECT kind, entity_id, max(revision) AS written FROM entity_revisions WHERE import_id = $1 \
         GROUP BY kind, entity_id) w \
         JOIN entity_revisions r ON r.kind = w.kind AND r.entity_id = w.entity_id \
         LEFT JOIN parks p ON p.id = w.entity_id LEFT JOIN enterprises e ON e.id = w.entity_id \
         GROUP BY w.kind, w.entity_id, w.written HAVING max(r.revision) > w.written \
         ORDER BY w.kind, w.entity_id LIMIT $2",
    )
    .bind(id)
    .bind(NAMED);
    tx.all(sql, |row| {
        Ok(Blocked {
            kind: EntityKind::from_number(row.get("kind")?)?.word().to_owned(),
            id: row.get("entity_id")?,
            name: row.get("name")?,
            written: row.get("written")?,
            current: row.get("current")?,
        })
    })
    .await
}

async fn blocked_filings(tx: &mut Transaction, id: ImportId) -> Result<Vec<Blocked>> {
    let sql = Sql::new(
        "SELECT w.filing_id, w.written, max(r.revision) AS current, max(coalesce(e.name, p.name, '')) AS name FROM \
         (SELECT filing_id, max(revision) AS written FROM filing_revisions WHERE import_id = $1 GROUP BY filing_id) w \
         JOIN filing_revisions r ON r.filing_id = w.filing_id \
         LEFT JOIN enterprises e ON e.id = r.subject_id LEFT JOIN parks p ON p.id = r.subject_id \
         GROUP BY w.filing_id, w.written HAVING max(r.revision) > w.written ORDER BY w.filing_id LIMIT $2",
    )
    .bind(id)
    .bind(NAMED);
    tx.all(sql, |row| {
        Ok(Blocked {
            kind: "filing".to_owned(),
            id: row.get("filing_id")?,
            name: row.get("name")?,
            written: row.get("written")?,
            current: row.get("current")?,
        })
    })
    .await
}

/// Parks and enterprises that the import created and to which rows of others refer by now.
async fn blocked_by_references(tx: &mut Transaction, id: ImportId) -> Result<Vec<Blocked>> {
    let mut sql = Sql::default();
    let (id, enterprise, park) =
        (sql.name(id), sql.name(EntityKind::Enterprise.number()), sql.name(EntityKind::Park.number()));
    let foreign = |kind: EntityKind, alias: &str| {
        format!(
            "NOT EXISTS (SELECT 1 FROM entity_revisions o WHERE o.kind = {} AND o.entity_id = {alias}.id \
             AND o.import_id = {id} AND o.revision = 1)",
            kind.number()
        )
    };
    let member = foreign(EntityKind::Membership, "m");
    let industry = foreign(EntityKind::Industry, "i");
    sql.push(&format!(
        "SELECT w.kind, w.entity_id, coalesce(p.name, e.name, '') AS name FROM entity_revisions w \
         LEFT JOIN parks p ON p.id = w.entity_id LEFT JOIN enterprises e ON e.id = w.entity_id \
         WHERE w.import_id = {id} AND w.revision = 1 AND w.kind IN ({enterprise}, {park}) AND (\
         EXISTS (SELECT 1 FROM memberships m WHERE (m.enterprise_id = w.entity_id OR m.park_id = w.entity_id) AND {member}) \
         OR EXISTS (SELECT 1 FROM industries i WHERE i.subject_id = w.entity_id AND {industry}) \
         OR EXISTS (SELECT 1 FROM filing_revisions f WHERE f.subject_id = w.entity_id AND f.is_withdrawn = 0 \
         AND (f.import_id IS NULL OR f.import_id <> {id}) AND NOT EXISTS (SELECT 1 FROM filing_revisions n \
         WHERE n.filing_id = f.filing_id AND n.revision > f.revision)) \
         OR EXISTS (SELECT 1 FROM fact_revisions x WHERE x.subject_id = w.entity_id) \
         OR EXISTS (SELECT 1 FROM evidence x WHERE x.subject_id = w.entity_id) \
         OR EXISTS (SELECT 1 FROM decisions x WHERE x.subject_id = w.entity_id) \
         OR EXISTS (SELECT 1 FROM grants x WHERE x.enterprise_id = w.entity_id AND x.taken_at IS NULL)) \
         ORDER BY w.kind, w.entity_id LIMIT "
    ));
    sql.arg(NAMED);
    tx.all(sql, |row| {
        Ok(Blocked {
            kind: EntityKind::from_number(row.get("kind")?)?.word().to_owned(),
            id: row.get("entity_id")?,
            name: row.get("name")?,
            written: 1,
            current: 1,
        })
    })
    .await
}

/// Writes, for each row of a kind that the import wrote, a revision with the state before the import.
async fn take_back(tx: &mut Transaction, id: ImportId, kind: EntityKind, origin: &Origin) -> Result<()> {
    let sql = Sql::new(
        "SELECT w.entity_id, w.last, r.document AS written, b.document AS before, b.is_withdrawn FROM \
         (SELECT entity_id, min(revision) AS first, max(revision) AS last FROM entity_revisions \
         WHERE import_id = $1 AND kind = $2 GROUP BY entity_id) w \
         JOIN entity_revisions r ON r.kind = $2 AND r.entity_id = w.entity_id AND r.revision = w.last \
         LEFT JOIN entity_revisions b ON b.kind = $2 AND b.entity_id = w.entity_id AND b.revision = w.first - 1 \
         ORDER BY w.entity_id",
    )
    .bind(id)
    .bind(kind.number());
    let rows = tx
        .all(sql, |row| {
            let before: Option<String> = row.get("before")?;
            let is_withdrawn = row.get::<Option<bool>>("is_withdrawn")?.unwrap_or(true);
            let document = match before {
                Some(before) => before,
                None => row.get("written")?,
            };
            let document: Json = serde_json::from_str(&document)?;
            Ok((row.get::<Uuid>("entity_id")?, row.get::<i64>("last")?, document, is_withdrawn))
        })
        .await?;
    for (entity, last, document, is_withdrawn) in rows {
        let next = last + 1;
        match kind {
            EntityKind::Park => restore::<ParkData>(tx, entity, next, document, is_withdrawn, origin).await?,
            EntityKind::Enterprise => {
                restore::<EnterpriseData>(tx, entity, next, document, is_withdrawn, origin).await?;
            }
            EntityKind::Membership => {
                restore::<MembershipData>(tx, entity, next, document, is_withdrawn, origin).await?;
            }
            EntityKind::Industry => {
                restore::<IndustryData>(tx, entity, next, document, is_withdrawn, origin).await?;
            }
            EntityKind::Organisation => {}
        }
    }
    Ok(())
}

/// The same for filings, in one statement: they can be hundreds of thousands.
async fn take_back_filings(tx: &mut Transaction, id: ImportId, number: i64, reason: &str) -> Result<()> {
    let mut sql = Sql::default();
    let (id, number, reason) = (sql.name(id), sql.name(number), sql.name(reason));
    let empty = sql.name(packing::pack(&[])?);
    sql.push(&format!(
        "INSERT INTO filing_revisions (filing_id, revision, form, period, subject_kind, subject_id, tx, reason, \
         is_withdrawn, content) \
         SELECT w.filing_id, w.last + 1, r.form, r.period, r.subject_kind, r.subject_id, \
         CAST({number} AS BIGINT), CAST({reason} AS TEXT), coalesce(b.is_withdrawn, 1), coalesce(b.content, {empty}) \
         FROM (SELECT filing_id, min(revision) AS first, max(revision) AS last FROM filing_revisions \
         WHERE import_id = {id} GROUP BY filing_id) w \
         JOIN filing_revisions r ON r.filing_id = w.filing_id AND r.revision = w.last \
         LEFT JOIN filing_revisions b ON b.filing_id = w.filing_id AND b.revision = w.first - 1"
    ));
    tx.execute(sql).await?;
    Ok(())
}
