//! Publishing: all staged rows become revisions in one transaction, or none.

use std::collections::HashSet;

use uuid::Uuid;
use xiyuan_policy::package::Subject;

use crate::audit::Entry;
use crate::database::{Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::filings::{FieldNumbers, FilingRow, Merge, heads, next_revision, write_rows};
use crate::ids::{ImportId, SubjectId};
use crate::imports::staging::{Locked, lock, wrong_state};
use crate::imports::{Counts, ImportKind, ImportStatus, StagedPayload, registry_rows};
use crate::packing::Values;
use crate::registry::{Origin, Written};
use crate::role::Action;
use crate::scope::Scope;

/// Rows read, compared and written together.
const BATCH: i64 = 1_000;

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishMode {
    /// Refused when any row is.
    AllOrNothing,
    /// Leaves refused rows out.
    GoodRowsOnly,
}

/// What publishing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishReport {
    /// The import's counts with created, updated, unchanged.
    pub counts: Counts,
}

/// Writes all staged rows as revisions of this transaction and moves the import to `applied`; the commit of the
/// transaction publishes them. Refused rows stop everything or are left out, by `mode`; so do rows with a question
/// unless `accept_questions`. `progress` is told the number of rows done and may answer `false` to cancel: then the
/// answer is an error and the caller rolls back.
pub async fn publish(
    tx: &mut Transaction,
    scope: &Scope,
    id: ImportId,
    mode: PublishMode,
    accept_questions: bool,
    progress: &(dyn Fn(u64) -> bool + Send + Sync),
) -> Result<PublishReport> {
    let import = lock(tx, scope, id).await?;
    if !matches!(import.status, ImportStatus::Ready | ImportStatus::Applying) {
        return Err(wrong_state(import.status));
    }
    if mode == PublishMode::AllOrNothing {
        refuse_bad_rows(tx, id, accept_questions).await?;
    }
    let number = tx.id().await?;
    let origin = Origin { import: Some(id), reason: Some(import.file_name.clone()) };
    let numbers = FieldNumbers::load_on(tx).await?;
    let mut counts = Counts { created: 0, updated: 0, unchanged: 0, ..import.counts };
    let (mut after, mut done) = (-1, 0);
    loop {
        let batch = next_batch(tx, &numbers, id, after, accept_questions).await?;
        let Some((last, _)) = batch.last() else { break };
        after = *last;
        done += batch.len() as u64;
        let payloads = batch.into_iter().map(|(_, payload)| payload).collect();
        for written in write_batch(tx, scope, &import, &numbers, payloads, &origin).await? {
            match written {
                Written::Created => counts.created += 1,
                Written::Updated => counts.updated += 1,
                Written::Unchanged => counts.unchanged += 1,
            }
        }
        if !progress(done) {
            return Err(StoreError::invalid("status", InvalidCode::State, Some("cancelled".to_owned())));
        }
    }
    let sql = Sql::new(
        "UPDATE imports SET status = 'applied', counts = $1, applied_tx = $2, error = NULL WHERE id = $3",
    )
    .bind(serde_json::to_string(&counts)?)
    .bind(number)
    .bind(id);
    tx.execute(sql).await?;
    let entry = Entry::done("publish_import", "import", id).named(import.file_name).detail(format!(
        "created: {}, updated: {}, unchanged: {}",
        counts.created, counts.updated, counts.unchanged
    ));
    tx.audit(entry.under(scope));
    Ok(PublishReport { counts })
}

async fn refuse_bad_rows(tx: &mut Transaction, id: ImportId, accept_questions: bool) -> Result<()> {
    let sql = Sql::new(
        "SELECT CAST(coalesce(sum(is_refused), 0) AS BIGINT) AS refused, \
         CAST(coalesce(sum(is_questioned), 0) AS BIGINT) AS questioned FROM import_rows WHERE import_id = $1",
    )
    .bind(id);
    let (refused, questioned) =
        tx.one(sql, |row| Ok((row.get::<i64>("refused")?, row.get::<i64>("questioned")?))).await?;
    if refused > 0 {
        return Err(StoreError::invalid("rows", InvalidCode::State, Some(format!("refused: {refused}"))));
    }
    if questioned > 0 && !accept_questions {
        return Err(StoreError::invalid(
            "rows",
            InvalidCode::State,
            Some(format!("questioned: {questioned}")),
        ));
    }
    Ok(())
}

