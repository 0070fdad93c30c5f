//! Undo: every row that the import wrote gets a compensating revision; nothing is erased.

use crate::database::Transaction;
use crate::error::{Result, unbuilt};
use crate::ids::ImportId;
use crate::scope::Scope;

/// A row that cannot be taken back because something newer stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Kind of row (`park`, `enterprise`, `membership`, `industry`, `filing`).
    pub kind: String,
    /// Id.
    pub id: uuid::Uuid,
    /// Name or key for people.
    pub name: String,
    /// Revision the import wrote.
    pub written: i64,
    /// Revision that stands now.
    pub current: i64,
}

/// Takes a whole applied import back. When rows are blocked nothing is written and they are returned.
pub async fn undo(tx: &mut Transaction, scope: &Scope, id: ImportId, reason: &str) -> Result<Vec<Blocked>> {
    let _ = (tx, scope, id, reason);
    unbuilt()
}
