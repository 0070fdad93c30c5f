//! Grants: role × organisation. The three administrators exclude each other and every business role.

use uuid::Uuid;

use crate::audit::Entry;
use crate::database::{Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::ids::{EnterpriseId, GrantId, OrganisationId, UserId};
use crate::registry::load;
use crate::registry::organisations::{OrganisationData, OrganisationKind};
use crate::role::{Action, Role};
use crate::scope::{Reach, Scope, ScopedGrant};

/// A grant to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewGrant {
    /// Over an organisation and what is below it.
    Organisation(Role, OrganisationId),
    /// Over one enterprise.
    Enterprise(Role, EnterpriseId),
    /// Of an administrator, whose work is not about organisations.
    Everywhere(Role),
}

/// A grant that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Id.
    pub id: GrantId,
    /// Role.
    pub role: Role,
    /// Organisation or enterprise: id, name, kind. For an administrator's grant without organisation, the city
    /// (a nil id without name before the city was entered).
    pub organisation: (Uuid, String, OrganisationKind),
}

/// Kinds of organisation over which a role can be given.
fn fits(role: Role, kind: OrganisationKind) -> bool {
    use OrganisationKind as K;
    match role {
        Role::EnterpriseStatistician => kind == K::Enterprise,
        Role::ParkOperator => kind == K::Operator,
        Role::DistrictOfficer => kind == K::District,
        Role::BankOfficer => kind == K::Bank,
        Role::CityLeader | Role::Expert => kind == K::City,
        Role::DepartmentOfficer => kind == K::Department,
        Role::SafetyOfficer => matches!(kind, K::City | K::Department | K::District | K::Operator),
        Role::CityOfficer | Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => {
            matches!(kind, K::City | K::Department)
        }
    }
}

/// Rows that a role over an organisation reaches.
fn reach(
    role: Role,
    id: Uuid,
    kind: OrganisationKind,
    parent: Option<(OrganisationId, OrganisationKind)>,
) -> Reach {
    let mut reach = Reach::default();
    if !fits(role, kind) || matches!(role, Role::Expert | Role::AuditAdmin) {
        return reach;
    }
    match (kind, parent) {
        (OrganisationKind::City | OrganisationKind::Bank, _)
        | (OrganisationKind::Department, Some((_, OrganisationKind::City))) => reach.all = true,
        (OrganisationKind::Department, Some((district, OrganisationKind::District))) => {
            reach.districts.insert(district);
        }
        (OrganisationKind::District, _) => {
            reach.districts.insert(OrganisationId(id));
        }
        (OrganisationKind::Operator, _) => {
            reach.operators.insert(OrganisationId(id));
        }
        (OrganisationKind::Enterprise, _) => {
            reach.enterprises.insert(EnterpriseId(id));
        }
        (OrganisationKind::Department, _) => {}
    }
    reach
}

fn kind_of(word: &str) -> Result<OrganisationKind> {
    OrganisationKind::from_word(word).ok_or_else(|| StoreError::internal(format!("organisation kind {word}")))
}

fn read(row: &Row) -> Result<(Grant, ScopedGrant)> {
    let role: String = row.get("role")?;
    let role = Role::from_id(&role).ok_or_else(|| StoreError::internal(format!("role {role}")))?;
    let id = row.get("id")?;
    if let Some(enterprise) = row.get::<Option<Uuid>>("enterprise_id")? {
        let name = row.get::<Option<String>>("enterprise_name")?;
        // An enterprise that was withdrawn meanwhile opens nothing.
        let reach = match name {
            Some(_) => reach(role, enterprise, OrganisationKind::Enterprise, None),
            None => Reach::default(),
        };
        let organisation = (enterprise, name.unwrap_or_default(), OrganisationKind::Enterprise);
        return Ok((Grant { id, role, organisation }, ScopedGrant { role, reach }));
    }
    let Some(organisation) = row.get::<Option<Uuid>>("organisation_id")? else {
        let city = (
            row.get::<Option<Uuid>>("city_id")?.unwrap_or(Uuid::nil()),
            row.get::<Option<String>>("city_name")?,
        );
        let organisation = (city.0, city.1.unwrap_or_default(), OrganisationKind::City);
        return Ok((Grant { id, role, organisation }, ScopedGrant { role, reach: Reach::default() }));
    };
    let kind = kind_of(&row.get::<String>("kind")?)?;
    let parent =
        match (row.get::<Option<OrganisationId>>("parent_id")?, row.get::<Option<String>>("parent_kind")?) {
            (Some(id), Some(kind)) => Some((id, kind_of(&kind)?)),
            _ => None,
        };
    let reach = reach(role, organisation, kind, parent);
    let organisation = (organisation, row.get("name")?, kind);
    Ok((Grant { id, role, organisation }, ScopedGrant { role, reach }))
}

