//! Idempotency keys: a repeated request gets the first answer.

use crate::context::Context;
use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};

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

/// Looks a key up. `request_digest` covers method, path and body.
pub async fn find(db: &Database, context: &Context, key: &str, request_digest: &str) -> Result<Known> {
    let _ = (db, context, key, request_digest);
    unbuilt()
}

/// Keeps the answer in the transaction of the change itself; a concurrent request with the same key loses with
/// `Conflict` and leaves nothing behind.
pub async fn insert(tx: &mut Transaction, key: &str, request_digest: &str, answer: &Answer) -> Result<()> {
    let _ = (tx, key, request_digest, answer);
    unbuilt()
}
