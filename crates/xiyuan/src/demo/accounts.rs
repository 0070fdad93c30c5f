//! Demo accounts, one for each role. They exist in demo cities only and share one documented password.

use xiyuan_server::session::DEMO_PASSWORD;
use xiyuan_store::users::{self, NewGrant, PasswordPolicy};
use xiyuan_store::{Role, StoreError, UserId};

use super::load::{Ids, Loader, after, scope};

/// Accounts in whose name the demo city was filled.
pub(super) struct Accounts {
    /// Who filed.
    pub filer: UserId,
    /// Who judged and entered benchmarks.
    pub officer: UserId,
}

/// Login names by role, in the order in which they are shown.
const USERNAMES: [(Role, &str, &str); 12] = [
    (Role::CityOfficer, "city", "演示·市级经办"),
    (Role::CityLeader, "leader", "演示·市领导"),
    (Role::DepartmentOfficer, "department", "演示·责任单位经办"),
    (Role::DistrictOfficer, "district", "演示·区经办"),
    (Role::ParkOperator, "park", "演示·园区运营"),
    (Role::EnterpriseStatistician, "enterprise", "演示·企业统计员"),
    (Role::Expert, "expert", "演示·专家"),
    (Role::SafetyOfficer, "safety", "演示·安全管理员"),
    (Role::BankOfficer, "bank", "演示·银行经办"),
    (Role::SystemAdmin, "sysadmin", "演示·系统管理员"),
    (Role::SecurityAdmin, "secadmin", "演示·安全保密管理员"),
    (Role::AuditAdmin, "auditor", "演示·安全审计员"),
];

/// Creates them: the district, park and enterprise are those of the first park, whose last member is the one that did
/// not file.
pub(super) async fn create(loader: &Loader<'_>, ids: &Ids) -> Result<Accounts, StoreError> {
    let first = loader.city.options.years.first().copied().unwrap_or_default();
    let mut tx = loader.db.begin(&loader.context(after(first, 1, 12), None)).await?;
    let mut accounts = Vec::new();
    for (role, username, name) in USERNAMES {
        let Some(grant) = grant(loader, ids, role) else { continue };
        let cheap = PasswordPolicy::cheap();
        let user = users::insert(&mut tx, &scope(), &cheap, username, name, DEMO_PASSWORD, true).await?;
        users::give(&mut tx, &scope(), user.id, grant).await?;
        accounts.push((role, user.id));
    }
    tx.commit("演示数据：账号").await?;
    let of = |wanted: Role| accounts.iter().find(|(role, _)| *role == wanted).map(|(_, id)| *id);
    let officer = of(Role::CityOfficer).ok_or(StoreError::NotFound)?;
    Ok(Accounts { filer: of(Role::ParkOperator).unwrap_or(officer), officer })
}

fn grant(loader: &Loader<'_>, ids: &Ids, role: Role) -> Option<NewGrant> {
    let park = loader.city.parks.first();
    match role {
        Role::CityOfficer | Role::CityLeader | Role::Expert | Role::SafetyOfficer => {
            Some(NewGrant::Organisation(role, ids.city))
        }
        Role::DepartmentOfficer => ids.departments.first().map(|id| NewGrant::Organisation(role, *id)),
        Role::DistrictOfficer => {
            let district = park.map_or(0, |park| park.district);
            ids.districts.get(district).map(|id| NewGrant::Organisation(role, *id))
        }
        Role::ParkOperator => ids.operators.first().map(|id| NewGrant::Organisation(role, *id)),
        Role::EnterpriseStatistician => {
            let last = park.map_or(0, |park| park.members.end.saturating_sub(1));
            ids.enterprises.get(last).map(|id| NewGrant::Enterprise(role, *id))
        }
        Role::BankOfficer => Some(NewGrant::Organisation(role, ids.bank)),
        Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => Some(NewGrant::Everywhere(role)),
    }
}
