//! Reading filings.

use jiff::Timestamp;
use uuid::Uuid;
use xiyuan_policy::frame::Period;
use xiyuan_policy::package::{Package, Sensitivity};

use crate::database::{Database, Row, Run, Sql};
use crate::error::{Result, StoreError};
use crate::filings::{FieldNumbers, Filing, FilingRevision};
use crate::ids::{FilingId, OrganisationId, SubjectId};
use crate::known_time::KnownTime;
use crate::packing;
use crate::period::{format_period, last_day, parse_period};
use crate::registry::{is_subject_in, require_subject};
use crate::role::Action;
use crate::scope::{Scope, push_current};

/// A filing without its values: the revision that stands.
#[derive(Clone, Debug)]
pub struct Headline {
    /// Id.
    pub id: FilingId,
    /// Whose.
    pub subject: SubjectId,
    /// Form id.
    pub form: String,
    /// Period.
    pub period: Period,
    /// The revision.
    pub revision: i64,
    /// When it was filed.
    pub at: Timestamp,
    /// Who, by name.
    pub by_name: Option<String>,
    /// Taken back.
    pub is_withdrawn: bool,
}

/// Which filings.
#[derive(Clone, Debug, Default)]
pub struct FilingQuery {
    /// These filings.
    pub ids: Vec<FilingId>,
    /// The filings of these subjects for one form and period.
    pub of: Option<(String, Period, Vec<Uuid>)>,
    /// As of a commit; `None` is now.
    pub known: Option<KnownTime>,
}

const HEADLINES: &str = "SELECT r.filing_id, r.revision, r.subject_kind, r.subject_id, r.form, r.period, \
     r.is_withdrawn, c.instant, u.name AS actor_name FROM filing_revisions r JOIN commits c ON c.tx = r.tx \
     LEFT JOIN users u ON u.id = c.actor_id";

fn read_headline(row: &Row) -> Result<Headline> {
    Ok(Headline {
        id: row.get("filing_id")?,
        subject: SubjectId::read_row(row)?,
        form: row.get("form")?,
        period: parse_period(&row.get::<String>("period")?)?,
        revision: row.get("revision")?,
        at: row.get("instant")?,
        by_name: row.get("actor_name")?,
        is_withdrawn: row.get("is_withdrawn")?,
    })
}

/// One filing with all its revisions, as of now. The package says which fields are sensitive; a field that it does
/// not know counts as sensitive.
pub async fn get(db: &Database, scope: &Scope, package: &Package, id: FilingId) -> Result<Filing> {
    let mut reader = db.reader();
    let head = Sql::new("SELECT subject_kind, subject_id FROM filing_revisions WHERE filing_id = $1 LIMIT 1")
        .bind(id);
    let subject = reader.one(head, SubjectId::read_row).await?;
    require_subject(&mut reader, scope, Action::ReadFigures, subject).await?;
    let sees_sensitive = is_subject_in(&mut reader, scope, Action::ReadSensitive, subject).await?;
    let is_seen = |field: &str| {
        sees_sensitive
            || package.fields.iter().any(|f| f.id == field && f.sensitivity == Sensitivity::General)
    };
    let numbers = FieldNumbers::load_on(&mut reader).await?;
    let sql = Sql::new(
        "SELECT r.*, c.number, c.instant, c.actor_id, u.name AS actor_name FROM filing_revisions r \
         JOIN commits c ON c.tx = r.tx LEFT JOIN users u ON u.id = c.actor_id \
         WHERE r.filing_id = $1 ORDER BY r.revision",
    )
    .bind(id);
    let mut key = None;
    let revisions = reader
        .all(sql, |row| {
            key = Some((row.get::<String>("form")?, row.get::<String>("period")?));
            let mut values = numbers.named(packing::unpack(&row.get::<Vec<u8>>("content")?)?)?;
            let all = values.len();
            values.retain(|field, _| is_seen(field));
            Ok(FilingRevision {
                revision: row.get("revision")?,
                commit: KnownTime(row.get("number")?),
                at: row.get("instant")?,
                by: row.get("actor_id")?,
                by_name: row.get("actor_name")?,
                import: row.get("import_id")?,
                reason: row.get("reason")?,
                is_withdrawn: row.get("is_withdrawn")?,
                hidden: all - values.len(),
                values,
            })
        })
        .await?;
    let (form, period) = key.ok_or(StoreError::NotFound)?;
    Ok(Filing { id, subject, form, period: parse_period(&period)?, revisions })
}