async fn next_batch(
    tx: &mut Transaction,
    numbers: &FieldNumbers,
    id: ImportId,
    after: i64,
    accept_questions: bool,
) -> Result<Vec<(i64, StagedPayload)>> {
    let mut sql = Sql::new(
        "SELECT row_number, payload, content FROM import_rows WHERE import_id = $1 AND row_number > $2 \
         AND is_refused = 0 AND payload IS NOT NULL",
    )
    .bind(id)
    .bind(after);
    if !accept_questions {
        sql.push(" AND is_questioned = 0");
    }
    sql.push(" ORDER BY row_number LIMIT ").arg(BATCH);
    tx.all(sql, |row| {
        let content: Option<Vec<u8>> = row.get("content")?;
        let payload = StagedPayload::restore(&row.get::<String>("payload")?, content.as_deref(), numbers)?;
        Ok((row.get("row_number")?, payload))
    })
    .await
}

async fn write_batch(
    tx: &mut Transaction,
    scope: &Scope,
    import: &Locked,
    numbers: &FieldNumbers,
    payloads: Vec<StagedPayload>,
    origin: &Origin,
) -> Result<Vec<Written>> {
    match import.kind {
        ImportKind::Filings => write_filings(tx, scope, import, numbers, payloads, origin).await,
        ImportKind::Parks => registry_rows::write_parks(tx, scope, payloads, origin).await,
        ImportKind::Enterprises => registry_rows::write_enterprises(tx, scope, payloads, origin).await,
        ImportKind::Memberships => registry_rows::write_memberships(tx, scope, payloads, origin).await,
    }
}

async fn write_filings(
    tx: &mut Transaction,
    scope: &Scope,
    import: &Locked,
    numbers: &FieldNumbers,
    payloads: Vec<StagedPayload>,
    origin: &Origin,
) -> Result<Vec<Written>> {
    let (Some(form), Some(period)) = (&import.form, &import.period) else {
        return Err(StoreError::internal("import of filings without form or period"));
    };
    let mut rows = Vec::with_capacity(payloads.len());
    for payload in payloads {
        let StagedPayload::Filing { subject, values } = payload else {
            return Err(StoreError::internal("staged row of another kind"));
        };
        rows.push((subject, values));
    }
    let subjects: Vec<SubjectId> = rows.iter().map(|(subject, _)| *subject).collect();
    require_all(tx, scope, Action::ImportFilings, &subjects).await?;
    let mut written = Vec::with_capacity(rows.len());
    let mut pending: Vec<(SubjectId, Values)> = Vec::new();
    let mut seen = HashSet::new();
    for (subject, values) in rows {
        // A subject that comes twice: the second row is laid over the first.
        if !seen.insert(subject.id) {
            written.extend(lay_over(tx, numbers, form, period, std::mem::take(&mut pending), origin).await?);
            seen = HashSet::from([subject.id]);
        }
        pending.push((subject, values));
    }
    written.extend(lay_over(tx, numbers, form, period, pending, origin).await?);
    Ok(written)
}

async fn lay_over(
    tx: &mut Transaction,
    numbers: &FieldNumbers,
    form: &str,
    period: &str,
    pending: Vec<(SubjectId, Values)>,
    origin: &Origin,
) -> Result<Vec<Written>> {
    let ids: Vec<Uuid> = pending.iter().map(|(subject, _)| subject.id).collect();
    let heads = heads(tx, numbers, form, period, &ids).await?;
    let mut written = Vec::with_capacity(pending.len());
    let mut rows: Vec<FilingRow> = Vec::with_capacity(pending.len());
    for (subject, values) in pending {
        let (row, what) =
            next_revision(tx, numbers, heads.get(&subject.id), subject, values, Merge::Overlay)?;
        written.push(what);
        if what != Written::Unchanged {
            rows.push(row);
        }
    }
    write_rows(tx, form, period, rows, origin).await?;
    Ok(written)
}

/// Refuses unless every subject is inside the reach of the action.
pub(super) async fn require_all(
    tx: &mut Transaction,
    scope: &Scope,
    action: Action,
    subjects: &[SubjectId],
) -> Result<()> {
    let reach = scope.reach(action);
    for kind in [Subject::Enterprise, Subject::Park] {
        let wanted: HashSet<Uuid> = subjects.iter().filter(|s| s.kind == kind).map(|s| s.id).collect();
        if wanted.is_empty() {
            continue;
        }
        let mut sql = Sql::default();
        if kind == Subject::Park {
            sql.push("SELECT count(*) AS n FROM parks x WHERE ");
            reach.push_parks(&mut sql, "x", scope.today());
        } else {
            sql.push("SELECT count(*) AS n FROM enterprises x WHERE ");
            reach.push_enterprises(&mut sql, "x", scope.today());
        }
        sql.push(" AND x.id IN ").list(wanted.iter().copied());
        if tx.one(sql, |row| row.get::<u64>("n")).await? != wanted.len() as u64 {
            return Err(StoreError::Forbidden { action });
        }
    }
    if subjects.iter().any(|s| s.kind == Subject::City) && !reach.all {
        return Err(StoreError::Forbidden { action });
    }
    Ok(())
}
