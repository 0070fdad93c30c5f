//! Grants: role × organisation. The three administrators exclude each other and every business role.

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::{EnterpriseId, GrantId, OrganisationId, UserId};
use crate::registry::organisations::OrganisationKind;
use crate::role::Role;
use crate::scope::Scope;

/// A grant to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewGrant {
    /// Over an organisation and what is below it.
    Organisation(Role, OrganisationId),
    /// Over one enterprise.
    Enterprise(Role, EnterpriseId),
}

/// A grant that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Id.
    pub id: GrantId,
    /// Role.
    pub role: Role,
    /// Organisation or enterprise: id, name, kind.
    pub organisation: (uuid::Uuid, String, OrganisationKind),
}

/// Grants that a user holds.
pub async fn of_user(db: &Database, scope: &Scope, user: UserId) -> Result<Vec<Grant>> {
    let _ = (db, scope, user);
    unbuilt()
}

/// Gives a grant.
pub async fn give(tx: &mut Transaction, scope: &Scope, user: UserId, grant: NewGrant) -> Result<GrantId> {
    let _ = (tx, scope, user, grant);
    unbuilt()
}

/// Takes a grant; running sessions lose it at once.
pub async fn take(tx: &mut Transaction, scope: &Scope, grant: GrantId) -> Result<()> {
    let _ = (tx, scope, grant);
    unbuilt()
}
