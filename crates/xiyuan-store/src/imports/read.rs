//! Reading imports: seen by their maker and by who may import everywhere.

use crate::context::Context;
use crate::database::{Database, Row, Run, Sql};
use crate::error::{InvalidCode, Result, StoreError};
use crate::filings::FieldNumbers;
use crate::ids::ImportId;
use crate::imports::{Import, ImportKind, ImportStatus, Problem, Severity, StagedPayload, StagedRow};
use crate::known_time::KnownTime;
use crate::page::{Page, PageRequest, decode_cursor};
use crate::period::parse_period;
use crate::role::Action;
use crate::scope::Scope;

const SELECT: &str = "SELECT i.id, i.kind, i.form, i.period, i.package_digest, i.file_name, i.checksum, i.status, \
     i.mapping, i.counts, i.error, i.created_at, i.created_by, u.name AS actor_name, a.number AS applied_number, \
     d.number AS undone_number FROM imports i LEFT JOIN users u ON u.id = i.created_by \
     LEFT JOIN commits a ON a.tx = i.applied_tx LEFT JOIN commits d ON d.tx = i.undone_tx WHERE ";

fn read(row: &Row) -> Result<Import> {
    let fault = |word: String| StoreError::internal(format!("import {word}"));
    let (kind, status): (String, String) = (row.get("kind")?, row.get("status")?);
    Ok(Import {
        id: row.get("id")?,
        kind: ImportKind::from_word(&kind).ok_or_else(|| fault(kind))?,
        form: row.get("form")?,
        period: row.get::<Option<String>>("period")?.as_deref().map(parse_period).transpose()?,
        package_digest: row.get("package_digest")?,
        file_name: row.get("file_name")?,
        checksum: row.get("checksum")?,
        status: ImportStatus::from_word(&status).ok_or_else(|| fault(status))?,
        mapping: serde_json::from_str(&row.get::<String>("mapping")?)?,
        counts: serde_json::from_str(&row.get::<String>("counts")?)?,
        error: row.get("error")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
        created_by_name: row.get("actor_name")?,
        applied_commit: row.get::<Option<i64>>("applied_number")?.map(KnownTime),
        undone_commit: row.get::<Option<i64>>("undone_number")?.map(KnownTime),
    })
}

/// Appends whose imports are seen.
fn push_seen(sql: &mut Sql, context: &Context, scope: &Scope) {
    if scope.reach(Action::ImportFilings).all {
        sql.push("1 = 1");
    } else if scope.may(Action::ImportFilings) {
        sql.push("i.created_by = ").arg(context.actor);
    } else {
        sql.push("1 = 0");
    }
}

/// One import.
pub async fn get(db: &Database, context: &Context, scope: &Scope, id: ImportId) -> Result<Import> {
    let mut sql = Sql::new(SELECT);
    push_seen(&mut sql, context, scope);
    sql.push(" AND i.id = ").arg(id);
    db.reader().one(sql, read).await
}

/// Imports, newest first.
pub async fn list(
    db: &Database,
    context: &Context,
    scope: &Scope,
    page: &PageRequest,
) -> Result<Page<Import>> {
    let mut count = Sql::new("SELECT count(*) AS n FROM imports i WHERE ");
    push_seen(&mut count, context, scope);
    let total = db.reader().one(count, |row| row.get::<u64>("n")).await?;
    let mut sql = Sql::new(SELECT);
    push_seen(&mut sql, context, scope);
    if let Some(after) = &page.after {
        let parts = decode_cursor(after, 2)?;
        let malformed = || StoreError::invalid("after", InvalidCode::Malformed, Some(after.clone()));
        let at = sql.name(parts[0].parse::<i64>().map_err(|_| malformed())?);
        let id = sql.name(parts[1].parse::<ImportId>().map_err(|_| malformed())?);
        sql.push(&format!(" AND (i.created_at, i.id) < ({at}, {id})"));
    }
    sql.push(" ORDER BY i.created_at DESC, i.id DESC LIMIT ").arg(page.limit + 1);
    let rows = db.reader().all(sql, read).await?;
    Ok(Page::cut(rows, total, page.limit, |import| {
        vec![import.created_at.as_microsecond().to_string(), import.id.to_string()]
    }))
}

