//! Idempotency keys: a repeated request gets the first answer.

use crate::context::Context;
use crate::database::{Database, Run, Sql, Transaction};
use crate::error::{Result, StoreError, is_unique_violation};

/// A kept answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
}

/// What is known about a key of this actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Never seen.
    New,
    /// Same key, same request: this was the answer.
    Repeated(Answer),
    /// Same key, another request.
    Mismatch,
}

/// Keys of people and of the system never meet.
fn actor_key(context: &Context) -> String {
    context.actor.map_or_else(|| "system".to_owned(), |id| id.to_string())
}

/// Looks a key up. `request_digest` covers method, path and body.
pub async fn find(db: &Database, context: &Context, key: &str, request_digest: &str) -> Result<Known> {
    let sql = Sql::new(
        "SELECT request_digest, status, body FROM idempotency_keys WHERE actor_key = $1 AND idempotency_key = $2",
    )
    .bind(actor_key(context))
    .bind(key);
    let found = db
        .reader()
        .optional(sql, |row| {
            let status = u16::try_from(row.get::<i64>("status")?).map_err(StoreError::internal)?;
            Ok((row.get::<String>("request_digest")?, Answer { status, body: row.get("body")? }))
        })
        .await?;
    Ok(match found {
        None => Known::New,
        Some((digest, answer)) if digest == request_digest => Known::Repeated(answer),
        Some(_) => Known::Mismatch,
    })
}

/// Keeps the answer in the transaction of the change itself; a concurrent request with the same key loses with
/// `Conflict` and leaves nothing behind.
pub async fn insert(tx: &mut Transaction, key: &str, request_digest: &str, answer: &Answer) -> Result<()> {
    let sql = Sql::new(
        "INSERT INTO idempotency_keys (actor_key, idempotency_key, request_digest, status, body, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(actor_key(tx.context()))
    .bind(key)
    .bind(request_digest)
    .bind(i64::from(answer.status))
    .bind(&answer.body)
    .bind(tx.context().at);
    tx.execute(sql).await.map_err(|error| {
        if is_unique_violation(&error) { StoreError::Conflict { current: 0 } } else { error }
    })?;
    Ok(())
}
