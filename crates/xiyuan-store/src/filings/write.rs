//! Writing filings: one at a time, and many at once.

use std::collections::HashMap;

use uuid::Uuid;
use xiyuan_policy::frame::Period;
use xiyuan_policy::package::Subject;

use crate::audit::Entry;
use crate::database::{Run, Sql, Transaction, insert_rows};
use crate::error::{InvalidCode, Result, StoreError, is_unique_violation};
use crate::filings::FieldNumbers;
use crate::ids::{FilingId, SubjectId};
use crate::packing::{self, Value, Values};
use crate::period::format_period;
use crate::registry::{Origin, Written, require_subject, subject_name};
use crate::role::Action;
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

/// The standing revision of a filing.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub id: FilingId,
    pub revision: i64,
    pub is_withdrawn: bool,
    pub values: Values,
}

/// A revision ready to be written.
pub(crate) struct FilingRow {
    pub id: FilingId,
    pub revision: i64,
    pub subject: SubjectId,
    pub is_withdrawn: bool,
    pub content: Vec<u8>,
}

/// Writes a new revision, unless nothing differs.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    filing: NewFiling,
    origin: &Origin,
) -> Result<Saved> {
    require_subject(tx, scope, Action::File, filing.subject).await?;
    let fields: Vec<&str> = filing.values.keys().map(String::as_str).collect();
    let numbers = FieldNumbers::assign(tx, &fields).await?;
    let period = format_period(filing.period);
    let head =
        heads(tx, &numbers, &filing.form, &period, &[filing.subject.id]).await?.remove(&filing.subject.id);
    let current = head.as_ref().map_or(0, |head| head.revision);
    if filing.expected.is_some_and(|expected| expected != current) {
        return Err(StoreError::Conflict { current });
    }
    let (row, written) =
        next_revision(tx, &numbers, head.as_ref(), filing.subject, filing.values, filing.merge)?;
    let saved = Saved { id: row.id, revision: row.revision, written };
    if written == Written::Unchanged {
        return Ok(saved);
    }
    let before =
        head.map(|head| numbers.numbered(&head.values).and_then(|v| packing::pack(&v))).transpose()?;
    let after = row.content.clone();
    write_rows(tx, &filing.form, &period, vec![row], origin).await?;
    let name = subject_name(tx, filing.subject).await?.unwrap_or_default();
    let entry = Entry::done("insert_filing", "filing", saved.id)
        .named(name)
        .detail(format!("{} {period}", filing.form))
        .states(before.map(|bytes| hex::encode(bytes).into()), Some(hex::encode(after).into()));
    tx.audit(entry.under(scope));
    Ok(saved)
}

/// The revision that follows `head` when `values` are laid over it.
pub(crate) fn next_revision(
    tx: &Transaction,
    numbers: &FieldNumbers,
    head: Option<&Head>,
    subject: SubjectId,
    values: Values,
    merge: Merge,
) -> Result<(FilingRow, Written)> {
    let Some(head) = head else {
        let id = FilingId(tx.context().new_id());
        let content = packing::pack(&numbers.numbered(&values)?)?;
        return Ok((FilingRow { id, revision: 1, subject, is_withdrawn: false, content }, Written::Created));
    };
    let mut next =
        if merge == Merge::Overlay && !head.is_withdrawn { head.values.clone() } else { Values::new() };
    next.extend(values);
    let is_same = !head.is_withdrawn && next == head.values;
    let written = match (is_same, head.is_withdrawn) {
        (true, _) => Written::Unchanged,
        (false, true) => Written::Created,
        (false, false) => Written::Updated,
    };
    let revision = if is_same { head.revision } else { head.revision + 1 };
    let content = packing::pack(&numbers.numbered(&next)?)?;
    Ok((FilingRow { id: head.id, revision, subject, is_withdrawn: false, content }, written))
}

