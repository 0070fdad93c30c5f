//! What every handler reaches: database, engine, clock, settings.

use std::sync::Arc;

use crate::{config::Config, session::LoginLimiter};

/// Shared state of the router.
pub type AppState = Arc<Services>;

/// Everything a feature needs. The command line makes one as well and calls features without HTTP.
pub struct Services {
    /// Settings.
    pub config: Config,
    /// Login attempts by address.
    pub logins: LoginLimiter,
}
