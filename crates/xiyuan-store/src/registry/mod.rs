//! The registry: organisations, parks, enterprises, memberships, leading industries. Each change is a revision.

mod access;
pub mod enterprises;
mod entity;
pub mod industries;
pub mod memberships;
pub mod organisations;
pub mod parks;
mod revisions;

pub(crate) use access::{is_subject_in, require_subject, subject_name};
pub(crate) use entity::{Entity, load, restore, save, save_many, withdraw};
pub use revisions::{EntityKind, FieldChange, Revision, history};

/// How a row came to be there, for writes that are not typed by hand.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The import it came with.
    pub import: Option<crate::ImportId>,
    /// Reason given.
    pub reason: Option<String>,
}

impl Origin {
    /// With a reason.
    pub fn because(reason: impl Into<String>) -> Self {
        Self { import: None, reason: Some(reason.into()) }
    }
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
