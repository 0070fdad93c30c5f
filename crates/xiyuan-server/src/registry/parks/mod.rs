//! Parks, a file per verb.

pub mod create;
pub mod export;
pub mod get;
pub mod list;
pub mod members;
pub mod update;
