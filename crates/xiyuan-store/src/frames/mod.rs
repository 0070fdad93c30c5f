//! Frames: the figures an evaluation reads, as of a known time, streamed from the filings into the engine's builder.
//!
//! One path for every known time: the revisions themselves are read, never the current rows, so that a frame as of an
//! old commit and one made at that commit are the same.

mod changes;
mod figures;
mod rulings;
mod subjects;

pub use changes::{Changes, changes_since};

use std::collections::{HashMap, HashSet};

use uuid::Uuid;
use xiyuan_policy::frame::{EnterpriseIx, Frame, FrameBuilder, ParkIx, Period};
use xiyuan_policy::package::Package;

use crate::database::{Database, Run, Sql};
use crate::error::{Result, StoreError};
use crate::known_time::KnownTime;
use crate::role::Action;
use crate::scope::{Reach, Scope};

/// What a frame is being filled with.
pub(super) struct Filling<'p> {
    builder: FrameBuilder<'p>,
    package: &'p Package,
    periods: Vec<Period>,
    known: KnownTime,
    parks: HashMap<Uuid, ParkIx>,
    enterprises: HashMap<Uuid, EnterpriseIx>,
    /// Subjects whose sensitive fields may be read; `None` is all.
    sensitive: Option<HashSet<Uuid>>,
    /// Stored values that the package's fields cannot take any more: they count as missing.
    misfits: u64,
}

/// Builds the frame of a package for some periods, with everything known up to a commit. For shared evaluations the
/// scope is the system's; a person's scope gives only the rows (and sensitive fields) that the person sees.
pub async fn frame(
    db: &Database,
    scope: &Scope,
    package: &Package,
    periods: &[Period],
    known: KnownTime,
) -> Result<Frame> {
    let mut reader = db.reader();
    let sees = visible(&mut reader, scope, Action::ReadFigures).await?;
    let sensitive = visible(&mut reader, scope, Action::ReadSensitive).await?;
    let mut filling = Filling {
        builder: FrameBuilder::new(package, periods.to_vec(), known.0),
        package,
        periods: periods.to_vec(),
        known,
        parks: HashMap::new(),
        enterprises: HashMap::new(),
        sensitive,
        misfits: 0,
    };
    filling.subjects(&mut reader, sees.as_ref()).await?;
    filling.memberships(&mut reader).await?;
    filling.industries(&mut reader).await?;
    filling.filings(&mut reader).await?;
    filling.judgements(&mut reader).await?;
    filling.benchmarks(&mut reader).await?;
    filling.rulings(&mut reader).await?;
    if filling.misfits > 0 {
        tracing::warn!(
            values = filling.misfits,
            package = package.id,
            "filed values do not fit the package's fields"
        );
    }
    Ok(filling.builder.finish())
}

/// Ids of the parks and enterprises that an action reaches; `None` is all.
async fn visible(run: &mut impl Run, scope: &Scope, action: Action) -> Result<Option<HashSet<Uuid>>> {
    let reach: Reach = scope.reach(action);
    if reach.all {
        return Ok(None);
    }
    let mut found = HashSet::new();
    let mut sql = Sql::new("SELECT x.id FROM parks x WHERE ");
    reach.push_parks(&mut sql, "x", scope.today());
    found.extend(run.all(sql, |row| row.get::<Uuid>("id")).await?);
    let mut sql = Sql::new("SELECT x.id FROM enterprises x WHERE ");
    reach.push_enterprises(&mut sql, "x", scope.today());
    found.extend(run.all(sql, |row| row.get::<Uuid>("id")).await?);
    Ok(Some(found))
}

fn fault(error: xiyuan_policy::frame::FrameError) -> StoreError {
    StoreError::internal(error)
}
