//! Enterprises: legal units with a credit code.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::audit::Entry;
use crate::database::{Arg, Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::{EnterpriseId, OrganisationId, ParkId};
use crate::page::{Page, PageRequest, decode_cursor};
use crate::period::format_period;
use crate::registry::access::require_district;
use crate::registry::organisations::OrganisationKind;
use crate::registry::parks::require_kind;
use crate::registry::{Entity, EntityKind, Origin, load, require_subject, save, save_many};
use crate::role::Action;
use crate::scope::{Scope, push_current};
use crate::uscc::Uscc;

/// What is kept about an enterprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnterpriseData {
    /// Credit code, checked by [`Uscc::parse`] on writing.
    pub uscc: String,
    /// Someone confirmed a check digit that does not hold.
    #[serde(default)]
    pub confirm_check_digit: bool,
    /// Name.
    pub name: String,
    /// District of registration.
    pub district: OrganisationId,
    /// Address.
    pub address: Option<String>,
    /// 演示数据.
    pub is_demo: bool,
}

/// An enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enterprise {
    /// Id.
    pub id: EnterpriseId,
    /// Current revision.
    pub revision: i64,
    /// State.
    pub data: EnterpriseData,
}

/// An enterprise as a list shows it.
#[derive(Clone, Debug)]
pub struct EnterpriseRow {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// District's name.
    pub district_name: String,
    /// Park on the day asked for.
    pub park: Option<(ParkId, String)>,
    /// First and last day of that membership.
    pub member: Option<(Date, Option<Date>)>,
    /// Code of the leading industry on the day asked for.
    pub leading_industry: Option<String>,
    /// Whether a filing of the asked form and period is there; `None` when not asked.
    pub is_filed: Option<bool>,
}

/// Sort orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnterpriseSort {
    /// By name.
    #[default]
    Name,
    /// By credit code.
    Uscc,
}

/// Filters; `None` means any.
#[derive(Clone, Debug)]
pub struct EnterpriseQuery {
    /// Part of the name, or beginning of the credit code.
    pub search: Option<String>,
    /// District.
    pub district: Option<OrganisationId>,
    /// Member of this park on `on`.
    pub park: Option<ParkId>,
    /// Code of the leading industry on `on`.
    pub industry: Option<String>,
    /// Day for membership and industry.
    pub on: Date,
    /// Form and period for `is_filed`.
    pub filed: Option<(String, xiyuan_policy::frame::Period)>,
    /// Order.
    pub sort: EnterpriseSort,
    /// Page.
    pub page: PageRequest,
}

impl EnterpriseQuery {
    /// No filter, on a day.
    pub fn on(on: Date) -> Self {
        Self {
            search: None,
            district: None,
            park: None,
            industry: None,
            on,
            filed: None,
            sort: EnterpriseSort::Name,
            page: PageRequest::default(),
        }
    }
}

/// Ids that one statement asks for.
const IDS_PER_STATEMENT: usize = 1_000;

impl Entity for EnterpriseData {
    const KIND: EntityKind = EntityKind::Enterprise;
    const TABLE: &'static str = "enterprises";
    const COLUMNS: &'static [&'static str] =
        &["uscc", "name", "district_id", "address", "confirm_check_digit", "is_demo"];
    const UNIQUE: &'static str = "uscc";

    fn args(&self) -> Vec<Arg> {
        vec![
            self.uscc.clone().into(),
            self.name.clone().into(),
            self.district.into(),
            self.address.clone().into(),
            self.confirm_check_digit.into(),
            self.is_demo.into(),
        ]
    }

    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            uscc: row.get("uscc")?,
            confirm_check_digit: row.get("confirm_check_digit")?,
            name: row.get("name")?,
            district: row.get("district_id")?,
            address: row.get("address")?,
            is_demo: row.get("is_demo")?,
        })
    }
}

impl EnterpriseData {
    /// Checks the credit code and brings it into its written form.
    pub(crate) fn normalise(mut self) -> Result<Self> {
        let uscc = Uscc::parse(&self.uscc)?;
        if uscc.warning().is_some() && !self.confirm_check_digit {
            return Err(StoreError::invalid("uscc", InvalidCode::UsccCheckDigit, Some(self.uscc)));
        }
        self.confirm_check_digit &= uscc.warning().is_some();
        uscc.as_str().clone_into(&mut self.uscc);
        if self.name.trim().is_empty() {
            return Err(StoreError::invalid("name", InvalidCode::Required, None));
        }
        Ok(self)
    }
}

