//! Imports: files are staged row by row, then published in one transaction; a whole import can be undone.

mod payload;
mod publish;
mod read;
mod registry_rows;
mod staging;
mod undo;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use xiyuan_policy::frame::Period;

use crate::ids::{ImportId, UserId};
use crate::known_time::KnownTime;

pub use payload::{Problem, Severity, StagedPayload, StagedRow};
pub use publish::{PublishMode, PublishReport, publish};
pub use read::{file, get, list, problems, staged};
pub use staging::{NewImport, clear_rows, insert, recover, set_mapping, set_status, stage};
pub use undo::{Blocked, undo};

/// What an import brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ImportKind {
    Parks,
    Enterprises,
    Memberships,
    Filings,
}

impl ImportKind {
    /// As stored and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Parks => "parks",
            Self::Enterprises => "enterprises",
            Self::Memberships => "memberships",
            Self::Filings => "filings",
        }
    }

    /// From its word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Parks, Self::Enterprises, Self::Memberships, Self::Filings]
            .into_iter()
            .find(|k| k.word() == word)
    }
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportStatus {
    /// The file is being read and staged.
    Reading,
    /// Staged; waits for a person.
    Ready,
    /// Being published.
    Applying,
    /// Published.
    Applied,
    /// Published and taken back.
    Undone,
    /// Could not be read or published.
    Failed,
    /// Given up by a person.
    Cancelled,
}

impl ImportStatus {
    /// As stored and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Ready => "ready",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Undone => "undone",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// From its word.
    pub fn from_word(word: &str) -> Option<Self> {
        use ImportStatus as S;
        [S::Reading, S::Ready, S::Applying, S::Applied, S::Undone, S::Failed, S::Cancelled]
            .into_iter()
            .find(|status| status.word() == word)
    }

    /// Whether a person or the importer may move it so. `Applied` and `Undone` are reached by publishing and
    /// undoing only.
    fn may_become(self, next: Self) -> bool {
        use ImportStatus as S;
        match self {
            S::Reading => matches!(next, S::Reading | S::Ready | S::Failed | S::Cancelled),
            S::Ready => matches!(next, S::Ready | S::Reading | S::Applying | S::Failed | S::Cancelled),
            S::Applying => matches!(next, S::Applying | S::Ready | S::Failed | S::Cancelled),
            S::Applied | S::Undone | S::Failed | S::Cancelled => false,
        }
    }
}

/// Numbers of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Counts {
    /// Rows read from the file.
    pub read: u64,
    /// Rows with data.
    pub data: u64,
    /// Rows without a refusing problem.
    pub accepted: u64,
    /// Rows refused.
    pub refused: u64,
    /// Rows with a question.
    pub questioned: u64,
    /// Empty or missing cells.
    pub missing_cells: u64,
    /// Values read.
    pub values: u64,
    /// Rows created when published.
    pub created: u64,
    /// Rows that got a new revision.
    pub updated: u64,
    /// Rows that did not differ.
    pub unchanged: u64,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Id.
    pub id: ImportId,
    /// What it brings.
    pub kind: ImportKind,
    /// Form of filings.
    pub form: Option<String>,
    /// Period of filings.
    pub period: Option<Period>,
    /// Digest of the policy package whose form it follows.
    pub package_digest: Option<String>,
    /// Name of the file.
    pub file_name: String,
    /// SM3 digest of the file, hex.
    pub checksum: String,
    /// Status.
    pub status: ImportStatus,
    /// Mapping and preview as the server keeps them (sheet, head rows, columns, findings).
    pub mapping: Json,
    /// Numbers.
    pub counts: Counts,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// Who.
    pub created_by: Option<UserId>,
    /// Who, by name.
    pub created_by_name: Option<String>,
    /// Commit that published it.
    pub applied_commit: Option<KnownTime>,
    /// Commit that took it back.
    pub undone_commit: Option<KnownTime>,
}
