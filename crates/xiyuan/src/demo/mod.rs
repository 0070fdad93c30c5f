//! The demo city: a pure generator (plan, figures) and a loader through the store's bulk path.
//!
//! It reads forms, fields, catalogues, facts and benchmarks from the compiled package, and its own taste from
//! `profile.toml`. It must not judge anything, and nothing in it is true.

mod accounts;
pub mod city;
mod dice;
mod figures;
mod judgements;
pub mod load;
mod names;
pub mod profile;
