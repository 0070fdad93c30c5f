//! Worked examples of a package: figures in, outcome and reason out, both readable by an official.

pub mod model;
mod run;

pub use run::{ExampleReport, Failure, run, run_all};
