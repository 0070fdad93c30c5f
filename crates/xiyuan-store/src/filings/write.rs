//! Writing filings: one at a time, and many at once.

use xiyuan_policy::frame::Period;

use crate::database::Transaction;
use crate::error::{Result, unbuilt};
use crate::filings::FieldNumbers;
use crate::ids::{FilingId, SubjectId};
use crate::packing::{Value, Values};
use crate::registry::{Origin, Written};
use crate::scope::Scope;

/// What happens to values of the revision before that the new one does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Merge {
    /// They stay.
    #[default]
    Overlay,
    /// They are gone.
    Replace,
}

/// One filing to write.
#[derive(Clone, Debug)]
pub struct NewFiling {
    /// Whose.
    pub subject: SubjectId,
    /// Form id.
    pub form: String,
    /// Period.
    pub period: Period,
    /// Values by field id.
    pub values: Values,
    /// What of the revision before stays.
    pub merge: Merge,
    /// Revision the filer saw; `None` when he does not care (0 = none yet).
    pub expected: Option<i64>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Filing.
    pub id: FilingId,
    /// Its current revision.
    pub revision: i64,
    /// What happened.
    pub written: Written,
}

/// Writes a new revision, unless nothing differs.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    filing: NewFiling,
    origin: &Origin,
) -> Result<Saved> {
    let _ = (tx, scope, filing, origin);
    unbuilt()
}

/// One row of a bulk load: values by field number, in any order.
#[derive(Clone, Debug)]
pub struct BulkFiling {
    /// Whose.
    pub subject: SubjectId,
    /// Values.
    pub values: Vec<(u32, Value)>,
}

/// First filings of many subjects for one form and period, written as fast as the database takes them.
/// For loaders into an empty city: a subject that has filed already is a conflict.
pub struct BulkFilings {
    form: String,
    period: Period,
    numbers: FieldNumbers,
}

impl BulkFilings {
    /// Begins; gives numbers to the form's fields. Needs the right to import everywhere.
    pub async fn begin(
        tx: &mut Transaction,
        scope: &Scope,
        form: &str,
        period: Period,
        fields: &[&str],
    ) -> Result<Self> {
        let _ = (tx, scope, fields);
        Ok(Self { form: form.to_owned(), period, numbers: FieldNumbers::default() })
    }

    /// Number of a field, for [`BulkFiling::values`].
    pub fn number(&self, field: &str) -> Option<u32> {
        self.numbers.number(field)
    }

    /// Writes a batch.
    pub async fn write(&mut self, tx: &mut Transaction, rows: Vec<BulkFiling>) -> Result<()> {
        let _ = (tx, rows, &self.form, self.period);
        unbuilt()
    }

    /// Ends with one audit entry.
    pub async fn finish(self, tx: &mut Transaction) -> Result<u64> {
        let _ = tx;
        unbuilt()
    }
}
