//! Parks: a name, a district, one operator, in principle one leading industry.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{OrganisationId, ParkId};
use crate::page::{Page, PageRequest};
use crate::registry::Origin;
use crate::scope::Scope;

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

/// A page of parks inside the scope.
pub async fn list(db: &Database, scope: &Scope, query: &ParkQuery) -> Result<Page<ParkRow>> {
    let _ = (db, scope, query);
    unbuilt()
}

/// One, as the list shows it.
pub async fn get(db: &Database, scope: &Scope, id: ParkId, on: Date) -> Result<ParkRow> {
    let _ = (db, scope, id, on);
    unbuilt()
}

/// By exact name or code (command line, imports).
pub async fn find_by_name(db: &Database, scope: &Scope, name: &str) -> Result<Option<Park>> {
    let _ = (db, scope, name);
    unbuilt()
}

/// A new one.
pub async fn insert(tx: &mut Transaction, scope: &Scope, data: ParkData, origin: &Origin) -> Result<Park> {
    let _ = (tx, scope, data, origin);
    unbuilt()
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
    let _ = (tx, scope, id, expected, data, origin);
    unbuilt()
}
