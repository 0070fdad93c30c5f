//! Figures of all enterprises at once: formulas are run over columns, a chunk of rows at a time.
//!
//! Here a row is known, or it lacks something, or it is left open. What is known is exactly what the oracle says; what
//! is open is for the oracle to say. Nothing here knows bounds or names what is missing.

mod divide;
mod figures;
mod interpret;
mod pass;
mod stage;
mod vector;
mod window;

pub(crate) use figures::FigureColumn;
pub(crate) use interpret::{Machine, Rows};
pub use stage::Stage;
pub(crate) use vector::{State, Vector};
