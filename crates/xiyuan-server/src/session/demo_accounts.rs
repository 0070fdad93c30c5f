//! Accounts of a demo city, for its login page.

use axum::extract::State;
use xiyuan_store::{Scope, users};

use super::me;
use crate::{
    error::ApiResult,
    http::extract::ApiJson,
    session::types::{DemoAccount, DemoAccounts},
    state::AppState,
};

/// Password of every demo account. Demo accounts exist in demo cities only and guard nothing.
pub const DEMO_PASSWORD: &str = "Xiyuan-Demo-2023";

/// Accounts of a demo city; an empty list on any other database.
#[utoipa::path(
    get,
    path = "/demo-accounts",
    operation_id = "list_demo_accounts",
    tag = "会话",
    responses((status = 200, description = "OK", body = DemoAccounts))
)]
pub(crate) async fn list_demo_accounts(State(state): State<AppState>) -> ApiResult<ApiJson<DemoAccounts>> {
    let mut items = Vec::new();
    if me::is_demo(&state).await? {
        let scope = Scope::system("演示账号");
        for user in
            users::list(&state.db, &scope).await?.into_iter().filter(|user| user.is_demo && user.is_active)
        {
            let grants = users::of_user(&state.db, &scope, user.id).await?;
            let Some(grant) = grants.first() else { continue };
            items.push((
                grant.role,
                DemoAccount {
                    username: user.username,
                    password: DEMO_PASSWORD.to_owned(),
                    name: user.name,
                    role: grant.role.id().to_owned(),
                    role_name: grant.role.title().to_owned(),
                    organisation: grant.organisation.1.clone(),
                },
            ));
        }
        items.sort_by(|a, b| (rank(a.0), &a.1.username).cmp(&(rank(b.0), &b.1.username)));
    }
    Ok(ApiJson(DemoAccounts { items: items.into_iter().map(|(_, account)| account).collect() }))
}

/// City officers first: they see most.
fn rank(role: xiyuan_store::Role) -> u8 {
    use xiyuan_store::Role as R;
    match role {
        R::CityOfficer => 0,
        R::DistrictOfficer => 1,
        R::ParkOperator => 2,
        R::EnterpriseStatistician => 3,
        R::CityLeader => 4,
        _ => 5,
    }
}