fn read(row: &Row) -> Result<Enterprise> {
    Ok(Enterprise { id: row.get("id")?, revision: row.get("revision")?, data: EnterpriseData::read(row)? })
}

/// Appends the scope's predicate and the query's filters.
fn push_filters(sql: &mut Sql, db: &Database, scope: &Scope, query: &EnterpriseQuery) {
    scope.reach(Action::ReadRegistry).push_enterprises(sql, "e", scope.today());
    if let Some(search) = query.search.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
        let name = sql.name(search);
        let in_name = db.dialect().position_of("e.name", &name);
        if search.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let first = sql.name(search.to_ascii_uppercase());
            // '~' sorts after every character of a credit code, so this is a range of the index.
            sql.push(&format!(" AND ({in_name} > 0 OR (e.uscc >= {first} AND e.uscc < {first} || '~'))"));
        } else {
            sql.push(&format!(" AND {in_name} > 0"));
        }
    }
    if let Some(district) = query.district {
        sql.push(" AND e.district_id = ").arg(district);
    }
    if let Some(park) = query.park {
        sql.push(" AND e.id IN (SELECT m.enterprise_id FROM memberships m WHERE m.park_id = ").arg(park);
        push_current(sql, "m", query.on);
        sql.push(")");
    }
    if let Some(industry) = &query.industry {
        sql.push(" AND e.id IN (SELECT i.subject_id FROM industries i WHERE i.code = ").arg(industry);
        push_current(sql, "i", query.on);
        sql.push(")");
    }
}

/// A page of enterprises inside the scope.
pub async fn list(db: &Database, scope: &Scope, query: &EnterpriseQuery) -> Result<Page<EnterpriseRow>> {
    let mut count = Sql::new("SELECT count(*) AS n FROM enterprises e WHERE ");
    push_filters(&mut count, db, scope, query);
    let key = match query.sort {
        EnterpriseSort::Name => "name",
        EnterpriseSort::Uscc => "uscc",
    };
    let mut sql = Sql::new("SELECT e.* FROM enterprises e WHERE ");
    push_filters(&mut sql, db, scope, query);
    if let Some(after) = &query.page.after {
        let parts = decode_cursor(after, 2)?;
        let id: EnterpriseId = parts[1]
            .parse()
            .map_err(|_| StoreError::invalid("after", InvalidCode::Malformed, Some(after.clone())))?;
        let (value, id) = (sql.name(&parts[0]), sql.name(id));
        sql.push(&format!(" AND (e.{key}, e.id) > ({value}, {id})"));
    }
    sql.push(&format!(" ORDER BY e.{key}, e.id LIMIT ")).arg(query.page.limit + 1);
    // Both may have to look at every name: side by side on two connections.
    let (mut counter, mut finder) = (db.reader(), db.reader());
    let (total, found) =
        tokio::try_join!(counter.one(count, |row| row.get::<u64>("n")), finder.all(sql, read))?;
    let page = Page::cut(found, total, query.page.limit, |e| {
        let value = if key == "name" { &e.data.name } else { &e.data.uscc };
        vec![value.clone(), e.id.to_string()]
    });
    let rows = fill_rows(db, page.items, query.on, query.park, query.filed.as_ref()).await?;
    Ok(Page { items: rows, total: page.total, next: page.next })
}

/// One, as the list shows it.
pub async fn get(db: &Database, scope: &Scope, id: EnterpriseId, on: Date) -> Result<EnterpriseRow> {
    let mut sql = Sql::new("SELECT e.* FROM enterprises e WHERE ");
    scope.reach(Action::ReadRegistry).push_enterprises(&mut sql, "e", scope.today());
    sql.push(" AND e.id = ").arg(id);
    let found = db.reader().one(sql, read).await?;
    fill_rows(db, vec![found], on, None, None).await?.pop().ok_or(StoreError::NotFound)
}

