//! Changing drafts. Drafts take no number of known time: nothing governed is in them.

use super::read::get_with;
use super::{Draft, DraftStatus, FileChange};
use crate::audit::Entry;
use crate::database::{Run, Sql, Transaction, insert_rows};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::DraftId;
use crate::role::Action;
use crate::scope::Scope;

/// Longest name in characters.
const LONGEST_NAME: usize = 100;

/// Opens a draft of a published version; answers its id. Its revision is 1.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    policy: &str,
    base_digest: &str,
    name: &str,
) -> Result<DraftId> {
    scope.require_everywhere(Action::PublishPackages)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(StoreError::invalid("name", InvalidCode::Required, None));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(StoreError::invalid("name", InvalidCode::TooLarge, None));
    }
    let found = Sql::new("SELECT digest FROM packages WHERE digest = $1 AND package_id = $2")
        .bind(base_digest)
        .bind(policy);
    if tx.optional(found, |_| Ok(())).await?.is_none() {
        return Err(StoreError::invalid("digest", InvalidCode::Unknown, Some(base_digest.to_owned())));
    }
    let id = DraftId(tx.context().new_id());
    let (at, actor) = (tx.context().at, tx.context().actor);
    let sql = Sql::new(
        "INSERT INTO policy_drafts (id, package_id, base_digest, name, status, revision, created_at, created_by, \
         updated_at, updated_by) VALUES ($1, $2, $3, $4, 'draft', 1, $5, $6, $5, $6)",
    )
    .bind(id)
    .bind(policy)
    .bind(base_digest)
    .bind(name)
    .bind(at)
    .bind(actor);
    tx.execute(sql).await?;
    let entry = Entry::done("create_policy_draft", "policy_draft", id).named(name);
    tx.audit(entry.detail(policy).under(scope));
    Ok(id)
}

/// Changes files as one revision; answers it. A lost race is `Conflict`, a draft that is closed `State`.
pub async fn change(
    tx: &mut Transaction,
    scope: &Scope,
    id: DraftId,
    expected: i64,
    files: Vec<(String, FileChange)>,
) -> Result<i64> {
    let draft = step(tx, scope, id, Some(expected), DraftStatus::Draft, DraftStatus::Draft).await?;
    let revision = draft.revision + 1;
    let (at, actor) = (tx.context().at, tx.context().actor);
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let entry = Entry::done("update_policy_draft", "policy_draft", id).named(&draft.name);
    let detail: String = paths.join("、").chars().take(200).collect();
    tx.audit(entry.detail(detail).states(Some(expected.into()), Some(revision.into())).under(scope));
    let rows = files
        .into_iter()
        .map(|(path, change)| {
            let (word, content) = match change {
                FileChange::Put(text) => ("put", Some(text)),
                FileChange::Remove => ("remove", None),
                FileChange::Revert => ("revert", None),
            };
            vec![
                id.into(),
                revision.into(),
                path.into(),
                word.into(),
                content.into(),
                at.into(),
                actor.into(),
            ]
        })
        .collect();
    let columns = "policy_draft_files (draft_id, revision, path, change, content, changed_at, changed_by)";
    insert_rows(tx, columns, 7, rows).await?;
    Ok(revision)
}

/// Puts a draft away; it stays readable.
pub async fn discard(tx: &mut Transaction, scope: &Scope, id: DraftId) -> Result<()> {
    let draft = step(tx, scope, id, None, DraftStatus::Draft, DraftStatus::Discarded).await?;
    tx.audit(Entry::done("discard_policy_draft", "policy_draft", id).named(draft.name).under(scope));
    Ok(())
}

/// Brings a discarded draft back.
pub async fn restore(tx: &mut Transaction, scope: &Scope, id: DraftId) -> Result<()> {
    let draft = step(tx, scope, id, None, DraftStatus::Discarded, DraftStatus::Draft).await?;
    tx.audit(Entry::done("restore_policy_draft", "policy_draft", id).named(draft.name).under(scope));
    Ok(())
}

/// Closes a draft that became a version; in the transaction that publishes it.
pub async fn close(
    tx: &mut Transaction,
    scope: &Scope,
    id: DraftId,
    expected: i64,
    digest: &str,
) -> Result<()> {
    step(tx, scope, id, Some(expected), DraftStatus::Draft, DraftStatus::Published).await?;
    let sql = Sql::new("UPDATE policy_drafts SET published_digest = $1 WHERE id = $2").bind(digest).bind(id);
    tx.execute(sql).await?;
    Ok(())
}

/// Moves a draft on by one revision: the one row that decides a race. Answers the draft as it was.
async fn step(
    tx: &mut Transaction,
    scope: &Scope,
    id: DraftId,
    expected: Option<i64>,
    from: DraftStatus,
    to: DraftStatus,
) -> Result<Draft> {
    let draft = get_with(tx, scope, id).await?;
    let expected = expected.unwrap_or(draft.revision);
    let sql = Sql::new(
        "UPDATE policy_drafts SET revision = revision + 1, status = $1, updated_at = $2, updated_by = $3 \
         WHERE id = $4 AND revision = $5 AND status = $6",
    )
    .bind(to.word())
    .bind(tx.context().at)
    .bind(tx.context().actor)
    .bind(id)
    .bind(expected)
    .bind(from.word());
    if tx.execute(sql).await? == 1 {
        return Ok(draft);
    }
    let now = get_with(tx, scope, id).await?;
    if now.status != from {
        return Err(StoreError::invalid("status", InvalidCode::State, Some(now.status.word().to_owned())));
    }
    Err(StoreError::Conflict { current: now.revision })
}
