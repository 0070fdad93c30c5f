//! Guided changes of files: exactly what was asked moves, and the package compiles again.

mod expectations;
mod numbers;
mod quotes;
mod support;
mod versions;
