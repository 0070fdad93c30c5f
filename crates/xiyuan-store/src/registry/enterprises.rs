//! Enterprises: legal units with a credit code.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{EnterpriseId, OrganisationId, ParkId};
use crate::page::{Page, PageRequest};
use crate::period::format_period;
use crate::registry::Origin;
use crate::role::Action;
use crate::scope::Scope;
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

    pub(crate) fn filed_text(&self) -> Option<(String, String)> {
        self.filed.as_ref().map(|(form, period)| (form.clone(), format_period(*period)))
    }
}

/// A page of enterprises inside the scope.
pub async fn list(db: &Database, scope: &Scope, query: &EnterpriseQuery) -> Result<Page<EnterpriseRow>> {
    let _ = (db, scope, query);
    unbuilt()
}

/// One, as the list shows it.
pub async fn get(db: &Database, scope: &Scope, id: EnterpriseId, on: Date) -> Result<EnterpriseRow> {
    let _ = (db, scope, id, on);
    unbuilt()
}

/// Ids, revisions and states by credit code, for importers; those outside the scope are left out.
pub async fn find_by_uscc(db: &Database, scope: &Scope, codes: &[Uscc]) -> Result<Vec<Enterprise>> {
    let _ = (db, scope, codes);
    unbuilt()
}

/// By exact name (imports without credit code; several may carry one name).
pub async fn find_by_name(db: &Database, scope: &Scope, names: &[String]) -> Result<Vec<Enterprise>> {
    let _ = (db, scope, names);
    unbuilt()
}

/// Which of these enterprises the scope reaches for an action: what a figure page may open and what it must hide.
pub async fn visible(
    db: &Database,
    scope: &Scope,
    action: Action,
    ids: &[EnterpriseId],
) -> Result<HashSet<EnterpriseId>> {
    let _ = (db, scope, action, ids);
    unbuilt()
}

/// Names by id, of those inside the scope.
pub async fn names(
    db: &Database,
    scope: &Scope,
    ids: &[EnterpriseId],
) -> Result<Vec<(EnterpriseId, String)>> {
    let _ = (db, scope, ids);
    unbuilt()
}

/// A new one.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    data: EnterpriseData,
    origin: &Origin,
) -> Result<Enterprise> {
    let _ = (tx, scope, data, origin);
    unbuilt()
}

/// Many new ones at once (demo city, first load): checked like single ones, one audit entry for all.
pub async fn insert_many(
    tx: &mut Transaction,
    scope: &Scope,
    rows: Vec<EnterpriseData>,
    origin: &Origin,
) -> Result<Vec<EnterpriseId>> {
    let _ = (tx, scope, rows, origin);
    unbuilt()
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
    let _ = (tx, scope, id, expected, data, origin);
    unbuilt()
}
