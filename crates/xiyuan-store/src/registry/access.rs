//! Whether a row is inside a reach. Outside the readable rows, a row is "not found"; inside them, "forbidden".

use uuid::Uuid;
use xiyuan_policy::package::Subject;

use crate::database::{Run, Sql};
use crate::error::{Result, StoreError};
use crate::ids::{OrganisationId, SubjectId};
use crate::role::Action;
use crate::scope::{Reach, Scope};

/// Whether the row of a subject is inside the reach of an action.
pub(crate) async fn is_subject_in(
    run: &mut impl Run,
    scope: &Scope,
    action: Action,
    subject: SubjectId,
) -> Result<bool> {
    let reach = scope.reach(action);
    if reach.is_empty() {
        return Ok(false);
    }
    let mut sql = Sql::default();
    match subject.kind {
        Subject::Park => {
            sql.push("SELECT 1 FROM parks x WHERE x.id = ").arg(subject.id).push(" AND ");
            reach.push_parks(&mut sql, "x", scope.today());
        }
        Subject::Enterprise => {
            sql.push("SELECT 1 FROM enterprises x WHERE x.id = ").arg(subject.id).push(" AND ");
            reach.push_enterprises(&mut sql, "x", scope.today());
        }
        Subject::City => {
            if !reach.all {
                return Ok(false);
            }
            sql.push("SELECT 1 FROM organisations x WHERE x.kind = 'city' AND x.id = ").arg(subject.id);
        }
        // Groups are computed, records belong to a subject that is asked for.
        Subject::Group(_) | Subject::Record(_) => return Ok(false),
    }
    Ok(run.optional(sql, |_| Ok(())).await?.is_some())
}

/// Refuses unless the subject is inside the reach of the action.
pub(crate) async fn require_subject(
    run: &mut impl Run,
    scope: &Scope,
    action: Action,
    subject: SubjectId,
) -> Result<()> {
    if is_subject_in(run, scope, action, subject).await? {
        return Ok(());
    }
    if action != Action::ReadRegistry && is_subject_in(run, scope, Action::ReadRegistry, subject).await? {
        return Err(StoreError::Forbidden { action });
    }
    Err(StoreError::NotFound)
}

/// Refuses unless the reach covers a district as a whole.
pub(crate) fn require_district(reach: &Reach, action: Action, district: OrganisationId) -> Result<()> {
    if reach.all || reach.districts.contains(&district) {
        Ok(())
    } else {
        Err(StoreError::Forbidden { action })
    }
}

/// Shown name of a subject, for the audit trail.
pub(crate) async fn subject_name(run: &mut impl Run, subject: SubjectId) -> Result<Option<String>> {
    let table = match subject.kind {
        Subject::Park => "parks",
        Subject::Enterprise => "enterprises",
        Subject::City => "organisations",
        Subject::Group(_) | Subject::Record(_) => return Ok(None),
    };
    name_in(run, table, subject.id).await
}

async fn name_in(run: &mut impl Run, table: &str, id: Uuid) -> Result<Option<String>> {
    let sql = Sql::new(format!("SELECT name FROM {table} WHERE id = $1")).bind(id);
    run.optional(sql, |row| row.get("name")).await
}
