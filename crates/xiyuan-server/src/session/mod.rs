//! Login, logout, who am I, change of password, demo accounts. The only place where a scope is made.

mod caller;
mod create;
mod delete;
mod demo_accounts;
mod get;
pub(crate) mod me;
mod password;
pub mod types;

pub use caller::{COOKIE, Caller, Visitor};
pub use demo_accounts::DEMO_PASSWORD;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_session, get::get_session, delete::delete_session))
        .routes(routes!(password::update_password))
        .routes(routes!(demo_accounts::list_demo_accounts))
}