/// Adds district, park, industry and filed mark to the rows of one page.
async fn fill_rows(
    db: &Database,
    found: Vec<Enterprise>,
    on: Date,
    in_park: Option<ParkId>,
    filed: Option<&(String, xiyuan_policy::frame::Period)>,
) -> Result<Vec<EnterpriseRow>> {
    let ids: Vec<EnterpriseId> = found.iter().map(|e| e.id).collect();
    let mut reader = db.reader();
    let districts: HashMap<OrganisationId, String> = reader
        .all(Sql::new("SELECT id, name FROM organisations WHERE kind = 'district'"), |row| {
            Ok((row.get("id")?, row.get("name")?))
        })
        .await?
        .into_iter()
        .collect();
    let mut sql = Sql::new(
        "SELECT m.enterprise_id, m.park_id, p.name, m.valid_from, m.valid_to FROM memberships m \
         JOIN parks p ON p.id = m.park_id WHERE m.enterprise_id IN ",
    );
    sql.list(ids.iter().copied());
    push_current(&mut sql, "m", on);
    if let Some(park) = in_park {
        sql.push(" AND m.park_id = ").arg(park);
    }
    sql.push(" ORDER BY m.valid_from, p.name");
    let mut parks = HashMap::new();
    reader
        .each_row(sql, |row| {
            let member = (row.get("valid_from")?, row.get("valid_to")?);
            let park = (row.get::<ParkId>("park_id")?, row.get::<String>("name")?);
            parks.insert(row.get::<EnterpriseId>("enterprise_id")?, (park, member));
            Ok(())
        })
        .await?;
    let mut sql = Sql::new("SELECT i.subject_id, i.code FROM industries i WHERE i.subject_id IN ");
    sql.list(ids.iter().copied());
    push_current(&mut sql, "i", on);
    sql.push(" ORDER BY i.valid_from");
    let mut industries: HashMap<EnterpriseId, String> =
        reader.all(sql, |row| Ok((row.get("subject_id")?, row.get("code")?))).await?.into_iter().collect();
    let done = match filed {
        None => None,
        Some((form, period)) => Some(filed_of(&mut reader, form, &format_period(*period), &ids).await?),
    };
    Ok(found
        .into_iter()
        .map(|enterprise| {
            let (park, member) = parks.remove(&enterprise.id).unzip();
            EnterpriseRow {
                district_name: districts.get(&enterprise.data.district).cloned().unwrap_or_default(),
                park,
                member,
                leading_industry: industries.remove(&enterprise.id),
                is_filed: done.as_ref().map(|done| done.contains(&enterprise.id)),
                enterprise,
            }
        })
        .collect())
}

async fn filed_of(
    run: &mut impl Run,
    form: &str,
    period: &str,
    ids: &[EnterpriseId],
) -> Result<HashSet<EnterpriseId>> {
    let mut sql = Sql::new("SELECT subject_id, is_withdrawn FROM filing_revisions WHERE form = ");
    sql.arg(form).push(" AND period = ").arg(period).push(" AND subject_id IN ").list(ids.iter().copied());
    sql.push(" ORDER BY subject_id, revision");
    let mut filed = HashSet::new();
    run.each_row(sql, |row| {
        let id = row.get("subject_id")?;
        if row.get::<bool>("is_withdrawn")? {
            filed.remove(&id)
        } else {
            filed.insert(id)
        };
        Ok(())
    })
    .await?;
    Ok(filed)
}

/// Ids, revisions and states by credit code, for importers; those outside the scope are left out.
pub async fn find_by_uscc(db: &Database, scope: &Scope, codes: &[Uscc]) -> Result<Vec<Enterprise>> {
    find_by(db, scope, "uscc", codes.iter().map(Uscc::as_str).collect()).await
}

/// By exact name (imports without credit code; several may carry one name).
pub async fn find_by_name(db: &Database, scope: &Scope, names: &[String]) -> Result<Vec<Enterprise>> {
    find_by(db, scope, "name", names.iter().map(String::as_str).collect()).await
}

async fn find_by(db: &Database, scope: &Scope, column: &str, values: Vec<&str>) -> Result<Vec<Enterprise>> {
    let mut found = Vec::new();
    for chunk in values.chunks(IDS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT e.* FROM enterprises e WHERE ");
        scope.reach(Action::ReadRegistry).push_enterprises(&mut sql, "e", scope.today());
        sql.push(&format!(" AND e.{column} IN ")).list(chunk.iter().copied());
        found.extend(db.reader().all(sql, read).await?);
    }
    Ok(found)
}

