//! The registry: organisations, parks, enterprises, memberships, leading industries. Each change is a revision.

pub mod enterprises;
pub mod industries;
pub mod memberships;
pub mod organisations;
pub mod parks;
mod revisions;

pub use revisions::{EntityKind, Revision, history};

/// How a row came to be there, for writes that are not typed by hand.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The import it came with.
    pub import: Option<crate::ImportId>,
    /// Reason given.
    pub reason: Option<String>,
}

/// What a write of many rows did with one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// New row.
    Created,
    /// New revision.
    Updated,
    /// Nothing differed.
    Unchanged,
}
