//! Targets of a package: computed once for a year and a commit, over frames that hold the years they add up.

use std::sync::Arc;

use xiyuan_policy::{
    evaluate::{TargetProgress, target, target_period},
    frame::{Frame, Period},
    needs,
    package::Package,
    plan::TargetIx,
};
use xiyuan_store::Commit;

use super::{Engine, blocking, run::evaluation_error};
use crate::error::ApiResult;

/// Whose targets, for which year, as of when.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TargetsKey {
    digest: String,
    year: i16,
    known: i64,
}

/// Progress of every target of a package.
#[derive(Debug)]
pub struct Reached {
    /// Package.
    pub package: Arc<Package>,
    /// As of.
    pub commit: Commit,
    /// In the order of the package, each with the frame it was computed over.
    pub targets: Vec<(TargetProgress, Arc<Frame>)>,
}

impl Engine {
    /// Progress of all targets when a year is looked at; none is computed for a year after the one it is due in.
    pub(crate) async fn targets(
        &self,
        package: &Arc<Package>,
        year: i16,
        commit: Commit,
    ) -> ApiResult<Arc<Reached>> {
        let key = TargetsKey { digest: package.digest.clone(), year, known: commit.number.0 };
        self.reached.get_or_make(key, Box::pin(self.reach(package, year, commit))).await
    }

    async fn reach(&self, package: &Arc<Package>, year: i16, commit: Commit) -> ApiResult<Arc<Reached>> {
        let mut frames: Vec<(Period, Arc<Frame>)> = Vec::new();
        let mut asked = Vec::new();
        for ix in (0..).map(TargetIx).take(package.targets.len()) {
            let period = target_period(package, ix, year);
            let known = frames.iter().find(|(of, _)| *of == period).map(|(_, frame)| Arc::clone(frame));
            let frame = if let Some(frame) = known {
                frame
            } else {
                let periods = needs::target_periods(package, period);
                let held = Box::pin(self.held(package, periods, commit.number)).await?;
                frames.push((period, Arc::clone(&held.frame)));
                Arc::clone(&held.frame)
            };
            asked.push((ix, period, frame));
        }
        let of = Arc::clone(package);
        let computed = blocking(move || {
            let each = asked.into_iter().map(|(ix, period, frame)| {
                let progress = target(&of, &frame, ix, period)?;
                Ok((progress, frame))
            });
            each.collect::<Result<Vec<_>, _>>()
        });
        let targets = computed.await?.map_err(evaluation_error)?;
        Ok(Arc::new(Reached { package: Arc::clone(package), commit, targets }))
    }
}
