//! What all registry rows have in common: a document per revision, and a typed row of the current state.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::database::{Arg, Row, Run, Sql, Transaction, insert_rows, upsert_rows};
use crate::error::{InvalidCode, Result, StoreError, is_unique_violation};
use crate::registry::{EntityKind, Origin};

/// A kind of registry row.
pub(crate) trait Entity: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync {
    /// Kind in `entity_revisions`.
    const KIND: EntityKind;
    /// Table of the current state.
    const TABLE: &'static str;
    /// Its columns after `id` and `revision`.
    const COLUMNS: &'static [&'static str];
    /// The field that must be unique.
    const UNIQUE: &'static str;

    /// Values of the columns.
    fn args(&self) -> Vec<Arg>;
    /// From a row of the table.
    fn read(row: &Row) -> Result<Self>;
}

/// Current revision and state, if the row stands; locked until the end of the transaction when asked.
pub(crate) async fn load<E: Entity>(
    run: &mut impl Run,
    id: Uuid,
    is_locking: bool,
) -> Result<Option<(i64, E)>> {
    let lock = if is_locking { run.dialect().for_update() } else { "" };
    let sql = Sql::new(format!("SELECT * FROM {} WHERE id = $1{lock}", E::TABLE)).bind(id);
    run.optional(sql, |row| Ok((row.get("revision")?, E::read(row)?))).await
}

/// Writes one revision.
pub(crate) async fn save<E: Entity>(
    tx: &mut Transaction,
    id: Uuid,
    revision: i64,
    data: &E,
    origin: &Origin,
) -> Result<()> {
    save_many(tx, vec![(id, revision, data.clone())], origin).await
}

/// Writes one revision each of many rows.
pub(crate) async fn save_many<E: Entity>(
    tx: &mut Transaction,
    rows: Vec<(Uuid, i64, E)>,
    origin: &Origin,
) -> Result<()> {
    let mut states = Vec::with_capacity(rows.len());
    let mut revisions = Vec::with_capacity(rows.len());
    for (id, revision, data) in rows {
        revisions.push((id, revision, serde_json::to_value(&data)?, false));
        let mut args: Vec<Arg> = vec![id.into(), revision.into()];
        args.extend(data.args());
        states.push(args);
    }
    write_revisions(tx, E::KIND, revisions, origin).await?;
    let head = format!("{} (id, revision, {})", E::TABLE, E::COLUMNS.join(", "));
    let assignments: Vec<String> = E::COLUMNS.iter().map(|c| format!("{c} = excluded.{c}")).collect();
    let tail =
        format!(" ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, {}", assignments.join(", "));
    upsert_rows(tx, &head, &tail, E::COLUMNS.len() + 2, states).await.map_err(|error| {
        if is_unique_violation(&error) {
            StoreError::invalid(E::UNIQUE, InvalidCode::Duplicate, None)
        } else {
            error
        }
    })
}

/// Takes a row out of the current state; its revisions stay, the last one says that it was withdrawn.
pub(crate) async fn withdraw<E: Entity>(
    tx: &mut Transaction,
    id: Uuid,
    revision: i64,
    data: &E,
    origin: &Origin,
) -> Result<()> {
    write_revisions(tx, E::KIND, vec![(id, revision, serde_json::to_value(data)?, true)], origin).await?;
    tx.execute(Sql::new(format!("DELETE FROM {} WHERE id = $1", E::TABLE)).bind(id)).await?;
    Ok(())
}

/// Writes a revision with the content of an older one: part of undoing an import.
pub(crate) async fn restore<E: Entity>(
    tx: &mut Transaction,
    id: Uuid,
    revision: i64,
    document: Json,
    is_withdrawn: bool,
    origin: &Origin,
) -> Result<()> {
    let data: E = serde_json::from_value(document)?;
    if is_withdrawn {
        withdraw(tx, id, revision, &data, origin).await
    } else {
        save(tx, id, revision, &data, origin).await
    }
}

async fn write_revisions(
    tx: &mut Transaction,
    kind: EntityKind,
    rows: Vec<(Uuid, i64, Json, bool)>,
    origin: &Origin,
) -> Result<()> {
    const COLUMNS: &str =
        "entity_revisions (kind, entity_id, revision, tx, import_id, is_withdrawn, reason, document)";
    let id = tx.id().await?;
    let current = rows.first().map_or(0, |row| row.1);
    let rows = rows
        .into_iter()
        .map(|(entity, revision, document, is_withdrawn)| {
            vec![
                kind.number().into(),
                entity.into(),
                revision.into(),
                id.into(),
                origin.import.into(),
                is_withdrawn.into(),
                origin.reason.clone().into(),
                document.to_string().into(),
            ]
        })
        .collect();
    insert_rows(tx, COLUMNS, 8, rows)
        .await
        .map_err(|error| if is_unique_violation(&error) { StoreError::Conflict { current } } else { error })
}
