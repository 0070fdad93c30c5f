//! The server: HTTP API, sessions, jobs and the embedded web app over the store and the policy engine.
//!
//! A handler is thin: read the request, take the caller's scope, ask the store or the engine, answer. What the command
//! line needs as well (self-check, imports, explanations) are plain functions over [`Services`] in the feature's folder.
//! No SQL here, no clause or number of a policy, and no scope that does not come from a session.

#![expect(unused_qualifications, reason = "utoipa's path macro qualifies the types it is given")]

pub mod app;
pub mod audit;
pub mod benchmarks;
pub mod changes;
pub mod checks;
pub mod config;
pub mod dashboard;
pub mod decisions;
pub mod drafts;
pub mod engine;
pub mod error;
pub mod evidence;
pub mod facts;
pub mod filings;
pub mod http;
pub mod imports;
pub mod jobs;
pub mod metrics;
pub mod operations;
pub mod policies;
pub mod registry;
pub mod rulings;
pub mod search;
pub mod serve;
pub mod session;
pub mod state;
pub mod targets;
pub mod web;
pub mod wording;

pub use app::{app, openapi};
pub use config::{Config, Limits};
pub use error::{ApiError, ApiResult, Problem, ProblemEntry};
pub use serve::serve;
pub use state::{AppState, Services, Sources};
