//! The formula language: text → own tree → checked plan. The language is described in docs/formula-language.md.
//!
//! `normalise` (full-width signs) → `parse` (sqlparser, then our closed tree) → `check` (names, shapes, units).
//! Knows nothing of files; positions are mapped back through [`Text`].

mod aggregate;
mod check;
mod functions;
mod names;
mod normalise;
mod parse;
mod quantity;
mod resolve;
mod tree;
mod units;
mod window;

pub(crate) use check::{Checked, Checker, Context, Home};
pub(crate) use names::{Derived, FieldEntry, GroupingEntry, IndicatorEntry, Names, for_each_child};
pub(crate) use parse::parse;
pub(crate) use quantity::{Quantity, Ratio, Type};
pub(crate) use tree::{At, Call, Tree, TreeKind};
pub(crate) use units::Units;

use crate::package::Place;
use crate::source::Located;

/// A formula as written, and where its characters stand in the file.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The formula.
    pub(crate) written: String,
    start: Place,
    is_direct: bool,
}

impl Text {
    /// A formula from a TOML text.
    pub(crate) fn new(text: &Located<String>) -> Self {
        Self { written: text.value.clone(), start: text.place.clone(), is_direct: text.is_direct }
    }

    /// A formula that stands in no file.
    pub(crate) fn plain(text: &str) -> Self {
        let start = Place { file: String::new(), line: 1, column: 1 };
        Self { written: text.to_owned(), start, is_direct: true }
    }

    /// A position in the formula as a place in the file.
    pub(crate) fn place(&self, at: At) -> Place {
        let mut place = self.start.clone();
        if self.is_direct {
            place.line += at.line.saturating_sub(1);
            place.column = if at.line <= 1 { place.column + at.column.saturating_sub(1) } else { at.column };
        }
        place
    }
}
