//! The two databases behind one door: an enum over sqlx pools, one SQL text with `$n`, few dialect differences.

mod backup;
mod connect;
mod dialect;
mod row;
mod run;
mod sql;
mod transaction;

pub use connect::Database;
pub use dialect::Dialect;
pub use transaction::Transaction;

pub(crate) use row::{Column, Row};
pub(crate) use run::Run;
pub(crate) use sql::{Arg, Sql, insert_rows, upsert_rows};
