//! What can go wrong, typed: refusals (facts about the request) and one `Internal` for faults.

use jiff::Timestamp;

use crate::role::Action;

/// Result of the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a value was refused; stable words for the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvalidCode {
    /// A credit code of wrong length or alphabet.
    UsccMalformed,
    /// A credit code whose check digit does not hold and which nobody confirmed.
    UsccCheckDigit,
    /// Another row has this value already.
    Duplicate,
    /// Must not be empty.
    Required,
    /// Not one of the allowed values, or of the wrong shape.
    Malformed,
    /// End before start, or overlapping periods.
    Dates,
    /// Refers to a row that is not there (or not visible).
    Unknown,
    /// Above a limit.
    TooLarge,
    /// Roles that exclude each other.
    RolesExclude,
    /// The object is in a state that does not allow it.
    State,
    /// The name and password do not match, or the account is not active.
    Credentials,
    /// The password is too weak.
    WeakPassword,
}

impl InvalidCode {
    /// Stable English code.
    pub fn code(self) -> &'static str {
        match self {
            Self::UsccMalformed => "uscc-malformed",
            Self::UsccCheckDigit => "uscc-check-digit",
            Self::Duplicate => "duplicate",
            Self::Required => "required",
            Self::Malformed => "malformed",
            Self::Dates => "dates",
            Self::Unknown => "unknown",
            Self::TooLarge => "too-large",
            Self::RolesExclude => "roles-exclude",
            Self::State => "state",
            Self::Credentials => "credentials",
            Self::WeakPassword => "weak-password",
        }
    }
}

/// A refused value: which field, why, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Field name (camelCase of the API), empty when the whole request is meant.
    pub field: String,
    /// Why.
    pub code: InvalidCode,
    /// What was found, where it helps and is no secret.
    pub value: Option<String>,
}

/// Errors of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not there, or not inside the reader's scope: the two look the same.
    #[error("not found")]
    NotFound,
    /// Someone else changed it first.
    #[error("changed meanwhile, current revision is {current}")]
    Conflict {
        /// The revision that stands now.
        current: i64,
    },
    /// Visible, but this action is not granted here.
    #[error("not allowed: {action:?}")]
    Forbidden {
        /// What was attempted.
        action: Action,
    },
    /// A value was refused.
    #[error("invalid {}: {}", .0.field, .0.code.code())]
    Invalid(Invalid),
    /// Locked after too many failures.
    #[error("locked until {until}")]
    Locked {
        /// When it opens again.
        until: Timestamp,
    },
    /// A fault: logged once, never shown.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// A fault from any error or message.
    pub(crate) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// A refused value.
    pub(crate) fn invalid(field: &str, code: InvalidCode, value: Option<String>) -> Self {
        Self::Invalid(Invalid { field: field.to_owned(), code, value })
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// Whether a database error is a broken UNIQUE or PRIMARY KEY constraint.
pub(crate) fn is_unique_violation(error: &StoreError) -> bool {
    let StoreError::Internal(cause) = error else { return false };
    matches!(
        cause.downcast_ref::<sqlx::Error>(),
        Some(sqlx::Error::Database(db)) if db.is_unique_violation()
    )
}
