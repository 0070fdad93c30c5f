//! Drafts of policy versions: changed, checked while typing, tried on worked examples and real parks, signed, published.
//!
//! A draft keeps only what differs from the version it was made from. Nothing here decides what a policy may say: that
//! is the compiler's work; and nothing here stores: that is the store's.

mod routes;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    use routes::{files, lifecycle, numbers, publish, work};
    OpenApiRouter::new()
        .routes(routes!(lifecycle::list_policy_drafts, lifecycle::create_policy_draft))
        .routes(routes!(lifecycle::get_policy_draft, lifecycle::delete_policy_draft))
        .routes(routes!(lifecycle::restore_policy_draft))
        .routes(routes!(files::get_draft_file, files::put_draft_file, files::delete_draft_file))
        .routes(routes!(files::revert_draft_file))
        .routes(routes!(files::check_draft))
        .routes(routes!(work::list_draft_names))
        .routes(routes!(numbers::list_draft_numbers, numbers::change_draft_number))
        .routes(routes!(work::test_draft))
        .routes(routes!(work::accept_expectations))
        .routes(routes!(work::preview_draft))
        .routes(routes!(work::get_draft_difference))
        .routes(routes!(publish::publish_draft))
}