/// Standing revisions of several subjects for one form and period.
pub(crate) async fn heads(
    run: &mut impl Run,
    numbers: &FieldNumbers,
    form: &str,
    period: &str,
    subjects: &[Uuid],
) -> Result<HashMap<Uuid, Head>> {
    let mut sql = Sql::new(
        "SELECT filing_id, revision, subject_id, is_withdrawn, content FROM filing_revisions WHERE form = ",
    );
    sql.arg(form).push(" AND period = ").arg(period);
    sql.push(" AND subject_id IN ").list(subjects.iter().copied()).push(" ORDER BY subject_id, revision");
    let mut heads = HashMap::new();
    run.each_row(sql, |row| {
        let head = Head {
            id: row.get("filing_id")?,
            revision: row.get("revision")?,
            is_withdrawn: row.get("is_withdrawn")?,
            values: numbers.named(packing::unpack(&row.get::<Vec<u8>>("content")?)?)?,
        };
        heads.insert(row.get::<Uuid>("subject_id")?, head);
        Ok(())
    })
    .await?;
    Ok(heads)
}

/// Writes revisions of one form and period.
pub(crate) async fn write_rows(
    tx: &mut Transaction,
    form: &str,
    period: &str,
    rows: Vec<FilingRow>,
    origin: &Origin,
) -> Result<()> {
    const COLUMNS: &str = "filing_revisions (filing_id, revision, form, period, subject_kind, subject_id, tx, \
         import_id, reason, is_withdrawn, content)";
    let id = tx.id().await?;
    let current = rows.first().map_or(0, |row| row.revision);
    let rows = rows
        .into_iter()
        .map(|row| {
            vec![
                row.id.into(),
                row.revision.into(),
                form.into(),
                period.into(),
                SubjectId::kind_text(row.subject.kind).into(),
                row.subject.id.into(),
                id.into(),
                origin.import.into(),
                origin.reason.clone().into(),
                row.is_withdrawn.into(),
                row.content.into(),
            ]
        })
        .collect();
    insert_rows(tx, COLUMNS, 11, rows)
        .await
        .map_err(|error| if is_unique_violation(&error) { StoreError::Conflict { current } } else { error })
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
    period: String,
    numbers: FieldNumbers,
    origin: Origin,
    system_reason: Option<&'static str>,
    rows: u64,
    values: u64,
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
        scope.require_everywhere(Action::ImportFilings)?;
        let numbers = FieldNumbers::assign(tx, fields).await?;
        Ok(Self {
            form: form.to_owned(),
            period: format_period(period),
            numbers,
            origin: Origin::default(),
            system_reason: scope.system_reason(),
            rows: 0,
            values: 0,
        })
    }

    /// Number of a field, for [`BulkFiling::values`].
    pub fn number(&self, field: &str) -> Option<u32> {
        self.numbers.number(field)
    }

    /// Writes a batch; batches of some thousand rows are best.
    pub async fn write(&mut self, tx: &mut Transaction, rows: Vec<BulkFiling>) -> Result<()> {
        let mut packed = Vec::with_capacity(rows.len());
        for row in rows {
            if row.subject.kind == Subject::City {
                return Err(StoreError::invalid("subject", InvalidCode::Malformed, None));
            }
            self.rows += 1;
            self.values += row.values.len() as u64;
            packed.push(FilingRow {
                id: FilingId(tx.context().new_id()),
                revision: 1,
                subject: row.subject,
                is_withdrawn: false,
                content: packing::pack(&row.values)?,
            });
        }
        write_rows(tx, &self.form, &self.period, packed, &self.origin).await
    }

    /// Ends with one audit entry; answers the number of values written.
    pub fn finish(self, tx: &mut Transaction) -> u64 {
        let mut entry = Entry::done("insert_filings", "filing", "")
            .named(format!("{} {}", self.form, self.period))
            .detail(format!("rows: {}, values: {}", self.rows, self.values));
        entry.system_reason = self.system_reason;
        tx.audit(entry);
        self.values
    }
}