/// Standing grants of a user, as shown and as a scope takes them.
pub(super) async fn standing(run: &mut impl Run, user: UserId) -> Result<Vec<(Grant, ScopedGrant)>> {
    let sql = Sql::new(
        "SELECT g.id, g.role, g.organisation_id, g.enterprise_id, o.name, o.kind, o.parent_id, \
         p.kind AS parent_kind, e.name AS enterprise_name, c.id AS city_id, c.name AS city_name FROM grants g \
         LEFT JOIN organisations o ON o.id = g.organisation_id LEFT JOIN organisations p ON p.id = o.parent_id \
         LEFT JOIN enterprises e ON e.id = g.enterprise_id \
         LEFT JOIN organisations c ON c.kind = 'city' AND g.organisation_id IS NULL AND g.enterprise_id IS NULL \
         WHERE g.user_id = $1 AND g.taken_at IS NULL ORDER BY g.given_at, g.id",
    )
    .bind(user);
    run.all(sql, read).await
}

/// Grants that a user holds.
pub async fn of_user(db: &Database, scope: &Scope, user: UserId) -> Result<Vec<Grant>> {
    if !scope.may(Action::ManageUsers) {
        scope.require(Action::ManageGrants)?;
    }
    Ok(standing(&mut db.reader(), user).await?.into_iter().map(|(grant, _)| grant).collect())
}

/// Gives a grant. The role must fit the kind of organisation; administrators exclude every other role.
pub async fn give(tx: &mut Transaction, scope: &Scope, user: UserId, grant: NewGrant) -> Result<GrantId> {
    scope.require(Action::ManageGrants)?;
    give_unchecked(tx, scope, user, grant).await
}

pub(super) async fn give_unchecked(
    tx: &mut Transaction,
    scope: &Scope,
    user: UserId,
    grant: NewGrant,
) -> Result<GrantId> {
    let lock = format!("SELECT id FROM users WHERE id = $1{}", tx.dialect().for_update());
    tx.one(Sql::new(lock).bind(user), |_| Ok(())).await?;
    let (role, organisation, enterprise) = match grant {
        NewGrant::Organisation(role, id) => (role, Some(id), None),
        NewGrant::Enterprise(role, id) => (role, None, Some(id)),
        NewGrant::Everywhere(role) => (role, None, None),
    };
    let fits = match (organisation, enterprise) {
        (Some(id), _) => {
            let (_, data) = load::<OrganisationData>(tx, id.0, false).await?.ok_or_else(unknown)?;
            fits(role, data.kind)
        }
        (_, Some(id)) => {
            use crate::registry::enterprises::EnterpriseData;
            load::<EnterpriseData>(tx, id.0, false).await?.ok_or_else(unknown)?;
            fits(role, OrganisationKind::Enterprise)
        }
        (None, None) => role.is_administrator(),
    };
    if !fits {
        return Err(StoreError::invalid("role", InvalidCode::Malformed, Some(role.id().to_owned())));
    }
    for (held, _) in standing(tx, user).await? {
        if held.role != role && (held.role.is_administrator() || role.is_administrator()) {
            return Err(StoreError::invalid(
                "role",
                InvalidCode::RolesExclude,
                Some(held.role.id().to_owned()),
            ));
        }
    }
    let id = GrantId(tx.context().new_id());
    let sql = Sql::new(
        "INSERT INTO grants (id, user_id, role, organisation_id, enterprise_id, given_at, given_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(user)
    .bind(role.id())
    .bind(organisation)
    .bind(enterprise)
    .bind(tx.context().at)
    .bind(tx.context().actor);
    tx.execute(sql).await?;
    tx.audit(Entry::done("give_grant", "user", user).detail(role.id()).under(scope));
    Ok(id)
}

fn unknown() -> StoreError {
    StoreError::invalid("organisation", InvalidCode::Unknown, None)
}

/// Takes a grant; running sessions lose it at once.
pub async fn take(tx: &mut Transaction, scope: &Scope, grant: GrantId) -> Result<()> {
    scope.require(Action::ManageGrants)?;
    let sql = Sql::new(
        "UPDATE grants SET taken_at = $1, taken_by = $2 WHERE id = $3 AND taken_at IS NULL RETURNING user_id, role",
    )
    .bind(tx.context().at)
    .bind(tx.context().actor)
    .bind(grant);
    let (user, role) =
        tx.one(sql, |row| Ok((row.get::<UserId>("user_id")?, row.get::<String>("role")?))).await?;
    tx.audit(Entry::done("take_grant", "user", user).detail(role).under(scope));
    Ok(())
}
