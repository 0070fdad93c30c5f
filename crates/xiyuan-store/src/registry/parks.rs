//! Parks: a name, a district, one operator, in principle one leading industry.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::audit::Entry;
use crate::database::{Arg, Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::{OrganisationId, ParkId};
use crate::page::{Page, PageRequest, decode_cursor};
use crate::registry::access::require_district;
use crate::registry::organisations::{OrganisationData, OrganisationKind};
use crate::registry::{Entity, EntityKind, Origin, load, require_subject, save};
use crate::role::Action;
use crate::scope::{Scope, push_current};

/// What is kept about a park.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParkData {
    /// Short code, unique.
    pub code: Option<String>,
    /// Name, unique.
    pub name: String,
    /// District.
    pub district: OrganisationId,
    /// Operator, once there is one.
    pub operator: Option<OrganisationId>,
    /// Address.
    pub address: Option<String>,
    /// 四至 in words.
    pub four_sides: Option<String>,
    /// Day of recognition.
    pub recognised_on: Option<Date>,
    /// 演示数据.
    pub is_demo: bool,
}

/// A park.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Park {
    /// Id.
    pub id: ParkId,
    /// Current revision.
    pub revision: i64,
    /// State.
    pub data: ParkData,
}

/// A park as a list shows it.
#[derive(Clone, Debug)]
pub struct ParkRow {
    /// The park.
    pub park: Park,
    /// District's name.
    pub district_name: String,
    /// Operator's name.
    pub operator_name: Option<String>,
    /// Code of the leading industry on the day asked for.
    pub leading_industry: Option<String>,
    /// Members on the day asked for (all, also those the reader cannot open).
    pub enterprises: u64,
}

/// Sort orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParkSort {
    /// By name.
    #[default]
    Name,
    /// By number of members, most first.
    Enterprises,
}

/// Filters; `None` means any.
#[derive(Clone, Debug)]
pub struct ParkQuery {
    /// Part of the name or code.
    pub search: Option<String>,
    /// District.
    pub district: Option<OrganisationId>,
    /// Day for members and industry.
    pub on: Date,
    /// Order.
    pub sort: ParkSort,
    /// Page.
    pub page: PageRequest,
}

impl Entity for ParkData {
    const KIND: EntityKind = EntityKind::Park;
    const TABLE: &'static str = "parks";
    const COLUMNS: &'static [&'static str] =
        &["code", "name", "district_id", "operator_id", "address", "four_sides", "recognised_on", "is_demo"];
    const UNIQUE: &'static str = "name";

    fn args(&self) -> Vec<Arg> {
        vec![
            self.code.clone().into(),
            self.name.clone().into(),
            self.district.into(),
            self.operator.into(),
            self.address.clone().into(),
            self.four_sides.clone().into(),
            self.recognised_on.into(),
            self.is_demo.into(),
        ]
    }

    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            code: row.get("code")?,
            name: row.get("name")?,
            district: row.get("district_id")?,
            operator: row.get("operator_id")?,
            address: row.get("address")?,
            four_sides: row.get("four_sides")?,
            recognised_on: row.get("recognised_on")?,
            is_demo: row.get("is_demo")?,
        })
    }
}

fn read(row: &Row) -> Result<Park> {
    Ok(Park { id: row.get("id")?, revision: row.get("revision")?, data: ParkData::read(row)? })
}

fn read_row(row: &Row) -> Result<ParkRow> {
    Ok(ParkRow {
        park: read(row)?,
        district_name: row.get("district_name")?,
        operator_name: row.get("operator_name")?,
        leading_industry: row.get("leading_industry")?,
        enterprises: row.get("enterprises")?,
    })
}

/// Selects list rows of the visible parks, up to and with the scope's predicate.
fn select_rows(scope: &Scope, on: Date) -> Sql {
    let mut sql = Sql::new(
        "SELECT p.*, d.name AS district_name, o.name AS operator_name, \
         (SELECT i.code FROM industries i WHERE i.subject_id = p.id",
    );
    push_current(&mut sql, "i", on);
    sql.push(" ORDER BY i.valid_from DESC LIMIT 1) AS leading_industry, ");
    sql.push("(SELECT count(*) FROM memberships m WHERE m.park_id = p.id");
    push_current(&mut sql, "m", on);
    sql.push(
        ") AS enterprises FROM parks p JOIN organisations d ON d.id = p.district_id \
         LEFT JOIN organisations o ON o.id = p.operator_id WHERE ",
    );
    scope.reach(Action::ReadRegistry).push_parks(&mut sql, "p", scope.today());
    sql
}

