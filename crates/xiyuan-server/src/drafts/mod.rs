//! Drafts of policy versions: changed, checked while typing, tried on worked examples and real parks, signed, published.
//!
//! A draft keeps only what differs from the version it was made from. Nothing here decides what a policy may say: that
//! is the compiler's work; and nothing here stores: that is the store's.

mod findings;
mod functions;
mod loaded;
mod names;
mod routes;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};
use xiyuan_policy::edit::EditError;

use crate::{error::ApiError, state::AppState};

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    use routes::{files, lifecycle, numbers, publish, work};
    OpenApiRouter::new()
        .routes(routes!(lifecycle::list_policy_drafts, lifecycle::create_policy_draft))
        .routes(routes!(lifecycle::get_policy_draft, lifecycle::delete_policy_draft))
        .routes(routes!(lifecycle::restore_policy_draft))
        .routes(routes!(files::get_draft_file, files::put_draft_file, files::delete_draft_file))
        .routes(routes!(files::revert_draft_file))
        .routes(routes!(files::rename_draft_file))
        .routes(routes!(files::check_draft))
        .routes(routes!(work::list_draft_names))
        .routes(routes!(numbers::list_draft_numbers, numbers::change_draft_number))
        .routes(routes!(work::test_draft))
        .routes(routes!(work::accept_expectations))
        .routes(routes!(work::preview_draft))
        .routes(routes!(work::get_draft_difference))
        .routes(routes!(publish::publish_draft))
}

/// Why a guided change was not made.
#[expect(clippy::needless_pass_by_value, reason = "used as a mapper of errors")]
fn refusal(error: EditError) -> ApiError {
    let text = format!("{error}。");
    match error {
        EditError::UnknownNumber(_) => ApiError::field("parameter", "unknown-parameter", text),
        EditError::NotANumber(_) => ApiError::field("value", "not-a-number", text),
        EditError::NotDatable(_) => ApiError::field("from", "number-not-dated", text),
        EditError::Words { .. } => ApiError::field("quote", "words-not-found", text),
        EditError::NoClause(_) => ApiError::field("quote", "no-clause", text),
        EditError::UnknownExample(_) => ApiError::field("examples", "unknown-example", text),
        EditError::Shape(_) => ApiError::refused("needs-editor", text),
    }
}
