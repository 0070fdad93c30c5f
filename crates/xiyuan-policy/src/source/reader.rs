//! Typed reading of a TOML table: wrong shapes, missing and unknown keys become findings.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use jiff::civil::Date;

use super::node::Entry;
use super::{Findings, Node, NodeValue, Source};
use crate::diagnostic::{Diagnostic, meant};
use crate::number::Exact;
use crate::package::Place;

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
    /// For texts: true when place + n characters is the n-th character of the text (no escapes).
    pub(crate) is_direct: bool,
}

impl<T> Located<T> {
    /// A value at a place.
    pub(crate) fn new(value: T, place: Place) -> Self {
        Self { value, place, is_direct: false }
    }
}

/// Reads one table. Every key that is asked for is known; the others are reported by [`Reader::finish`].
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    source: &'a Rc<Source>,
    findings: &'a Findings,
    entries: &'a [Entry],
    at: usize,
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Reader<'a> {
    /// A reader of a table that begins at a byte.
    pub(crate) fn new(
        source: &'a Rc<Source>,
        findings: &'a Findings,
        entries: &'a [Entry],
        at: usize,
    ) -> Self {
        Self { source, findings, entries, at, known: RefCell::default() }
    }

    /// Where the table begins.
    pub(crate) fn place(&self) -> Place {
        self.source.place(self.at)
    }

    /// Reports the keys nobody asked for.
    pub(crate) fn finish(&self) {
        let known = self.known.borrow();
        for entry in self.entries.iter().filter(|entry| !known.contains(entry.key.as_str())) {
            self.findings.add(
                Diagnostic::error(
                    "unknown-key",
                    self.source.place(entry.key_at),
                    format!("不认识的键“{}”", entry.key),
                )
                .expected(known.iter().copied().collect::<Vec<_>>().join("、"))
                .hint(meant(&entry.key, known.iter().copied())),
            );
        }
    }

    /// Names keys that are read later or not at all because of an earlier mistake.
    pub(crate) fn knows(&self, keys: impl IntoIterator<Item = &'static str>) {
        self.known.borrow_mut().extend(keys);
    }

    /// True when the key is written.
    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.node(key).is_some()
    }

    /// Place of a key, or of the table without it.
    pub(crate) fn place_of(&self, key: &str) -> Place {
        let at = self.entries.iter().find(|entry| entry.key == key).map_or(self.at, |entry| entry.key_at);
        self.source.place(at)
    }

    fn node(&self, key: &'static str) -> Option<&'a Node> {
        self.known.borrow_mut().insert(key);
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    fn missing(&self, key: &'static str) {
        self.findings.add(
            Diagnostic::error("missing-key", self.place(), format!("缺少键“{key}”"))
                .expected(format!("{key} = …")),
        );
    }

    fn wrong_shape(&self, what: &str, node: &Node, expected: &str) {
        self.findings.add(
            Diagnostic::error(
                "wrong-type",
                self.source.place(node.span.start),
                format!("“{what}”的写法不对"),
            )
            .found(node.value.shape())
            .expected(expected),
        );
    }

    /// A text, if written.
    pub(crate) fn text(&self, key: &'static str) -> Option<Located<String>> {
        let node = self.node(key)?;
        let text = self.text_of(key, node)?;
        if text.value.trim().is_empty() {
            self.findings.add(Diagnostic::error("empty-text", text.place, format!("“{key}”不能为空")));
            return None;
        }
        Some(text)
    }

    /// A text that must be there.
    pub(crate) fn need_text(&self, key: &'static str) -> Option<Located<String>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.text(key)
    }

    fn text_of(&self, what: &str, node: &Node) -> Option<Located<String>> {
        let NodeValue::Text(text) = &node.value else {
            self.wrong_shape(what, node, "文字（加引号）");
            return None;
        };
        let written = self.source.text.get(node.span.clone()).unwrap_or_default();
        let quote = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
        let inner = written.get(quote..written.len().saturating_sub(quote)).unwrap_or_default();
        let newline = if quote == 3 && inner.starts_with("\r\n") {
            2
        } else {
            usize::from(quote == 3 && inner.starts_with('\n'))
        };
        let is_direct = inner.get(newline..) == Some(text.as_str());
        let start = if is_direct { node.span.start + quote + newline } else { node.span.start };
        Some(Located { value: text.clone(), place: self.source.place(start), is_direct })
    }

    /// An exact number, if written: a bare number or a text of digits.
    pub(crate) fn number(&self, key: &'static str) -> Option<Located<Exact>> {
        self.number_of(key, self.node(key)?)
    }

    fn number_of(&self, what: &str, node: &Node) -> Option<Located<Exact>> {
        let place = self.source.place(node.span.start);
        let (NodeValue::Text(text) | NodeValue::Number(text)) = &node.value else {
            self.wrong_shape(what, node, "数字");
            return None;
        };
        let Ok(value) = Exact::parse(text) else {
            self.findings.add(
                Diagnostic::error("not-a-number", place, format!("“{what}”不是十进制数"))
                    .found(text.clone())
                    .expected("如 50、-1.5、0.0015（无千分位、无指数）"),
            );
            return None;
        };
        Some(Located::new(value, place))
    }

    /// A whole number within limits, if written.
    pub(crate) fn whole(&self, key: &'static str, limits: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let node = self.node(key)?;
        let number = match &node.value {
            NodeValue::Number(text) => text.parse::<u32>().ok().filter(|number| limits.contains(number)),
            _ => None,
        };
        if number.is_none() {
            self.wrong_shape(key, node, &format!("{} 到 {} 的整数", limits.start(), limits.end()));
        }
        number
    }

    /// A whole number that must be there.
    pub(crate) fn need_whole(&self, key: &'static str, limits: std::ops::RangeInclusive<u32>) -> Option<u32> {
        if !self.has(key) {
            self.missing(key);
        }
        self.whole(key, limits)
    }

    /// Yes or no; `default` when not written.
    pub(crate) fn flag(&self, key: &'static str, default: bool) -> bool {
        match self.node(key) {
            None => default,
            Some(Node { value: NodeValue::Bool(value), .. }) => *value,
            Some(node) => {
                self.wrong_shape(key, node, "true 或 false");
                default
            }
        }
    }

    /// A date, if written.
    pub(crate) fn date(&self, key: &'static str) -> Option<Date> {
        let node = self.node(key)?;
        if let NodeValue::Date(date) = &node.value {
            return Some(*date);
        }
        self.wrong_shape(key, node, "日期，如 2023-05-13");
        None
    }

    /// A date that must be there.
    pub(crate) fn need_date(&self, key: &'static str) -> Option<Date> {
        if !self.has(key) {
            self.missing(key);
        }
        self.date(key)
    }

    /// One of several words, if written.
    pub(crate) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            let words = || choices.iter().map(|(word, _)| *word);
            self.findings.add(
                Diagnostic::error("unknown-word", text.place, format!("“{key}”的值不在可选之列"))
                    .hint(meant(&text.value, words()))
                    .found(text.value)
                    .expected(words().collect::<Vec<_>>().join("、")),
            );
        }
        found
    }

    /// One of several words that must be there.
    pub(crate) fn need_choice<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        if !self.has(key) {
            self.missing(key);
        }
        self.choice(key, choices)
    }

    /// A list of texts; empty when not written.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<Located<String>> {
        self.nodes(key).iter().filter_map(|node| self.text_of(key, node)).collect()
    }

    /// The items of a list; empty when not written.
    pub(crate) fn nodes(&self, key: &'static str) -> &'a [Node] {
        match self.node(key) {
            None => &[],
            Some(Node { value: NodeValue::List(list), .. }) => list,
            Some(node) => {
                self.wrong_shape(key, node, "列表");
                &[]
            }
        }
    }

    /// A table, if written.
    pub(crate) fn table(&self, key: &'static str) -> Option<Reader<'a>> {
        self.table_of(key, self.node(key)?)
    }

    /// A node as a table.
    pub(crate) fn table_of(&self, what: &str, node: &'a Node) -> Option<Reader<'a>> {
        let NodeValue::Table(entries) = &node.value else {
            self.wrong_shape(what, node, "表");
            return None;
        };
        Some(Reader::new(self.source, self.findings, entries, node.span.start))
    }

    /// A list of tables; empty when not written.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Reader<'a>> {
        self.nodes(key).iter().filter_map(|node| self.table_of(key, node)).collect()
    }

    /// The tables below a key by their names: `[field.revenue]`, `[field.tax]` …
    pub(crate) fn named_tables(&self, key: &'static str) -> Vec<(Located<String>, Reader<'a>)> {
        let Some(table) = self.table(key) else {
            return Vec::new();
        };
        let named = |entry: &'a Entry| {
            let mut reader = table.table_of(&entry.key, &entry.node)?;
            reader.at = entry.key_at;
            Some((Located::new(entry.key.clone(), self.source.place(entry.key_at)), reader))
        };
        table.entries.iter().filter_map(named).collect()
    }

    /// All keys of the table with their values, for tables whose keys are data.
    pub(crate) fn pairs(&self) -> Vec<(Located<String>, &'a Node)> {
        self.entries
            .iter()
            .map(|entry| (Located::new(entry.key.clone(), self.source.place(entry.key_at)), &entry.node))
            .collect()
    }

    /// A node as a number.
    pub(crate) fn node_number(&self, what: &str, node: &Node) -> Option<Located<Exact>> {
        self.number_of(what, node)
    }

    /// A node as a text.
    pub(crate) fn node_text(&self, what: &str, node: &Node) -> Option<Located<String>> {
        self.text_of(what, node)
    }

    /// The node under a key, for values of several shapes.
    pub(crate) fn any(&self, key: &'static str) -> Option<&'a Node> {
        self.node(key)
    }

    /// Place of a node.
    pub(crate) fn place_at(&self, node: &Node) -> Place {
        self.source.place(node.span.start)
    }

    /// Reports a value of the wrong shape.
    pub(crate) fn report_shape(&self, what: &str, node: &Node, expected: &str) {
        self.wrong_shape(what, node, expected);
    }
}
