//! The audit trail: one entry for each change and each read of sensitive figures, chained by SM3 per server.
//!
//! Entries hold salted digests of before and after, not the content, so that personal content can be erased lawfully.

mod chain;
mod search;

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::ids::UserId;

pub(crate) use chain::write_entries;
pub use chain::{Verification, verify};
pub use search::{AuditQuery, AuditRow, list};

/// What is to be written down.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Stable word, `<verb>_<resource>`, e.g. `update_park`.
    pub action: String,
    /// Kind of the object, e.g. `park`.
    pub subject_kind: String,
    /// Id of the object, where there is one.
    pub subject_id: Option<String>,
    /// Shown name of the object at that time.
    pub subject_name: Option<String>,
    /// `done`, `refused`, `failed`.
    pub result: &'static str,
    /// State before; only its salted digest is kept.
    pub before: Option<Json>,
    /// State after; only its salted digest is kept.
    pub after: Option<Json>,
    /// Reason given, or other words for people. No personal content.
    pub detail: Option<String>,
    /// Why the system acted, when it did.
    pub system_reason: Option<&'static str>,
    /// Who, when it is not the context's actor (a login that failed).
    pub actor: Option<UserId>,
}

impl Entry {
    /// A change that was done.
    #[expect(clippy::needless_pass_by_value, reason = "ids are small and copied, texts are literals")]
    pub fn done(
        action: impl Into<String>,
        subject_kind: impl Into<String>,
        subject_id: impl ToString,
    ) -> Self {
        Self {
            action: action.into(),
            subject_kind: subject_kind.into(),
            subject_id: Some(subject_id.to_string()),
            subject_name: None,
            result: "done",
            before: None,
            after: None,
            detail: None,
            system_reason: None,
            actor: None,
        }
    }

    /// With the object's name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.subject_name = Some(name.into());
        self
    }

    /// With the states before and after.
    pub fn states(mut self, before: Option<Json>, after: Option<Json>) -> Self {
        (self.before, self.after) = (before, after);
        self
    }

    /// With words for people.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With another result than `done`.
    pub fn result(mut self, result: &'static str) -> Self {
        self.result = result;
        self
    }

    /// With the scope under which it happened.
    pub(crate) fn under(mut self, scope: &crate::Scope) -> Self {
        self.system_reason = scope.system_reason();
        self
    }
}

/// An instant range of a search.
pub type InstantRange = (Option<Timestamp>, Option<Timestamp>);