/// The uploaded file.
pub async fn file(db: &Database, context: &Context, scope: &Scope, id: ImportId) -> Result<Vec<u8>> {
    let mut sql = Sql::new("SELECT i.content FROM imports i WHERE ");
    push_seen(&mut sql, context, scope);
    sql.push(" AND i.id = ").arg(id);
    db.reader().one(sql, |row| row.get("content")).await
}

/// Problems by row and column.
pub async fn problems(
    db: &Database,
    context: &Context,
    scope: &Scope,
    id: ImportId,
    page: &PageRequest,
) -> Result<Page<Problem>> {
    get(db, context, scope, id).await?;
    let mut reader = db.reader();
    let count = Sql::new("SELECT count(*) AS n FROM import_problems WHERE import_id = $1").bind(id);
    let total = reader.one(count, |row| row.get::<u64>("n")).await?;
    let mut sql = Sql::new("SELECT * FROM import_problems WHERE import_id = $1").bind(id);
    if let Some(after) = &page.after {
        let parts = decode_cursor(after, 2)?;
        let malformed = || StoreError::invalid("after", InvalidCode::Malformed, Some(after.clone()));
        let row = sql.name(parts[0].parse::<i64>().map_err(|_| malformed())?);
        let position = sql.name(parts[1].parse::<i64>().map_err(|_| malformed())?);
        sql.push(&format!(" AND (row_number, position) > ({row}, {position})"));
    }
    sql.push(" ORDER BY row_number, position LIMIT ").arg(page.limit + 1);
    let rows = reader.all(sql, |row| Ok((row.get::<i64>("position")?, read_problem(row)?))).await?;
    let page = Page::cut(rows, total, page.limit, |(position, problem)| {
        vec![problem.row.to_string(), position.to_string()]
    });
    Ok(page.map(|(_, problem)| problem))
}

fn read_problem(row: &Row) -> Result<Problem> {
    let narrow = |n: i64| u32::try_from(n).map_err(StoreError::internal);
    Ok(Problem {
        row: narrow(row.get("row_number")?)?,
        column: row.get::<Option<i64>>("column_number")?.map(narrow).transpose()?,
        head: row.get("head")?,
        value: row.get("value")?,
        severity: if row.get::<String>("severity")? == "refuse" {
            Severity::Refuse
        } else {
            Severity::Question
        },
        code: row.get("code")?,
        message: row.get("message")?,
    })
}

/// A batch of staged rows after a row number, for previews and tests. Problems are read with [`problems`].
pub async fn staged(
    db: &Database,
    context: &Context,
    scope: &Scope,
    id: ImportId,
    after_row: u32,
    limit: u32,
) -> Result<Vec<StagedRow>> {
    get(db, context, scope, id).await?;
    let mut reader = db.reader();
    let numbers = FieldNumbers::load_on(&mut reader).await?;
    let sql = Sql::new(
        "SELECT row_number, payload, content FROM import_rows WHERE import_id = $1 AND row_number > $2 \
         ORDER BY row_number LIMIT $3",
    )
    .bind(id)
    .bind(after_row)
    .bind(limit);
    reader
        .all(sql, |row| {
            let content: Option<Vec<u8>> = row.get("content")?;
            let payload = row
                .get::<Option<String>>("payload")?
                .map(|text| StagedPayload::restore(&text, content.as_deref(), &numbers))
                .transpose()?;
            let number = u32::try_from(row.get::<i64>("row_number")?).map_err(StoreError::internal)?;
            Ok(StagedRow { row: number, payload, problems: Vec::new() })
        })
        .await
}
