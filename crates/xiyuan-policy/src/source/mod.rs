//! Files of a package as text, and TOML values that know where they stand.
//!
//! Knows nothing of policies: places, lists, tables and typed readers only.

mod node;
mod reader;

pub(crate) use node::{Entry, Node, NodeValue, parse_toml};
pub(crate) use reader::{Located, Reader};

use std::cell::RefCell;
use std::rc::Rc;

use crate::diagnostic::Diagnostic;
use crate::package::Place;

/// One file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path inside the package folder, `/`-separated, e.g. `forms/enterprise-annual.toml`.
    pub path: String,
    /// Content (UTF-8).
    pub text: String,
}

impl SourceFile {
    /// A file.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// A collector of findings that many readers share.
#[derive(Debug, Default)]
pub(crate) struct Findings(RefCell<Vec<Diagnostic>>);

impl Findings {
    /// Notes one finding.
    pub(crate) fn add(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    /// True when an error was noted.
    pub(crate) fn has_errors(&self) -> bool {
        self.0.borrow().iter().any(Diagnostic::is_error)
    }

    /// Everything noted so far.
    pub(crate) fn into_inner(self) -> Vec<Diagnostic> {
        self.0.into_inner()
    }
}

/// A text with the beginnings of its lines, to turn byte offsets into places.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path as shown in findings.
    pub(crate) path: String,
    /// Content.
    pub(crate) text: String,
    lines: Vec<usize>,
}

impl Source {
    /// Indexes a text.
    pub(crate) fn new(path: String, text: String) -> Rc<Self> {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Rc::new(Self { path, text, lines })
    }

    /// The place of a byte offset; offsets inside a character or after the end are moved to its start or the end.
    pub(crate) fn place(&self, byte: usize) -> Place {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.lines.partition_point(|&start| start <= byte).max(1) - 1;
        let start = self.lines.get(line).copied().unwrap_or(0);
        let column = self.text[start..byte].chars().count();
        Place { file: self.path.clone(), line: count(line + 1), column: count(column + 1) }
    }
}

/// A count of lines or columns; files of more than four thousand million lines end there.
pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
