//! Ids as types: UUIDv7, never mixed up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xiyuan_policy::package::Subject;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<$name> for crate::database::Arg {
            fn from(id: $name) -> Self {
                Self::Id(Some(id.0))
            }
        }

        impl From<Option<$name>> for crate::database::Arg {
            fn from(id: Option<$name>) -> Self {
                Self::Id(id.map(|id| id.0))
            }
        }

        impl crate::database::Column for $name {
            fn read(row: &crate::database::Row, name: &str) -> crate::Result<Self> {
                Uuid::read(row, name).map(Self)
            }
        }

        impl crate::database::Column for Option<$name> {
            fn read(row: &crate::database::Row, name: &str) -> crate::Result<Self> {
                Ok(Option::<Uuid>::read(row, name)?.map($name))
            }
        }
    )*};
}

ids! {
    /// A node of the governing tree: city, department, district, operator, bank.
    OrganisationId,
    /// A park.
    ParkId,
    /// An enterprise.
    EnterpriseId,
    /// One dated membership of an enterprise in a park.
    MembershipId,
    /// One dated leading industry of a park or an enterprise.
    IndustryId,
    /// The filing of one subject, form and period, over all its revisions.
    FilingId,
    /// A user.
    UserId,
    /// A grant: role × organisation.
    GrantId,
    /// An import.
    ImportId,
    /// A file of evidence.
    EvidenceId,
    /// A frozen decision.
    DecisionId,
    /// Something decided where a policy's text leaves room.
    RulingId,
    /// A long-running job.
    JobId,
    /// A draft of a policy version.
    DraftId,
}

/// Whose figures: kind and id. For the city the id is its organisation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SubjectId {
    /// Kind.
    pub kind: Subject,
    /// Id.
    pub id: Uuid,
}

impl SubjectId {
    /// Kind as stored.
    pub(crate) fn kind_text(kind: Subject) -> &'static str {
        kind.word()
    }

    /// Kind from its stored text.
    pub(crate) fn kind_from(text: &str) -> crate::Result<Subject> {
        match text {
            "enterprise" => Ok(Subject::Enterprise),
            "park" => Ok(Subject::Park),
            "city" => Ok(Subject::City),
            other => Err(crate::StoreError::internal(format!("subject kind {other}"))),
        }
    }
}

impl From<EnterpriseId> for SubjectId {
    fn from(id: EnterpriseId) -> Self {
        Self { kind: Subject::Enterprise, id: id.0 }
    }
}

impl From<ParkId> for SubjectId {
    fn from(id: ParkId) -> Self {
        Self { kind: Subject::Park, id: id.0 }
    }
}

impl SubjectId {
    /// From columns `subject_kind` and `subject_id`.
    pub(crate) fn read_row(row: &crate::database::Row) -> crate::Result<Self> {
        let kind: String = row.get("subject_kind")?;
        Ok(Self { kind: Self::kind_from(&kind)?, id: row.get("subject_id")? })
    }
}
