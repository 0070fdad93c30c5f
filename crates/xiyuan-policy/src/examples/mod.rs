//! Worked examples of a package: figures in, outcome and reason out, both readable by an official.

mod coverage;
pub mod model;
mod run;
mod words;

pub use coverage::{Covered, coverage};
pub use run::{ExampleReport, Failure, Given, given, run, run_all};
pub use words::{ExampleWords, words};
