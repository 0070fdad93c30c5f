//! Revisions of registry rows: the whole state as a document, the difference between two made on reading.

use jiff::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;
use xiyuan_policy::package::Subject;

use crate::database::{Database, Run, Sql};
use crate::error::{Result, StoreError};
use crate::ids::{ImportId, SubjectId, UserId};
use crate::known_time::KnownTime;
use crate::registry::require_subject;
use crate::role::Action;
use crate::scope::Scope;

/// Kinds of registry rows that have revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum EntityKind {
    Organisation,
    Park,
    Enterprise,
    Membership,
    Industry,
}

impl EntityKind {
    /// As stored.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Organisation => 1,
            Self::Park => 2,
            Self::Enterprise => 3,
            Self::Membership => 4,
            Self::Industry => 5,
        }
    }

    /// From its stored number.
    pub(crate) fn from_number(number: i64) -> Result<Self> {
        [Self::Organisation, Self::Park, Self::Enterprise, Self::Membership, Self::Industry]
            .into_iter()
            .find(|kind| kind.number() == number)
            .ok_or_else(|| StoreError::internal(format!("entity kind {number}")))
    }

    /// Word for the audit trail and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Park => "park",
            Self::Enterprise => "enterprise",
            Self::Membership => "membership",
            Self::Industry => "industry",
        }
    }
}

/// One field that a revision changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Field (camelCase of the document).
    pub field: String,
    /// Before; `None` when it was not there.
    pub before: Option<Json>,
    /// After.
    pub after: Option<Json>,
}

/// One revision as shown in a history.
#[derive(Clone, Debug)]
pub struct Revision {
    /// 1, 2, 3 …
    pub revision: i64,
    /// Its commit.
    pub commit: KnownTime,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
    /// Reason given.
    pub reason: Option<String>,
    /// Import it came with.
    pub import: Option<ImportId>,
    /// The row was withdrawn by this revision.
    pub is_withdrawn: bool,
    /// Fields that differ from the revision before.
    pub changes: Vec<FieldChange>,
}

/// History of a park or an enterprise (or of an organisation, membership, industry), oldest first.
/// Not found when the row is outside the scope.
pub async fn history(db: &Database, scope: &Scope, kind: EntityKind, id: Uuid) -> Result<Vec<Revision>> {
    let mut reader = db.reader();
    if let Some(subject) = owner(&mut reader, kind, id).await? {
        require_subject(&mut reader, scope, Action::ReadRegistry, subject).await?;
    }
    let sql = Sql::new(
        "SELECT r.*, c.number, c.instant, c.actor_id, u.name AS actor_name FROM entity_revisions r \
         JOIN commits c ON c.tx = r.tx LEFT JOIN users u ON u.id = c.actor_id \
         WHERE r.kind = $1 AND r.entity_id = $2 ORDER BY r.revision",
    )
    .bind(kind.number())
    .bind(id);
    let mut before = Json::Null;
    let revisions = reader
        .all(sql, |row| {
            let after: Json = serde_json::from_str(&row.get::<String>("document")?)?;
            let changes = changes(&before, &after);
            before = after;
            Ok(Revision {
                revision: row.get("revision")?,
                commit: KnownTime(row.get("number")?),
                at: row.get("instant")?,
                by: row.get("actor_id")?,
                by_name: row.get("actor_name")?,
                reason: row.get("reason")?,
                import: row.get("import_id")?,
                is_withdrawn: row.get("is_withdrawn")?,
                changes,
            })
        })
        .await?;
    if revisions.is_empty() { Err(StoreError::NotFound) } else { Ok(revisions) }
}

/// The park or enterprise by which a row is governed; organisations are open.
async fn owner(run: &mut impl Run, kind: EntityKind, id: Uuid) -> Result<Option<SubjectId>> {
    Ok(match kind {
        EntityKind::Organisation => None,
        EntityKind::Park => Some(SubjectId { kind: Subject::Park, id }),
        EntityKind::Enterprise => Some(SubjectId { kind: Subject::Enterprise, id }),
        EntityKind::Membership => {
            let sql = Sql::new("SELECT enterprise_id FROM memberships WHERE id = $1").bind(id);
            let id = run.one(sql, |row| row.get("enterprise_id")).await?;
            Some(SubjectId { kind: Subject::Enterprise, id })
        }
        EntityKind::Industry => {
            let sql = Sql::new("SELECT subject_kind, subject_id FROM industries WHERE id = $1").bind(id);
            Some(run.one(sql, SubjectId::read_row).await?)
        }
    })
}

/// Fields that differ between two documents; an absent field and null are the same.
fn changes(before: &Json, after: &Json) -> Vec<FieldChange> {
    let empty = serde_json::Map::new();
    let (before, after) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let mut fields: Vec<&String> = after.keys().collect();
    fields.extend(before.keys().filter(|key| !after.contains_key(*key)));
    let side =
        |map: &serde_json::Map<String, Json>, key: &str| map.get(key).filter(|v| !v.is_null()).cloned();
    fields
        .into_iter()
        .map(|field| FieldChange {
            field: field.clone(),
            before: side(before, field),
            after: side(after, field),
        })
        .filter(|change| change.before != change.after)
        .collect()
}
