//! Filings: one subject's figures for one form and period, with revisions.

pub mod checks;
mod create;
mod get;
pub mod truth;
pub mod types;
pub mod values;

pub(crate) use create::period_of;

use utoipa_axum::{router::OpenApiRouter, routes};
use xiyuan_policy::package::Package;

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create::create_filing)).routes(routes!(get::get_filing))
}

/// Title of a form; its id when the package does not know it.
pub fn form_name(package: Option<&Package>, form: &str) -> String {
    let found = package.and_then(|package| package.forms.iter().find(|candidate| candidate.id == form));
    found.map_or_else(|| form.to_owned(), |form| form.name.clone())
}
