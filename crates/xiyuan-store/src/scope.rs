//! The one permission object. Built from a session's grants only (or for the system itself, audited); every function
//! that touches governed rows takes it and turns it into SQL. An empty scope sees nothing.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::database::Sql;
use crate::error::{Result, StoreError};
use crate::ids::{EnterpriseId, OrganisationId};
use crate::role::{Action, Role};

/// Rows that something reaches: a union; everything empty reaches nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Every row of the city.
    pub all: bool,
    /// Rows of these districts.
    pub districts: BTreeSet<OrganisationId>,
    /// Parks run by these operators, and the parks' current members.
    pub operators: BTreeSet<OrganisationId>,
    /// These enterprises, and the registry rows of the parks they are in.
    pub enterprises: BTreeSet<EnterpriseId>,
}

impl Reach {
    /// Every row.
    pub(crate) fn everything() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// Whether it reaches nothing.
    pub fn is_empty(&self) -> bool {
        !self.all && self.districts.is_empty() && self.operators.is_empty() && self.enterprises.is_empty()
    }

    fn add(&mut self, other: &Self) {
        self.all |= other.all;
        self.districts.extend(&other.districts);
        self.operators.extend(&other.operators);
        self.enterprises.extend(&other.enterprises);
    }

    /// Appends a predicate over a row of `parks` named `alias`.
    pub(crate) fn push_parks(&self, sql: &mut Sql, alias: &str, today: Date) {
        if self.all {
            sql.push("1 = 1");
            return;
        }
        sql.push("(1 = 0");
        if !self.districts.is_empty() {
            sql.push(&format!(" OR {alias}.district_id IN ")).list(self.districts.iter().copied());
        }
        if !self.operators.is_empty() {
            sql.push(&format!(" OR {alias}.operator_id IN ")).list(self.operators.iter().copied());
        }
        if !self.enterprises.is_empty() {
            sql.push(&format!(
                " OR {alias}.id IN (SELECT m.park_id FROM memberships m WHERE m.enterprise_id IN "
            ))
            .list(self.enterprises.iter().copied());
            push_current(sql, "m", today);
            sql.push(")");
        }
        sql.push(")");
    }

    /// Appends a predicate over a row of `enterprises` named `alias`. Who reaches a park reaches its members of today,
    /// wherever they are registered: the district above a park sees what the park's operator sees.
    pub(crate) fn push_enterprises(&self, sql: &mut Sql, alias: &str, today: Date) {
        if self.all {
            sql.push("1 = 1");
            return;
        }
        sql.push("(1 = 0");
        if !self.districts.is_empty() {
            sql.push(&format!(" OR {alias}.district_id IN ")).list(self.districts.iter().copied());
        }
        for (column, ids) in [("district_id", &self.districts), ("operator_id", &self.operators)] {
            if ids.is_empty() {
                continue;
            }
            sql.push(&format!(
                " OR {alias}.id IN (SELECT m.enterprise_id FROM memberships m JOIN parks p ON p.id = m.park_id \
                 WHERE p.{column} IN "
            ))
            .list(ids.iter().copied());
            push_current(sql, "m", today);
            sql.push(")");
        }
        if !self.enterprises.is_empty() {
            sql.push(&format!(" OR {alias}.id IN ")).list(self.enterprises.iter().copied());
        }
        sql.push(")");
    }
}

/// ` AND` the membership or industry row holds on a day.
pub(crate) fn push_current(sql: &mut Sql, alias: &str, on: Date) {
    sql.push(&format!(" AND {alias}.valid_from <= ")).arg(on);
    sql.push(&format!(" AND ({alias}.valid_to IS NULL OR {alias}.valid_to >= ")).arg(on).push(")");
}

/// A role with the rows its organisation reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopedGrant {
    /// Role.
    pub role: Role,
    /// Rows.
    pub reach: Reach,
}

/// What a session may see and do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    grants: Vec<ScopedGrant>,
    system: Option<&'static str>,
    today: Date,
}

impl Scope {
    /// The system itself: migrations, jobs without a person, the command line. Its reason stands in the audit trail.
    pub fn system(reason: &'static str) -> Self {
        Self { grants: Vec::new(), system: Some(reason), today: Date::MAX }
    }

    /// Of a session's grants; `today` decides which memberships are current.
    pub(crate) fn of_grants(grants: Vec<ScopedGrant>, today: Date) -> Self {
        Self { grants, system: None, today }
    }

    /// Why the system acts, when it does.
    pub fn system_reason(&self) -> Option<&'static str> {
        self.system
    }

    /// Roles held.
    pub fn roles(&self) -> impl Iterator<Item = Role> + '_ {
        self.grants.iter().map(|grant| grant.role)
    }

    /// Rows on which an action is granted: the union over the grants whose role allows it.
    pub fn reach(&self, action: Action) -> Reach {
        if self.system.is_some() {
            return Reach::everything();
        }
        let mut reach = Reach::default();
        for grant in self.grants.iter().filter(|grant| grant.role.may(action)) {
            reach.add(&grant.reach);
        }
        reach
    }

    /// Whether the action is granted anywhere.
    pub fn may(&self, action: Action) -> bool {
        self.system.is_some()
            || self.grants.iter().any(|grant| {
                grant.role.may(action) && (!grant.reach.is_empty() || grant.role.is_administrator())
            })
    }

    /// Refuses when the action is granted nowhere.
    pub fn require(&self, action: Action) -> Result<()> {
        if self.may(action) { Ok(()) } else { Err(StoreError::Forbidden { action }) }
    }

    /// Refuses when the action is not granted on every row of the city.
    pub fn require_everywhere(&self, action: Action) -> Result<()> {
        if self.reach(action).all { Ok(()) } else { Err(StoreError::Forbidden { action }) }
    }

    /// Whether figures of the sensitive kind are seen anywhere; which ones, says `reach(Action::ReadSensitive)`.
    pub fn sees_sensitive(&self) -> bool {
        self.may(Action::ReadSensitive)
    }

    /// Whether every figure of the city is seen, sensitive ones too.
    pub fn sees_all_figures(&self) -> bool {
        self.reach(Action::ReadFigures).all && self.reach(Action::ReadSensitive).all
    }

    /// The day on which memberships count as current.
    pub fn today(&self) -> Date {
        self.today
    }
}
