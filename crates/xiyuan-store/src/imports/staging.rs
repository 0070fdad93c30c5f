//! Staging: imports, their rows and problems, before anything is published. Takes no number of known time.

use jiff::SignedDuration;
use serde_json::Value as Json;
use sm3::{Digest, Sm3};
use xiyuan_policy::frame::Period;

use crate::audit::Entry;
use crate::context::Context;
use crate::database::{Arg, Database, Dialect, Run, Sql, Transaction, insert_rows};
use crate::error::{InvalidCode, Result, StoreError};
use crate::filings::FieldNumbers;
use crate::ids::{ImportId, UserId};
use crate::imports::{Counts, ImportKind, ImportStatus, Severity, StagedPayload, StagedRow};
use crate::period::format_period;
use crate::role::Action;
use crate::scope::Scope;

/// How long an import of another server may be silent before it counts as dead.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);

/// An import to begin.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// What it brings.
    pub kind: ImportKind,
    /// Form of filings.
    pub form: Option<String>,
    /// Period of filings.
    pub period: Option<Period>,
    /// Digest of the package whose form it follows.
    pub package_digest: Option<String>,
    /// Name of the file.
    pub file_name: String,
    /// The file.
    pub content: Vec<u8>,
}

/// Begins an import: status `reading`, the file kept so that it can be read again with another mapping.
pub async fn insert(tx: &mut Transaction, scope: &Scope, import: NewImport) -> Result<ImportId> {
    scope.require(Action::ImportFilings)?;
    if import.kind == ImportKind::Filings && (import.form.is_none() || import.period.is_none()) {
        let field = if import.form.is_none() { "form" } else { "period" };
        return Err(StoreError::invalid(field, InvalidCode::Required, None));
    }
    let id = ImportId(tx.context().new_id());
    let checksum = hex::encode(Sm3::digest(&import.content));
    let sql = Sql::new(
        "INSERT INTO imports (id, kind, form, period, package_digest, file_name, checksum, content, status, mapping, \
         counts, created_at, touched_at, created_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'reading', 'null', '{}', $9, $9, $10)",
    )
    .bind(id)
    .bind(import.kind.word())
    .bind(import.form)
    .bind(import.period.map(format_period))
    .bind(import.package_digest)
    .bind(&import.file_name)
    .bind(&checksum)
    .bind(import.content)
    .bind(tx.context().at)
    .bind(tx.context().actor);
    tx.execute(sql).await?;
    let entry = Entry::done("insert_import", "import", id).named(import.file_name).detail(import.kind.word());
    tx.audit(entry.states(None, Some(checksum.into())).under(scope));
    Ok(id)
}

/// An import locked for this transaction: status, kind, form, period, counts.
pub(super) struct Locked {
    pub status: ImportStatus,
    pub kind: ImportKind,
    pub form: Option<String>,
    pub period: Option<String>,
    pub file_name: String,
    pub counts: Counts,
}

/// Locks an import. Only its maker and who may import everywhere touch it.
pub(super) async fn lock(tx: &mut Transaction, scope: &Scope, id: ImportId) -> Result<Locked> {
    scope.require(Action::ImportFilings)?;
    let text = format!(
        "SELECT status, kind, form, period, file_name, counts, created_by FROM imports WHERE id = $1{}",
        tx.dialect().for_update()
    );
    let (locked, maker) = tx
        .one(Sql::new(text).bind(id), |row| {
            let fault = |word: String| StoreError::internal(format!("import {word}"));
            let (status, kind): (String, String) = (row.get("status")?, row.get("kind")?);
            let locked = Locked {
                status: ImportStatus::from_word(&status).ok_or_else(|| fault(status))?,
                kind: ImportKind::from_word(&kind).ok_or_else(|| fault(kind))?,
                form: row.get("form")?,
                period: row.get("period")?,
                file_name: row.get("file_name")?,
                counts: serde_json::from_str(&row.get::<String>("counts")?)?,
            };
            Ok((locked, row.get::<Option<UserId>>("created_by")?))
        })
        .await?;
    let is_own = maker.is_some() && maker == tx.context().actor;
    if is_own || scope.reach(Action::ImportFilings).all { Ok(locked) } else { Err(StoreError::NotFound) }
}

pub(super) fn wrong_state(status: ImportStatus) -> StoreError {
    StoreError::invalid("status", InvalidCode::State, Some(status.word().to_owned()))
}

/// Moves an import to a status, with counts and a message. Only along allowed ways (`State` otherwise).
pub async fn set_status(
    tx: &mut Transaction,
    scope: &Scope,
    id: ImportId,
    status: ImportStatus,
    counts: Counts,
    error: Option<&str>,
) -> Result<()> {
    let locked = lock(tx, scope, id).await?;
    if !locked.status.may_become(status) {
        return Err(wrong_state(locked.status));
    }
    let sql =
        Sql::new("UPDATE imports SET status = $1, counts = $2, error = $3, touched_at = $4 WHERE id = $5")
            .bind(status.word())
            .bind(serde_json::to_string(&counts)?)
            .bind(error)
            .bind(tx.context().clock.now())
            .bind(id);
    tx.execute(sql).await?;
    if status == ImportStatus::Cancelled {
        tx.audit(Entry::done("cancel_import", "import", id).named(locked.file_name).under(scope));
    }
    Ok(())
}

