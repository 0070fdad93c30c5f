//! Publishing: all staged rows become revisions in one transaction, or none.

use crate::database::Transaction;
use crate::error::{Result, unbuilt};
use crate::ids::ImportId;
use crate::imports::Counts;
use crate::scope::Scope;

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
/// transaction publishes them. `progress` is told the number of rows done and may answer `false` to cancel.
pub async fn publish(
    tx: &mut Transaction,
    scope: &Scope,
    id: ImportId,
    mode: PublishMode,
    accept_questions: bool,
    progress: &(dyn Fn(u64) -> bool + Send + Sync),
) -> Result<PublishReport> {
    let _ = (tx, scope, id, mode, accept_questions, progress);
    unbuilt()
}
