//! Decisions to look at again: what they rest on came out differently since.

use super::{Decision, SELECT, read};
use crate::database::{Database, Run, Sql};
use crate::error::Result;
use crate::ids::SubjectId;
use crate::registry::is_subject_in;
use crate::role::Action;
use crate::scope::Scope;

/// Standing decisions (superseded by none) of an assessment and a year about any of these subjects that the scope
/// sees, newest first.
pub async fn concerned(
    db: &Database,
    scope: &Scope,
    assessment: &str,
    year: i16,
    subjects: &[SubjectId],
) -> Result<Vec<Decision>> {
    let mut reader = db.reader();
    let mut found = Vec::new();
    for piece in subjects.chunks(500) {
        let mut sql = Sql::new(SELECT);
        sql.push("n.id IS NULL AND d.assessment = ").arg(assessment);
        sql.push(" AND d.year = ").arg(i64::from(year)).push(" AND d.subject_id IN ");
        sql.list(piece.iter().map(|subject| subject.id));
        found.extend(reader.all(sql, read).await?);
    }
    let mut seen = Vec::with_capacity(found.len());
    for decision in found {
        if is_subject_in(&mut reader, scope, Action::ReadFigures, decision.frozen.subject).await? {
            seen.push(decision);
        }
    }
    seen.sort_by_key(|decision| (std::cmp::Reverse(decision.commit), decision.id));
    Ok(seen)
}
