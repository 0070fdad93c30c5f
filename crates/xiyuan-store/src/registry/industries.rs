//! Dated leading industries of parks and enterprises: a code of a catalogue of the policy package.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::audit::Entry;
use crate::database::{Arg, Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::{IndustryId, SubjectId};
use crate::registry::{Entity, EntityKind, Origin, require_subject, save_many};
use crate::role::Action;
use crate::scope::Scope;

/// What is kept about a leading industry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndustryData {
    /// Park or enterprise.
    pub subject: SubjectId,
    /// Code.
    pub code: String,
    /// First day.
    pub from: Date,
    /// Last day; `None` while it lasts.
    pub to: Option<Date>,
}

/// A leading industry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Industry {
    /// Id.
    pub id: IndustryId,
    /// Current revision.
    pub revision: i64,
    /// State.
    pub data: IndustryData,
}

impl Entity for IndustryData {
    const KIND: EntityKind = EntityKind::Industry;
    const TABLE: &'static str = "industries";
    const COLUMNS: &'static [&'static str] =
        &["subject_kind", "subject_id", "code", "valid_from", "valid_to"];
    const UNIQUE: &'static str = "from";

    fn args(&self) -> Vec<Arg> {
        vec![
            SubjectId::kind_text(self.subject.kind).into(),
            self.subject.id.into(),
            self.code.clone().into(),
            self.from.into(),
            self.to.into(),
        ]
    }

    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            subject: SubjectId::read_row(row)?,
            code: row.get("code")?,
            from: row.get("valid_from")?,
            to: row.get("valid_to")?,
        })
    }
}

fn read(row: &Row) -> Result<Industry> {
    Ok(Industry { id: row.get("id")?, revision: row.get("revision")?, data: IndustryData::read(row)? })
}

async fn standing(run: &mut impl Run, subject: SubjectId) -> Result<Vec<Industry>> {
    let sql = Sql::new("SELECT * FROM industries WHERE subject_id = $1 ORDER BY valid_from").bind(subject.id);
    run.all(sql, read).await
}

/// Of one park or enterprise, oldest first.
pub async fn of_subject(db: &Database, scope: &Scope, subject: SubjectId) -> Result<Vec<Industry>> {
    let mut reader = db.reader();
    require_subject(&mut reader, scope, Action::ReadRegistry, subject).await?;
    standing(&mut reader, subject).await
}

/// Sets the industry from a day on: the one that held before ends the day before, one that begins later stays.
pub async fn set(
    tx: &mut Transaction,
    scope: &Scope,
    subject: SubjectId,
    code: &str,
    from: Date,
    origin: &Origin,
) -> Result<Industry> {
    require_subject(tx, scope, Action::EditRegistry, subject).await?;
    if code.trim().is_empty() {
        return Err(StoreError::invalid("code", InvalidCode::Required, None));
    }
    let (industry, written) = set_unchecked(tx, subject, code, from, origin).await?;
    if written {
        let entry = Entry::done("set_industry", "industry", industry.id);
        tx.audit(entry.states(None, Some(serde_json::to_value(&industry.data)?)).under(scope));
    }
    Ok(industry)
}

/// [`set`] without scope and audit, for imports that checked and audit as a whole. Tells whether anything changed.
pub(crate) async fn set_unchecked(
    tx: &mut Transaction,
    subject: SubjectId,
    code: &str,
    from: Date,
    origin: &Origin,
) -> Result<(Industry, bool)> {
    let all = standing(tx, subject).await?;
    let (industry, rows) = plan(tx, &all, subject, code, from)?;
    let is_changed = !rows.is_empty();
    save_many(tx, rows, origin).await?;
    Ok((industry, is_changed))
}

/// A revision to write: id, number, state.
pub(crate) type Planned = (Uuid, i64, IndustryData);

/// The industry that will hold, and the revisions that make it so; none when it holds already.
pub(crate) fn plan(
    tx: &Transaction,
    all: &[Industry],
    subject: SubjectId,
    code: &str,
    from: Date,
) -> Result<(Industry, Vec<Planned>)> {
    let holding = all.iter().find(|i| i.data.from <= from && i.data.to.is_none_or(|to| to >= from));
    if let Some(same) = holding.filter(|i| i.data.code == code) {
        return Ok((same.clone(), Vec::new()));
    }
    let later = all.iter().map(|i| i.data.from).filter(|&start| start > from).min();
    let to = later.map(yesterday).transpose()?;
    let data = IndustryData { subject, code: code.to_owned(), from, to };
    let mut rows = Vec::with_capacity(2);
    let (id, revision) = match holding {
        Some(same_day) if same_day.data.from == from => (same_day.id, same_day.revision + 1),
        Some(before) => {
            let ended = IndustryData { to: Some(yesterday(from)?), ..before.data.clone() };
            rows.push((before.id.0, before.revision + 1, ended));
            (IndustryId(tx.context().new_id()), 1)
        }
        None => (IndustryId(tx.context().new_id()), 1),
    };
    rows.push((id.0, revision, data.clone()));
    Ok((Industry { id, revision, data }, rows))
}

/// Standing industries of several subjects, by subject.
pub(crate) async fn standing_of(
    run: &mut impl Run,
    subjects: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Industry>>> {
    let mut sql = Sql::new("SELECT * FROM industries WHERE subject_id IN ");
    sql.list(subjects.iter().copied()).push(" ORDER BY valid_from");
    let mut found: HashMap<Uuid, Vec<Industry>> = HashMap::new();
    run.each_row(sql, |row| {
        let industry = read(row)?;
        found.entry(industry.data.subject.id).or_default().push(industry);
        Ok(())
    })
    .await?;
    Ok(found)
}

fn yesterday(day: Date) -> Result<Date> {
    day.yesterday().map_err(|_| StoreError::invalid("from", InvalidCode::Dates, Some(day.to_string())))
}

/// Many new ones at once, one audit entry for all. The caller guarantees that subjects had none before;
/// needs the right to edit the whole registry.
pub async fn insert_many(
    tx: &mut Transaction,
    scope: &Scope,
    rows: Vec<IndustryData>,
    origin: &Origin,
) -> Result<Vec<IndustryId>> {
    scope.require_everywhere(Action::EditRegistry)?;
    let states: Vec<_> = rows.into_iter().map(|data| (tx.context().new_id(), 1, data)).collect();
    let ids: Vec<IndustryId> = states.iter().map(|(id, _, _)| IndustryId(*id)).collect();
    let entry = Entry::done("insert_industries", "industry", "").detail(format!("rows: {}", ids.len()));
    save_many(tx, states, origin).await?;
    tx.audit(entry.under(scope));
    Ok(ids)
}
