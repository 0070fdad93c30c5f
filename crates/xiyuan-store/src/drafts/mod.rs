//! Drafts of policy versions: what differs from a published version, every change kept as a revision.
//!
//! Only those who may publish see drafts at all; to others they do not exist. What the files say is not looked at here.

mod read;
mod write;

use jiff::Timestamp;

use crate::ids::{DraftId, UserId};

pub use read::{changes, get, list};
pub use write::{change, close, discard, insert, restore};

/// Where a draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftStatus {
    /// Being written.
    Draft,
    /// Became a version.
    Published,
    /// Put away.
    Discarded,
}

impl DraftStatus {
    /// As stored.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Discarded => "discarded",
        }
    }

    fn from_word(word: &str) -> crate::Result<Self> {
        match word {
            "draft" => Ok(Self::Draft),
            "published" => Ok(Self::Published),
            "discarded" => Ok(Self::Discarded),
            other => Err(crate::StoreError::internal(format!("draft status {other}"))),
        }
    }
}

/// A draft without its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Id.
    pub id: DraftId,
    /// Policy by id.
    pub policy: String,
    /// Version it was made from.
    pub base_digest: String,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub status: DraftStatus,
    /// Counts every change.
    pub revision: i64,
    /// When opened.
    pub created_at: Timestamp,
    /// By whom, with name.
    pub created_by: Option<(UserId, String)>,
    /// Last change.
    pub updated_at: Timestamp,
    /// By whom, with name.
    pub updated_by: Option<(UserId, String)>,
    /// The version that it became.
    pub published_digest: Option<String>,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// It has this text.
    Put(String),
    /// It is not in the draft.
    Remove,
    /// It is as in the base.
    Revert,
}
