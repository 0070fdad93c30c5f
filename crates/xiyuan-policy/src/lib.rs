//! The policy engine: a policy as data is compiled, checked and evaluated over columns of filed figures.
//!
//! Pure: no I/O, no async, no SQL, no clock. Files come in as (path, text) pairs, figures as a [`frame::Frame`].
//! Stages: `source` (TOML with places) → `language` (formulas) → [`package`] (checked model) → `evaluate`
//! (naive oracle and column evaluator) → [`outcome`] (figures, outcomes, flips). No clause of any policy lives here.

pub mod compile;
pub mod diagnostic;
pub mod difference;
pub mod edit;
pub mod evaluate;
pub mod examples;
pub mod feeds;
pub mod frame;
mod language;
pub mod needs;
pub mod number;
pub mod outcome;
pub mod package;
pub mod plan;
pub mod receipt;
pub mod source;
pub mod trace;
pub mod what_if;
pub mod words;