/// Headlines of several filings as of a commit (for the cells of a figure page). Those outside the scope are left out.
pub async fn list(db: &Database, scope: &Scope, query: &FilingQuery) -> Result<Vec<Headline>> {
    let mut found: Vec<Headline> = Vec::new();
    let mut statements = Vec::new();
    for chunk in query.ids.chunks(1_000) {
        let mut sql = Sql::new(format!("{HEADLINES} WHERE r.filing_id IN "));
        sql.list(chunk.iter().copied());
        statements.push(sql);
    }
    if let Some((form, period, subjects)) = &query.of {
        for chunk in subjects.chunks(1_000) {
            let mut sql = Sql::new(format!("{HEADLINES} WHERE r.form = "));
            sql.arg(form).push(" AND r.period = ").arg(format_period(*period));
            sql.push(" AND r.subject_id IN ").list(chunk.iter().copied());
            statements.push(sql);
        }
    }
    for mut sql in statements {
        if let Some(known) = query.known {
            sql.push(" AND c.number <= ").arg(known.0);
        }
        push_subject(&mut sql, scope);
        sql.push(" ORDER BY r.filing_id, r.revision");
        for headline in db.reader().all(sql, read_headline).await? {
            match found.last_mut() {
                Some(last) if last.id == headline.id => *last = headline,
                _ => found.push(headline),
            }
        }
    }
    Ok(found)
}

/// ` AND` the filing's subject is one whose figures are seen.
fn push_subject(sql: &mut Sql, scope: &Scope) {
    let reach = scope.reach(Action::ReadFigures);
    if reach.all {
        return;
    }
    sql.push(" AND (r.subject_id IN (SELECT e.id FROM enterprises e WHERE ");
    reach.push_enterprises(sql, "e", scope.today());
    sql.push(") OR r.subject_id IN (SELECT p.id FROM parks p WHERE ");
    reach.push_parks(sql, "p", scope.today());
    sql.push("))");
}

/// Headlines of one subject, newest period first.
pub async fn of_subject(db: &Database, scope: &Scope, subject: SubjectId) -> Result<Vec<Headline>> {
    let mut reader = db.reader();
    require_subject(&mut reader, scope, Action::ReadRegistry, subject).await?;
    if !is_subject_in(&mut reader, scope, Action::ReadFigures, subject).await? {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(format!("{HEADLINES} WHERE r.subject_id = $1")).bind(subject.id);
    sql.push(" ORDER BY r.period DESC, r.form, r.revision");
    let mut found: Vec<Headline> = Vec::new();
    for headline in reader.all(sql, read_headline).await? {
        match found.last_mut() {
            Some(last) if last.id == headline.id => *last = headline,
            _ => found.push(headline),
        }
    }
    Ok(found)
}

/// By district of the park: members of parks on the last day of the period, and how many of them filed.
pub async fn completeness(
    db: &Database,
    scope: &Scope,
    form: &str,
    period: Period,
) -> Result<Vec<(OrganisationId, u64, u64)>> {
    let on = last_day(period);
    let mut sql = Sql::default();
    let (form, period) = (sql.name(form), sql.name(format_period(period)));
    sql.push(&format!(
        "SELECT p.district_id, count(*) AS expected, sum(CASE WHEN EXISTS (SELECT 1 FROM filing_revisions r \
         WHERE r.form = {form} AND r.period = {period} AND r.subject_id = m.enterprise_id AND r.is_withdrawn = 0 \
         AND r.revision = (SELECT max(x.revision) FROM filing_revisions x WHERE x.form = {form} \
         AND x.period = {period} AND x.subject_id = m.enterprise_id)) THEN 1 ELSE 0 END) AS reported \
         FROM memberships m JOIN parks p ON p.id = m.park_id WHERE "
    ));
    scope.reach(Action::ReadRegistry).push_parks(&mut sql, "p", scope.today());
    push_current(&mut sql, "m", on);
    sql.push(" GROUP BY p.district_id");
    db.reader()
        .all(sql, |row| Ok((row.get("district_id")?, row.get("expected")?, row.get("reported")?)))
        .await
}
