//! Replacing pieces of a text without touching the rest.

use std::fmt::Write as _;
use std::ops::Range;

use crate::source::{Entry, Findings, Node, NodeValue, Source, SourceFile, parse_toml};

/// Pieces to be replaced, in any order; they must not overlap.
#[derive(Debug, Default)]
pub(super) struct Patch(Vec<(Range<usize>, String)>);

impl Patch {
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with all pieces replaced; what is inserted at one place stands in the order in which it was added.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for (range, new) in self.0 {
            out.push_str(&text[at..range.start]);
            out.push_str(&new);
            at = range.end;
        }
        out.push_str(&text[at..]);
        out
    }
}

/// The tables of a file, as far as it can be read. A byte order mark in front is not part of the text.
pub(super) fn tables(file: &SourceFile) -> Vec<Entry> {
    let source = Source::new(file.path.clone(), file.text.clone());
    parse_toml(&source, &Findings::default())
}

/// Whether a file is TOML: endings of packages are in small letters.
pub(super) fn is_toml(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "toml")
}

/// The value of a key.
pub(super) fn find<'e>(entries: &'e [Entry], key: &str) -> Option<&'e Entry> {
    entries.iter().find(|entry| entry.key == key)
}

/// The tables of a list, or nothing.
pub(super) fn each_table(entry: Option<&Entry>) -> impl Iterator<Item = (&Node, &[Entry])> {
    let nodes: &[Node] = match entry.map(|entry| &entry.node.value) {
        Some(NodeValue::List(nodes)) => nodes,
        _ => &[],
    };
    nodes.iter().filter_map(|node| match &node.value {
        NodeValue::Table(entries) => Some((node, entries.as_slice())),
        _ => None,
    })
}

/// A text under a key.
pub(super) fn text<'e>(entries: &'e [Entry], key: &str) -> Option<&'e str> {
    match &find(entries, key)?.node.value {
        NodeValue::Text(text) => Some(text),
        _ => None,
    }
}

/// A number under a key, as written, in quotation marks or bare.
pub(super) fn digits<'e>(entries: &'e [Entry], key: &str) -> Option<&'e str> {
    match &find(entries, key)?.node.value {
        NodeValue::Text(text) | NodeValue::Number(text) => Some(text),
        _ => None,
    }
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
