//! Where SQLite and PostgreSQL differ: nowhere else.

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// One file, WAL, bundled.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

impl Dialect {
    /// Bound parameters one statement may have.
    pub(crate) fn max_parameters(self) -> usize {
        match self {
            Self::Sqlite => 32_000,
            Self::Postgres => 60_000,
        }
    }

    /// Locks the selected rows until the end of the transaction (SQLite has one writer anyway).
    pub(crate) fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// As [`Self::for_update`], skipping rows that another server holds.
    pub(crate) fn for_update_skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// The next transaction id.
    pub(crate) fn next_transaction_id(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "UPDATE counters SET value = value + 1 WHERE name = 'transaction' RETURNING value"
            }
            Self::Postgres => "SELECT nextval('transaction_ids') AS value",
        }
    }

    /// `greatest` of two expressions.
    pub(crate) fn greatest(self, left: &str, right: &str) -> String {
        match self {
            Self::Sqlite => format!("max({left}, {right})"),
            Self::Postgres => format!("greatest({left}, {right})"),
        }
    }

    /// Position of a text in another, 0 when it is not there (plain characters, no wildcards).
    pub(crate) fn position_of(self, haystack: &str, needle: &str) -> String {
        match self {
            Self::Sqlite => format!("instr({haystack}, {needle})"),
            Self::Postgres => format!("strpos({haystack}, {needle})"),
        }
    }
}
