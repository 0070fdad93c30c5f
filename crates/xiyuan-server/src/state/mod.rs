//! What every handler reaches: database, engine, clock, settings.

mod last_drafts;
mod login_limiter;
mod running;

pub use last_drafts::LastDrafts;
pub use login_limiter::LoginLimiter;
pub use running::{Running, Stage, Work};

use std::sync::Arc;

use tokio::sync::Semaphore;
use xiyuan_store::{Clock, Context, Database, Entropy, decisions::SoftwareSigner, users::PasswordPolicy};

use crate::{config::Config, engine::Engine, error::ApiResult, metrics::Metrics};

/// Shared state of the router.
pub type AppState = Arc<Services>;

/// Where time, randomness and password costs come from: given, so that tests can fix them.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Time.
    pub clock: Clock,
    /// Ids, tokens and salts.
    pub entropy: Entropy,
    /// Cost of password hashing.
    pub passwords: PasswordPolicy,
}

impl Sources {
    /// The machine's clock and randomness, standard password costs.
    pub fn system() -> Self {
        Self {
            clock: Clock::new(jiff::Timestamp::now),
            entropy: Entropy::from_system(),
            passwords: PasswordPolicy::standard(),
        }
    }
}

/// Everything a feature needs. The command line makes one as well and calls features without HTTP.
pub struct Services {
    /// Settings.
    pub config: Config,
    /// Database.
    pub db: Database,
    /// Time, randomness, password costs.
    pub sources: Sources,
    /// Compiled packages, frames, results.
    pub engine: Engine,
    /// Signs decisions.
    pub signer: SoftwareSigner,
    /// Login attempts by address.
    pub logins: LoginLimiter,
    /// Drafts as they last compiled.
    pub last_drafts: LastDrafts,
    /// Imports at work in this process.
    pub imports: Running,
    /// Long work at the same time.
    pub(crate) workers: Arc<Semaphore>,
    /// Numbers for Prometheus.
    pub metrics: Arc<Metrics>,
}

impl Services {
    /// Services over an open database. Imports that a killed process left unfinished are failed cleanly here.
    pub async fn start(config: Config, db: Database, sources: Sources) -> ApiResult<AppState> {
        let context = Context::new(None, "start", sources.clock.clone(), sources.entropy.clone());
        let recovered = xiyuan_store::imports::recover(&db, &context).await?;
        if recovered > 0 {
            tracing::warn!(imports = recovered, "unfinished imports of an earlier process were failed");
        }
        Self::attach(config, db, sources).await
    }

    /// Services beside a server that may be at work on the same database: nothing is recovered.
    pub async fn attach(config: Config, db: Database, sources: Sources) -> ApiResult<AppState> {
        let context = Context::new(None, "attach", sources.clock.clone(), sources.entropy.clone());
        let metrics = Arc::new(Metrics::default());
        let signer = SoftwareSigner::load(&db, &context).await?;
        Ok(Arc::new(Self {
            workers: Arc::new(Semaphore::new(config.limits.concurrent_jobs.max(1))),
            engine: Engine::new(
                db.clone(),
                Arc::clone(&metrics),
                sources.clock.clone(),
                sources.entropy.clone(),
            ),
            config,
            db,
            sources,
            signer,
            logins: LoginLimiter::default(),
            last_drafts: LastDrafts::default(),
            imports: Running::default(),
            metrics,
        }))
    }

    /// A context for work that no request asked for.
    pub fn own_context(&self, name: &str) -> Context {
        Context::new(None, name, self.sources.clock.clone(), self.sources.entropy.clone())
    }

    /// The business day.
    pub fn today(&self) -> jiff::civil::Date {
        self.own_context("today").today()
    }
}
