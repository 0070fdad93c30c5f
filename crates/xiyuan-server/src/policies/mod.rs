//! Published policy packages: text by clause, rules in words.

pub(crate) mod difference;
mod duties;
pub(crate) mod examples;
mod get;
mod list;
mod show;
pub mod types;
pub(crate) mod versions;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

pub(crate) use versions::first_day;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_policies))
        .routes(routes!(get::get_policy))
        .routes(routes!(examples::test_policy))
        .routes(routes!(versions::list_policy_versions))
        .routes(routes!(versions::get_policy_difference))
}

/// Chinese name of a role; one that the product does not know stands for itself.
pub fn role_name(id: &str) -> String {
    show::role(id).name
}
