//! Which figures differ between two known times.

use std::{collections::HashMap, sync::Arc};

use xiyuan_policy::{
    evaluate::{EvaluationError, differing, touched},
    frame::{ApplyError, Frame, ParkIx, Period, SubjectIx},
    package::Subject,
    plan::IndicatorIx,
};
use xiyuan_store::{
    Scope,
    frames::{self, Changes},
};

use super::{
    Engine, blocking,
    run::{Evaluated, evaluation_error},
};
use crate::error::{ApiError, ApiResult};

/// Indicators that differ, by park of the later frame.
type Found = HashMap<ParkIx, Vec<IndicatorIx>>;

impl Engine {
    /// Figures of parks that differ between two evaluations of one package and period: only what the commits between them
    /// reach is computed, unless a frame cannot be kept up over them.
    pub(crate) async fn touched_figures(
        &self,
        before: &Arc<Evaluated>,
        after: &Arc<Evaluated>,
    ) -> ApiResult<Found> {
        let (from, to) = (before.commit.number, after.commit.number);
        if from == to {
            return Ok(Found::new());
        }
        let scope = Scope::system("比较两个数据时点");
        let package = &before.package;
        let changes =
            frames::changes_since(&self.db, &scope, package, before.frame.periods(), from, to).await?;
        let (before, after) = (Arc::clone(before), Arc::clone(after));
        let found = blocking(move || {
            if let Changes::These(changes) = changes {
                match before.frame.apply(&before.package, &changes, to.0) {
                    Ok(new) => {
                        let found = touched(&before.package, &before.frame, &new, &changes, &before.run);
                        return by_park(found.map(|found| found.figures), &new, &after.frame);
                    }
                    Err(ApplyError::NeedsRebuild(reason)) => tracing::debug!(reason, "compared anew"),
                    Err(ApplyError::Value(error)) => return Err(ApiError::internal(error)),
                }
            }
            let frames = (&*before.frame, &*after.frame);
            let found = differing(&before.package, frames, &before.run, Subject::Park);
            by_park(found, &after.frame, &after.frame)
        });
        found.await?
    }
}

type Figures = Vec<(IndicatorIx, SubjectIx, Period)>;

fn by_park(found: Result<Figures, EvaluationError>, of: &Frame, named_in: &Frame) -> ApiResult<Found> {
    let mut by_park = Found::new();
    for (indicator, subject, _) in found.map_err(evaluation_error)? {
        let SubjectIx::Park(park) = subject else { continue };
        if let Some(park) = named_in.find_park(&of.park(park).id) {
            by_park.entry(park).or_default().push(indicator);
        }
    }
    Ok(by_park)
}
