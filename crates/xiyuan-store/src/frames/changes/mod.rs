//! What changed between two commits, so that a frame of the older one becomes one of the newer one without reading
//! everything again.
//!
//! Each change says how something stands at the newer commit, found from the revisions that came in between. Where a
//! frame cannot be kept up (a subject that is gone, a new park, very much at once) the answer says so.

mod figures;
mod registry;
mod rulings;

use std::collections::BTreeSet;

use uuid::Uuid;
use xiyuan_policy::frame::{Change, Period, SubjectKey};
use xiyuan_policy::package::{Package, Subject};

use crate::database::{Database, Run, Sql};
use crate::error::{InvalidCode, Result, StoreError};
use crate::known_time::KnownTime;
use crate::role::Action;
use crate::scope::Scope;

/// From so many revisions on a frame is read anew: that is quicker than asking about each.
const MOST: i64 = 2_000;

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// This, in an order in which subjects come before what is said of them.
    These(Vec<Change>),
    /// The frame has to be built anew, and why.
    Rebuild(&'static str),
}

/// Everything that a frame of a package and some periods as of `from` lacks to be one as of `to`. Only frames of the
/// system's scope are kept up: a person's sight changes with grants, which have no commit number.
pub async fn changes_since(
    db: &Database,
    scope: &Scope,
    package: &Package,
    periods: &[Period],
    from: KnownTime,
    to: KnownTime,
) -> Result<Changes> {
    if scope.system_reason().is_none() {
        return Err(StoreError::Forbidden { action: Action::ReadFigures });
    }
    if from > to {
        return Err(StoreError::invalid("from", InvalidCode::Dates, Some(from.0.to_string())));
    }
    let mut reader = db.reader();
    let mut since = Since { package, periods, from, to, found: Vec::new() };
    if from == to {
        return Ok(Changes::These(since.found));
    }
    if since.count(&mut reader).await? > MOST {
        return Ok(Changes::Rebuild("many revisions at once"));
    }
    if let Some(reason) = since.registry(&mut reader).await? {
        return Ok(Changes::Rebuild(reason));
    }
    since.filings(&mut reader).await?;
    since.judgements(&mut reader).await?;
    since.benchmarks(&mut reader).await?;
    since.rulings(&mut reader).await?;
    Ok(Changes::These(since.found))
}

/// Changes in the making.
struct Since<'p> {
    package: &'p Package,
    periods: &'p [Period],
    from: KnownTime,
    to: KnownTime,
    found: Vec<Change>,
}

/// A statement about rows `r` that came after the older commit, up to the newer one.
const IN_RANGE: &str = " JOIN commits c ON c.tx = r.tx WHERE c.number > $1 AND c.number <= $2";

impl Since<'_> {
    fn in_range(&self, select: &str, rest: &str) -> Sql {
        Sql::new(format!("{select}{IN_RANGE}{rest}")).bind(self.from.0).bind(self.to.0)
    }

    async fn count(&self, run: &mut impl Run) -> Result<i64> {
        let mut count = 0;
        for table in ["filing_revisions", "entity_revisions"] {
            let sql = self.in_range(&format!("SELECT count(*) AS n FROM {table} r"), "");
            count += run.one(sql, |row| row.get::<i64>("n")).await?;
        }
        Ok(count)
    }
}

fn key(kind: Subject, id: Uuid) -> Option<SubjectKey> {
    match kind {
        Subject::Enterprise => Some(SubjectKey::Enterprise(id.to_string())),
        Subject::Park => Some(SubjectKey::Park(id.to_string())),
        Subject::City | Subject::Group(_) | Subject::Record(_) => None,
    }
}

/// Lists of ids in pieces that fit into one statement.
fn pieces(ids: &BTreeSet<Uuid>) -> Vec<Vec<Uuid>> {
    ids.iter().copied().collect::<Vec<_>>().chunks(500).map(<[Uuid]>::to_vec).collect()
}
