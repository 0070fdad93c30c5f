//! Rulings: what officers decided where the policy's text leaves room – which reading counts, which park may stand below a
//! soft norm, what was decided under "in principle" – with days, reason and paper.
//!
//! What is decided takes effect through the frame; here it is checked against the policy, written, listed and revoked.

mod create;
mod export;
mod list;
mod named;
mod revoke;
pub mod types;

pub(crate) use named::{Current, brief};

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_rulings))
        .routes(routes!(create::create_ruling))
        .routes(routes!(export::export_rulings))
        .routes(routes!(revoke::revoke_ruling))
}