/// A page of parks inside the scope.
pub async fn list(db: &Database, scope: &Scope, query: &ParkQuery) -> Result<Page<ParkRow>> {
    let mut sql = select_rows(scope, query.on);
    if let Some(search) = query.search.as_deref().map(str::trim).filter(|s| !s.is_empty()) {
        let name = sql.name(search);
        let in_name = db.dialect().position_of("p.name", &name);
        let in_code = db.dialect().position_of("coalesce(p.code, '')", &name);
        sql.push(&format!(" AND ({in_name} > 0 OR {in_code} > 0)"));
    }
    if let Some(district) = query.district {
        sql.push(" AND p.district_id = ").arg(district);
    }
    sql.push(match query.sort {
        ParkSort::Name => " ORDER BY p.name, p.id",
        ParkSort::Enterprises => " ORDER BY enterprises DESC, p.name, p.id",
    });
    // A city has hundreds of parks: the page is cut here, so that any order pages the same way.
    let mut rows = db.reader().all(sql, read_row).await?;
    let total = rows.len() as u64;
    if let Some(after) = &query.page.after {
        let last = &decode_cursor(after, 1)?[0];
        if let Some(position) = rows.iter().position(|row| row.park.id.to_string() == *last) {
            rows.drain(..=position);
        }
    }
    Ok(Page::cut(rows, total, query.page.limit, |row| vec![row.park.id.to_string()]))
}

/// One, as the list shows it.
pub async fn get(db: &Database, scope: &Scope, id: ParkId, on: Date) -> Result<ParkRow> {
    let mut sql = select_rows(scope, on);
    sql.push(" AND p.id = ").arg(id);
    db.reader().one(sql, read_row).await
}

/// By exact name or code (command line, imports).
pub async fn find_by_name(db: &Database, scope: &Scope, name: &str) -> Result<Option<Park>> {
    let mut sql = Sql::new("SELECT p.* FROM parks p WHERE ");
    scope.reach(Action::ReadRegistry).push_parks(&mut sql, "p", scope.today());
    let name = sql.name(name);
    sql.push(&format!(" AND (p.name = {name} OR p.code = {name}) ORDER BY p.name LIMIT 1"));
    db.reader().optional(sql, read).await
}

/// A new one.
pub async fn insert(tx: &mut Transaction, scope: &Scope, data: ParkData, origin: &Origin) -> Result<Park> {
    require_district(&scope.reach(Action::EditRegistry), Action::EditRegistry, data.district)?;
    check(tx, &data, None).await?;
    let id = ParkId(tx.context().new_id());
    save(tx, id.0, 1, &data, origin).await?;
    let entry = Entry::done("insert_park", "park", id).named(&data.name);
    tx.audit(entry.states(None, Some(serde_json::to_value(&data)?)).under(scope));
    Ok(Park { id, revision: 1, data })
}

/// A new revision; `expected` is the revision the editor saw.
pub async fn update(
    tx: &mut Transaction,
    scope: &Scope,
    id: ParkId,
    expected: i64,
    data: ParkData,
    origin: &Origin,
) -> Result<Park> {
    require_subject(tx, scope, Action::EditRegistry, id.into()).await?;
    let (current, before) = load::<ParkData>(tx, id.0, true).await?.ok_or(StoreError::NotFound)?;
    if current != expected {
        return Err(StoreError::Conflict { current });
    }
    if (before.district, before.operator) != (data.district, data.operator) {
        // Moving a park or giving it to another operator is for who governs both districts.
        let reach = scope.reach(Action::EditRegistry);
        require_district(&reach, Action::EditRegistry, before.district)?;
        require_district(&reach, Action::EditRegistry, data.district)?;
    }
    check(tx, &data, Some(id)).await?;
    save(tx, id.0, current + 1, &data, origin).await?;
    let entry = Entry::done("update_park", "park", id).named(&data.name);
    let states = (Some(serde_json::to_value(&before)?), Some(serde_json::to_value(&data)?));
    tx.audit(entry.states(states.0, states.1).under(scope));
    Ok(Park { id, revision: current + 1, data })
}

async fn check(tx: &mut Transaction, data: &ParkData, id: Option<ParkId>) -> Result<()> {
    if data.name.trim().is_empty() {
        return Err(StoreError::invalid("name", InvalidCode::Required, None));
    }
    require_kind(tx, "district", data.district, OrganisationKind::District).await?;
    if let Some(operator) = data.operator {
        require_kind(tx, "operator", operator, OrganisationKind::Operator).await?;
    }
    for (field, value) in [("name", Some(&data.name)), ("code", data.code.as_ref())] {
        let Some(value) = value else { continue };
        let sql = Sql::new(format!("SELECT id FROM parks WHERE {field} = $1")).bind(value);
        let other = tx.optional(sql, |row| row.get::<ParkId>("id")).await?;
        if other.is_some() && other != id {
            return Err(StoreError::invalid(field, InvalidCode::Duplicate, Some(value.clone())));
        }
    }
    Ok(())
}

/// Refuses unless the organisation exists and is of this kind.
pub(crate) async fn require_kind(
    run: &mut impl Run,
    field: &str,
    id: OrganisationId,
    kind: OrganisationKind,
) -> Result<()> {
    match load::<OrganisationData>(run, id.0, false).await? {
        Some((_, data)) if data.kind == kind => Ok(()),
        _ => Err(StoreError::invalid(field, InvalidCode::Unknown, Some(id.to_string()))),
    }
}
