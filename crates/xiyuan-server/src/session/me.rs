//! Who is logged in and what the pages should offer.

use xiyuan_store::{Action, Role, registry::organisations::OrganisationKind, users::Session};

use crate::{
    error::ApiResult,
    session::types::{Me, MeGrant, MeOrganisation, MeUser, Room},
    state::Services,
};

/// Describes a session.
pub(super) async fn me(services: &Services, session: &Session) -> ApiResult<Me> {
    let context = services.own_context("session");
    let menu = menu(session);
    Ok(Me {
        user: MeUser {
            id: session.user.id.0,
            username: session.user.username.clone(),
            name: session.user.name.clone(),
        },
        grants: session.grants.iter().map(grant).collect(),
        landing: landing(session, &menu),
        menu,
        is_demo: is_demo(services).await?,
        now: context.at,
        today: context.today(),
        latest_year: services.engine.latest_year(context.today()).await?,
    })
}

fn grant(grant: &xiyuan_store::users::Grant) -> MeGrant {
    let (id, name, kind) = &grant.organisation;
    MeGrant {
        role: grant.role.id().to_owned(),
        role_name: grant.role.title().to_owned(),
        organisation: MeOrganisation { id: *id, name: name.clone(), kind: kind_id(*kind).to_owned() },
    }
}

/// Stable id of a kind of organisation.
pub(crate) fn kind_id(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::City => "city",
        OrganisationKind::Department => "department",
        OrganisationKind::District => "district",
        OrganisationKind::Operator => "operator",
        OrganisationKind::Bank => "bank",
        OrganisationKind::Enterprise => "enterprise",
    }
}

fn menu(session: &Session) -> Vec<Room> {
    let scope = &session.scope;
    let only_files = scope.roles().all(|role| role == Role::EnterpriseStatistician);
    let mut menu = Vec::new();
    if scope.may(Action::ReadFigures) && !only_files {
        menu.push(Room::Dashboard);
    }
    if scope.may(Action::ReadRegistry) {
        menu.extend([Room::Parks, Room::Enterprises]);
    }
    if scope.may(Action::ImportFilings) {
        menu.push(Room::Imports);
    }
    menu.push(Room::Policies);
    if scope.may(Action::ReadAudit) {
        menu.push(Room::Audit);
    }
    menu
}

fn landing(session: &Session, menu: &[Room]) -> Room {
    let wished = session.scope.roles().map(|role| match role {
        Role::EnterpriseStatistician | Role::BankOfficer => Room::Enterprises,
        Role::ParkOperator | Role::SafetyOfficer => Room::Parks,
        Role::AuditAdmin => Room::Audit,
        Role::Expert | Role::SystemAdmin | Role::SecurityAdmin => Room::Policies,
        _ => Room::Dashboard,
    });
    let mut wished: Vec<Room> = wished.filter(|room| menu.contains(room)).collect();
    wished.sort_by_key(|room| menu.iter().position(|other| other == room));
    wished.first().copied().unwrap_or(Room::Policies)
}

/// Whether the database is a demo city: its city is marked so.
pub(crate) async fn is_demo(services: &Services) -> ApiResult<bool> {
    let scope = xiyuan_store::Scope::system("演示数据标记");
    let cities =
        xiyuan_store::registry::organisations::list(&services.db, &scope, Some(OrganisationKind::City))
            .await?;
    Ok(cities.iter().any(|city| city.data.is_demo))
}
