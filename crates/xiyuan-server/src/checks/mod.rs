//! Self-check of a park, outcomes of all parks, what-if, figures opened down to filings.
//!
//! [`check_park`], [`list_checks`], [`run_what_if`] and [`explain_figure`] are what the command line calls as well.

mod check;
pub(crate) mod criterion;
mod figure;
mod levers;
mod list;
pub(crate) mod missing;
pub(crate) mod numbers;
mod question;
mod ranks;
mod routes;
mod seen;
pub(crate) mod sight;
mod suppose;
pub mod types;
mod versions;
mod what_if;

pub use check::{check_park, redact};
pub(crate) use criterion::undefined;
pub use figure::{FigureQuestion, explain_figure};
pub use levers::{LeverQuestion, find_levers};
pub(crate) use list::parks_in;
pub use list::{ParkTally, Tallies, list_checks, tallies};
pub use question::CheckQuestion;
pub(crate) use seen::visible_parks;
pub(crate) use sight::is_hidden_sum_safe;
pub(crate) use versions::{Compared, compare_versions};
pub use what_if::run_what_if;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(self::routes::get_park_check))
        .routes(routes!(self::routes::list_checks))
        .routes(routes!(self::routes::run_what_if))
        .routes(routes!(self::routes::export_what_if))
        .routes(routes!(self::routes::list_levers))
        .routes(routes!(self::routes::get_figure))
}
