//! Reading drafts.

use super::{Draft, DraftStatus, FileChange};
use crate::database::{Column, Database, Row, Run, Sql};
use crate::error::{Result, StoreError};
use crate::ids::{DraftId, UserId};
use crate::role::Action;
use crate::scope::Scope;

const SELECT: &str = "SELECT d.*, a.name AS created_name, b.name AS updated_name FROM policy_drafts d \
     LEFT JOIN users a ON a.id = d.created_by LEFT JOIN users b ON b.id = d.updated_by";

fn person(row: &Row, id: &str, name: &str) -> Result<Option<(UserId, String)>> {
    let id = Option::<UserId>::read(row, id)?;
    Ok(id.zip(row.get::<Option<String>>(name)?))
}

fn read(row: &Row) -> Result<Draft> {
    Ok(Draft {
        id: row.get("id")?,
        policy: row.get("package_id")?,
        base_digest: row.get("base_digest")?,
        name: row.get("name")?,
        status: DraftStatus::from_word(&row.get::<String>("status")?)?,
        revision: row.get("revision")?,
        created_at: row.get("created_at")?,
        created_by: person(row, "created_by", "created_name")?,
        updated_at: row.get("updated_at")?,
        updated_by: person(row, "updated_by", "updated_name")?,
        published_digest: row.get("published_digest")?,
    })
}

/// A draft; not found for those who may not publish.
pub async fn get(db: &Database, scope: &Scope, id: DraftId) -> Result<Draft> {
    get_with(&mut db.reader(), scope, id).await
}

pub(super) async fn get_with(run: &mut impl Run, scope: &Scope, id: DraftId) -> Result<Draft> {
    if scope.require_everywhere(Action::PublishPackages).is_err() {
        return Err(StoreError::NotFound);
    }
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE d.id = ").arg(id);
    run.one(sql, read).await
}

/// Drafts, the last changed first.
pub async fn list(db: &Database, scope: &Scope, status: Option<DraftStatus>) -> Result<Vec<Draft>> {
    scope.require_everywhere(Action::PublishPackages)?;
    let mut sql = Sql::new(SELECT);
    if let Some(status) = status {
        sql.push(" WHERE d.status = ").arg(status.word());
    }
    sql.push(" ORDER BY d.updated_at DESC, d.id DESC");
    db.reader().all(sql, read).await
}

/// What differs from the base, by path: the last change of each file at a revision (`None`: now). Reverted files are
/// not among them.
pub async fn changes(
    db: &Database,
    scope: &Scope,
    id: DraftId,
    revision: Option<i64>,
) -> Result<Vec<(String, FileChange)>> {
    let mut reader = db.reader();
    get_with(&mut reader, scope, id).await?;
    let mut sql =
        Sql::new("SELECT f.path, f.change, f.content FROM policy_draft_files f WHERE f.draft_id = ");
    sql.arg(id);
    sql.push(
        " AND f.revision = (SELECT max(n.revision) FROM policy_draft_files n \
         WHERE n.draft_id = f.draft_id AND n.path = f.path",
    );
    if let Some(revision) = revision {
        sql.push(" AND n.revision <= ").arg(revision);
    }
    sql.push(") ORDER BY f.path");
    let rows = reader
        .all(sql, |row| {
            let change = match row.get::<String>("change")?.as_str() {
                "put" => FileChange::Put(row.get("content")?),
                "remove" => FileChange::Remove,
                "revert" => FileChange::Revert,
                other => return Err(StoreError::internal(format!("change {other} of a draft's file"))),
            };
            Ok((row.get::<String>("path")?, change))
        })
        .await?;
    Ok(rows.into_iter().filter(|(_, change)| *change != FileChange::Revert).collect())
}
