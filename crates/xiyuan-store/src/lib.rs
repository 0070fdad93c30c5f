//! The store: the only crate that speaks SQL. Schema, migrations, scope, audit; SQLite and PostgreSQL with one code.
//!
//! Reads are module functions on [`Database`], writes are module functions on a [`Transaction`]; both take a [`Scope`].
//! Nothing is overwritten: governed rows have revisions that carry their transaction, and the transaction's last step
//! gives it a number (the *known time*). Must not know HTTP, spreadsheets or any clause of a policy.

pub mod audit;
pub mod benchmarks;
mod context;
mod database;
pub mod decisions;
pub mod drafts;
mod error;
pub mod evidence;
pub mod facts;
pub mod filings;
pub mod frames;
pub mod idempotency;
mod ids;
pub mod imports;
pub mod jobs;
pub mod known_time;
pub mod packages;
pub mod packing;
mod page;
mod period;
pub mod registry;
mod role;
pub mod rulings;
mod scope;
pub mod sql_evaluator;
mod uscc;
pub mod users;

pub use context::{Clock, Context, Entropy};
pub use database::{Database, Dialect, Transaction};
pub use error::{Invalid, InvalidCode, Result, StoreError};
pub use ids::{
    DecisionId, DraftId, EnterpriseId, EvidenceId, FilingId, GrantId, ImportId, IndustryId, JobId,
    MembershipId, OrganisationId, ParkId, RulingId, SubjectId, UserId,
};
pub use known_time::{AsOf, Commit, KnownTime};
pub use page::{Page, PageRequest};
pub use period::{format_period, last_day, parse_period};
pub use role::{Action, Role};
pub use scope::{Reach, Scope};
pub use uscc::{Uscc, UsccWarning};