/// Which of these enterprises the scope reaches for an action: what a figure page may open and what it must hide.
pub async fn visible(
    db: &Database,
    scope: &Scope,
    action: Action,
    ids: &[EnterpriseId],
) -> Result<HashSet<EnterpriseId>> {
    let reach = scope.reach(action);
    if reach.all {
        return Ok(ids.iter().copied().collect());
    }
    let mut found = HashSet::new();
    if reach.is_empty() {
        return Ok(found);
    }
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT e.id FROM enterprises e WHERE ");
        reach.push_enterprises(&mut sql, "e", scope.today());
        sql.push(" AND e.id IN ").list(chunk.iter().copied());
        found.extend(db.reader().all(sql, |row| row.get::<EnterpriseId>("id")).await?);
    }
    Ok(found)
}

/// Names by id, of those inside the scope.
pub async fn names(
    db: &Database,
    scope: &Scope,
    ids: &[EnterpriseId],
) -> Result<Vec<(EnterpriseId, String)>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT e.id, e.name FROM enterprises e WHERE ");
        scope.reach(Action::ReadRegistry).push_enterprises(&mut sql, "e", scope.today());
        sql.push(" AND e.id IN ").list(chunk.iter().copied());
        found.extend(db.reader().all(sql, |row| Ok((row.get("id")?, row.get("name")?))).await?);
    }
    Ok(found)
}

/// A new one.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    data: EnterpriseData,
    origin: &Origin,
) -> Result<Enterprise> {
    require_district(&scope.reach(Action::EditRegistry), Action::EditRegistry, data.district)?;
    let data = data.normalise()?;
    check(tx, &data, None).await?;
    let id = EnterpriseId(tx.context().new_id());
    save(tx, id.0, 1, &data, origin).await?;
    let entry = Entry::done("insert_enterprise", "enterprise", id).named(&data.name);
    tx.audit(entry.states(None, Some(serde_json::to_value(&data)?)).under(scope));
    Ok(Enterprise { id, revision: 1, data })
}

/// Many new ones at once (demo city, first load): checked like single ones, one audit entry for all.
pub async fn insert_many(
    tx: &mut Transaction,
    scope: &Scope,
    rows: Vec<EnterpriseData>,
    origin: &Origin,
) -> Result<Vec<EnterpriseId>> {
    let reach = scope.reach(Action::EditRegistry);
    let mut ids = Vec::with_capacity(rows.len());
    let mut checked = Vec::with_capacity(rows.len());
    let mut districts = HashSet::new();
    for data in rows {
        require_district(&reach, Action::EditRegistry, data.district)?;
        if districts.insert(data.district) {
            require_kind(tx, "district", data.district, OrganisationKind::District).await?;
        }
        let id = tx.context().new_id();
        ids.push(EnterpriseId(id));
        checked.push((id, 1, data.normalise()?));
    }
    let entry =
        Entry::done("insert_enterprises", "enterprise", "").detail(format!("rows: {}", checked.len()));
    save_many(tx, checked, origin).await?;
    tx.audit(entry.under(scope));
    Ok(ids)
}

/// A new revision; `expected` is the revision the editor saw.
pub async fn update(
    tx: &mut Transaction,
    scope: &Scope,
    id: EnterpriseId,
    expected: i64,
    data: EnterpriseData,
    origin: &Origin,
) -> Result<Enterprise> {
    require_subject(tx, scope, Action::EditRegistry, id.into()).await?;
    let (current, before) = load::<EnterpriseData>(tx, id.0, true).await?.ok_or(StoreError::NotFound)?;
    if current != expected {
        return Err(StoreError::Conflict { current });
    }
    if before.district != data.district {
        let reach = scope.reach(Action::EditRegistry);
        require_district(&reach, Action::EditRegistry, before.district)?;
        require_district(&reach, Action::EditRegistry, data.district)?;
    }
    let data = data.normalise()?;
    check(tx, &data, Some(id)).await?;
    save(tx, id.0, current + 1, &data, origin).await?;
    let entry = Entry::done("update_enterprise", "enterprise", id).named(&data.name);
    let states = (Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&data)?));
    tx.audit(entry.states(states.0, states.1).under(scope));
    Ok(Enterprise { id, revision: current + 1, data })
}

async fn check(tx: &mut Transaction, data: &EnterpriseData, id: Option<EnterpriseId>) -> Result<()> {
    require_kind(tx, "district", data.district, OrganisationKind::District).await?;
    let sql = Sql::new("SELECT id FROM enterprises WHERE uscc = $1").bind(&data.uscc);
    let other = tx.optional(sql, |row| row.get::<EnterpriseId>("id")).await?;
    if other.is_some() && other != id {
        return Err(StoreError::invalid("uscc", InvalidCode::Duplicate, Some(data.uscc.clone())));
    }
    Ok(())
}
