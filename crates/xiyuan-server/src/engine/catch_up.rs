//! Catching up: a newer commit costs what it changed. The frame is made from the newest one at hand, the results from
//! theirs; only where that cannot be done is a frame read anew and everything evaluated.

use std::sync::{Arc, atomic::Ordering};

use xiyuan_policy::{
    evaluate::{EvaluationError, Overrides, Run, advance, column},
    frame::{ApplyError, Change, Frame, Period},
    outcome::RunResult,
    package::Package,
};
use xiyuan_store::{
    KnownTime, Scope,
    frames::{self, Changes},
};

use super::{Engine, Evaluated, FrameKey, blocking};
use crate::error::{ApiError, ApiResult};

/// A frame, and what it was made from.
#[derive(Debug)]
pub(super) struct Held {
    pub frame: Arc<Frame>,
    /// The older frame and what changed since; `None` when it was read from the database.
    from: Option<(Arc<Frame>, Arc<Vec<Change>>)>,
}

impl Engine {
    /// The frame of a package for some periods, as of a commit.
    pub(super) async fn held(
        &self,
        package: &Arc<Package>,
        periods: Vec<Period>,
        known: KnownTime,
    ) -> ApiResult<Arc<Held>> {
        let key = FrameKey { digest: package.digest.clone(), periods, known: known.0 };
        let sought = key.clone();
        self.frames
            .get_or_make(key, async move {
                let scope = Scope::system("评估读取数据");
                if let Some(held) = self.caught_up(&scope, package, &sought).await? {
                    self.metrics.frames_applied.fetch_add(1, Ordering::Relaxed);
                    return Ok(Arc::new(held));
                }
                let frame = frames::frame(&self.db, &scope, package, &sought.periods, known).await?;
                self.metrics.frames_built.fetch_add(1, Ordering::Relaxed);
                Ok(Arc::new(Held { frame: Arc::new(frame), from: None }))
            })
            .await
    }

    /// From the newest older frame at hand; nothing when there is none, or it cannot be kept up.
    async fn caught_up(
        &self,
        scope: &Scope,
        package: &Arc<Package>,
        sought: &FrameKey,
    ) -> ApiResult<Option<Held>> {
        let is_older = |key: &FrameKey| {
            let is_same = (&key.digest, &key.periods) == (&sought.digest, &sought.periods);
            (is_same && key.known < sought.known).then_some(key.known)
        };
        let Some(older) = self.frames.best(is_older) else { return Ok(None) };
        let older = Arc::clone(&older.frame);
        let (from, to) = (KnownTime(older.known()), KnownTime(sought.known));
        let changes = match frames::changes_since(&self.db, scope, package, &sought.periods, from, to).await?
        {
            Changes::These(changes) => Arc::new(changes),
            Changes::Rebuild(reason) => {
                tracing::debug!(reason, "a frame is read anew");
                return Ok(None);
            }
        };
        let (base, package, told) = (Arc::clone(&older), Arc::clone(package), Arc::clone(&changes));
        match blocking(move || base.apply(&package, &told, to.0)).await? {
            Ok(frame) => Ok(Some(Held { frame: Arc::new(frame), from: Some((older, changes)) })),
            Err(ApplyError::NeedsRebuild(reason)) => {
                tracing::debug!(reason, "a frame is read anew");
                Ok(None)
            }
            Err(ApplyError::Value(error)) => Err(ApiError::internal(error)),
        }
    }

    /// How to come to a run's result over a frame.
    pub(super) fn way(&self, package: &Package, run: &Run, held: &Held) -> Way {
        let anew = Way::Anew;
        let Some((older, changes)) = held.from.as_ref().filter(|_| run.overrides == Overrides::default())
        else {
            return anew;
        };
        let is_older = |key: &super::ResultKey| {
            let is_same =
                (&key.digest, key.assessment, key.period) == (&package.digest, run.assessment, run.period);
            (is_same && key.known == older.known()).then_some(key.known)
        };
        match self.results.best(is_older).filter(|result| Arc::ptr_eq(&result.frame, older)) {
            Some(before) => Way::From { before, changes: Arc::clone(changes) },
            None => anew,
        }
    }

    pub(super) fn count(&self, way: &Way) {
        let counter = match way {
            Way::Anew => &self.metrics.evaluations,
            Way::From { .. } => &self.metrics.results_advanced,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// How a result is computed.
pub(super) enum Way {
    /// Everything is evaluated.
    Anew,
    /// From the result over the older frame: only what the changes reach.
    From { before: Arc<Evaluated>, changes: Arc<Vec<Change>> },
}

impl Way {
    /// The result over the newer frame.
    pub(super) fn go(
        self,
        package: &Package,
        frame: &Frame,
        run: &Run,
    ) -> Result<RunResult, EvaluationError> {
        match self {
            Self::Anew => column::evaluate(package, frame, run),
            Self::From { before, changes } => {
                advance(package, (&before.frame, frame), &changes, run, &before.result)
                    .map(|advanced| advanced.result)
            }
        }
    }
}
