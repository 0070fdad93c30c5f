//! The engine as a service: published packages compiled once, frames and results cached until a commit makes them old.
//!
//! Keys carry the number of the commit, so nothing here can be stale: a correction has a new number, and every question
//! begins by asking for the latest one. Work on the CPU runs outside the async threads.

mod cache;
mod catch_up;
mod differences;
mod packages;
pub(crate) mod run;
mod targets;

pub use packages::{PublishError, Sources, publish, yearly_enterprise_form};
pub use run::{Evaluated, Question};
pub use targets::Reached;

use std::sync::Arc;

use jiff::civil::Date;
use xiyuan_policy::{
    compile::Compiled,
    frame::{Frame, Period},
    needs,
    package::Package,
};
use xiyuan_store::{AsOf, Clock, Commit, Database, DraftId, Entropy, KnownTime, Scope, known_time};

use crate::{
    error::{ApiError, ApiResult},
    metrics::Metrics,
};
use cache::Newest;
use catch_up::Held;

/// Compiled packages kept: those in force and the last few of old decisions.
const PACKAGES: usize = 8;
/// Files of versions kept: the bases of drafts at work.
const SOURCES: usize = 4;
/// Compiled drafts kept.
const DRAFTS: usize = 8;
/// Frames kept: a frame of a whole city takes tens of megabytes. Targets have one of their own.
const FRAMES: usize = 4;
/// Results kept.
const RESULTS: usize = 16;
/// Years of which the targets are kept.
const REACHED: usize = 8;
/// Compiled packages kept with their worked examples.
const COMPILED: usize = 4;
/// How far back the latest filed year is looked for.
const YEARS_BACK: i16 = 20;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct FrameKey {
    digest: String,
    periods: Vec<Period>,
    known: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ResultKey {
    digest: String,
    assessment: usize,
    period: Period,
    known: i64,
}

/// See the module's head.
pub struct Engine {
    db: Database,
    metrics: Arc<Metrics>,
    clock: Clock,
    entropy: Entropy,
    packages: Newest<String, Arc<Package>>,
    sources: Newest<String, Arc<Sources>>,
    drafts: Newest<(DraftId, i64), Arc<Compiled>>,
    frames: Newest<FrameKey, Arc<Held>>,
    results: Newest<ResultKey, Arc<Evaluated>>,
    years: Newest<i64, i16>,
    reached: Newest<targets::TargetsKey, Arc<Reached>>,
    compiled: Newest<String, Arc<Compiled>>,
}

impl Engine {
    /// An engine over a database; the clock says which version of a policy is in force.
    pub fn new(db: Database, metrics: Arc<Metrics>, clock: Clock, entropy: Entropy) -> Self {
        Self {
            db,
            metrics,
            clock,
            entropy,
            packages: Newest::new(PACKAGES),
            sources: Newest::new(SOURCES),
            drafts: Newest::new(DRAFTS),
            frames: Newest::new(FRAMES),
            results: Newest::new(RESULTS),
            years: Newest::new(1),
            reached: Newest::new(REACHED),
            compiled: Newest::new(COMPILED),
        }
    }

    /// The commit that a question is answered as of.
    pub async fn commit(&self, as_of: Option<&str>) -> ApiResult<Commit> {
        let as_of = match as_of.filter(|text| !text.is_empty()) {
            None => AsOf::Now,
            Some(text) => text.parse()?,
        };
        Ok(known_time::resolve(&self.db, as_of).await?)
    }

    /// The frame of a package for a period and those that its formulas reach back to, as of a commit.
    pub async fn frame(
        &self,
        package: &Arc<Package>,
        period: Period,
        known: KnownTime,
    ) -> ApiResult<Arc<Frame>> {
        let periods = needs::periods(package, period);
        Ok(Arc::clone(&self.held(package, periods, known).await?.frame))
    }

    /// The latest year for which any enterprise filed the yearly form; last year when nobody did yet.
    pub async fn latest_year(&self, today: Date) -> ApiResult<i16> {
        let commit = known_time::latest(&self.db).await?;
        let package = self.default_package().await?;
        self.years
            .get_or_make(commit.number.0, async {
                let form = package.as_deref().and_then(yearly_enterprise_form);
                let Some(form) = form else { return Ok(today.year() - 1) };
                let scope = Scope::system("最近填报年度");
                for year in (today.year() - YEARS_BACK..=today.year()).rev() {
                    let period = Period::Year(year);
                    let counts =
                        xiyuan_store::filings::completeness(&self.db, &scope, &form.id, period).await?;
                    if counts.iter().any(|(_, _, filed)| *filed > 0) {
                        return Ok(year);
                    }
                }
                Ok(today.year() - 1)
            })
            .await
    }
}

/// Runs work on the CPU outside the async threads.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
}