/// Keeps the mapping and preview.
pub async fn set_mapping(tx: &mut Transaction, scope: &Scope, id: ImportId, mapping: &Json) -> Result<()> {
    let locked = lock(tx, scope, id).await?;
    if !matches!(locked.status, ImportStatus::Reading | ImportStatus::Ready) {
        return Err(wrong_state(locked.status));
    }
    tx.execute(Sql::new("UPDATE imports SET mapping = $1 WHERE id = $2").bind(mapping.to_string()).bind(id))
        .await?;
    Ok(())
}

/// Throws the staged rows and problems away and goes back to `reading` (another mapping).
pub async fn clear_rows(tx: &mut Transaction, scope: &Scope, id: ImportId) -> Result<()> {
    let locked = lock(tx, scope, id).await?;
    if !matches!(locked.status, ImportStatus::Reading | ImportStatus::Ready) {
        return Err(wrong_state(locked.status));
    }
    for table in ["import_rows", "import_problems"] {
        tx.execute(Sql::new(format!("DELETE FROM {table} WHERE import_id = $1")).bind(id)).await?;
    }
    let sql = Sql::new(
        "UPDATE imports SET status = 'reading', counts = '{}', error = NULL, touched_at = $1 WHERE id = $2",
    );
    let now = tx.context().clock.now();
    tx.execute(sql.bind(now).bind(id)).await?;
    Ok(())
}

/// Stages a batch of rows; batches of about a thousand are best.
pub async fn stage(tx: &mut Transaction, scope: &Scope, id: ImportId, rows: Vec<StagedRow>) -> Result<()> {
    let locked = lock(tx, scope, id).await?;
    if locked.status != ImportStatus::Reading {
        return Err(wrong_state(locked.status));
    }
    let mut fields: Vec<&str> = Vec::new();
    for row in &rows {
        if let Some(StagedPayload::Filing { values, .. }) = &row.payload {
            fields.extend(values.keys().map(String::as_str));
        }
    }
    fields.sort_unstable();
    fields.dedup();
    let numbers = FieldNumbers::assign(tx, &fields).await?;
    let mut staged: Vec<Vec<Arg>> = Vec::with_capacity(rows.len());
    let mut problems: Vec<Vec<Arg>> = Vec::new();
    for row in rows {
        let has = |severity| row.problems.iter().any(|problem| problem.severity == severity);
        let is_refused = row.payload.is_none() || has(Severity::Refuse);
        let (payload, content) = row.payload.as_ref().map(|p| p.store(&numbers)).transpose()?.unzip();
        staged.push(vec![
            id.into(),
            row.row.into(),
            is_refused.into(),
            has(Severity::Question).into(),
            payload.into(),
            content.flatten().into(),
        ]);
        for (position, problem) in (0_u32..).zip(row.problems) {
            problems.push(vec![
                id.into(),
                problem.row.into(),
                position.into(),
                problem.column.map(i64::from).into(),
                problem.head.into(),
                problem.value.into(),
                problem.severity.word().into(),
                problem.code.into(),
                problem.message.into(),
            ]);
        }
    }
    let columns = "import_rows (import_id, row_number, is_refused, is_questioned, payload, content)";
    insert_rows(tx, columns, 6, staged).await?;
    let columns = "import_problems (import_id, row_number, position, column_number, head, value, severity, code, message)";
    insert_rows(tx, columns, 9, problems).await?;
    let now = tx.context().clock.now();
    tx.execute(Sql::new("UPDATE imports SET touched_at = $1 WHERE id = $2").bind(now).bind(id)).await?;
    Ok(())
}

/// On start: imports that a killed process left `reading` or `applying` become `failed`, and staged rows that nobody
/// needs any more go. On PostgreSQL, where other servers may be at work, only imports that were silent for ten
/// minutes. What was published is there wholly or not at all, because publishing is one transaction.
pub async fn recover(db: &Database, context: &Context) -> Result<u64> {
    let mut tx = db.begin(context).await?;
    let silent_since = match tx.dialect() {
        Dialect::Sqlite => context.at,
        Dialect::Postgres => context.at - SILENCE,
    };
    let sql = Sql::new(
        "UPDATE imports SET status = 'failed', error = $1 WHERE status IN ('reading', 'applying') AND touched_at <= $2 \
         RETURNING id",
    )
    .bind("程序中断，导入未完成，数据未写入。请重新上传文件。")
    .bind(silent_since);
    let failed = tx.all(sql, |row| row.get::<ImportId>("id")).await?;
    let done = "DELETE FROM import_rows WHERE import_id IN \
         (SELECT id FROM imports WHERE status IN ('failed', 'cancelled', 'applied', 'undone'))";
    tx.execute(Sql::new(done)).await?;
    for id in &failed {
        tx.audit(
            Entry::done("recover_import", "import", id).result("failed").under(&Scope::system("restart")),
        );
    }
    tx.commit("recover imports").await?;
    Ok(failed.len() as u64)
}
