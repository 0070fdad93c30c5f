//! The compiler through its public door: packages with one mistake each, formulas of the manual, and what it builds.

mod analysis;
mod builds;
mod conformance;
mod evaluation;
mod formulas;
mod repository;
mod schemas;
mod support;
mod words;
