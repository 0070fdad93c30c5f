//! TOML as an owned tree in which each key and value knows its place. Numbers keep the digits as written.

use std::ops::Range;
use std::rc::Rc;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Findings, Source};
use crate::diagnostic::Diagnostic;

/// A value with its bytes in the file.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) value: NodeValue,
}

/// A key of a table with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_at: usize,
    pub(crate) node: Node,
}

/// Shapes of values that packages use.
#[derive(Clone, Debug)]
pub(crate) enum NodeValue {
    Text(String),
    /// Digits as written; not yet checked to be a plain decimal.
    Number(String),
    Bool(bool),
    Date(Date),
    List(Vec<Node>),
    /// In order of the file.
    Table(Vec<Entry>),
    /// What no file of a package uses: a time of day, a hexadecimal number.
    Other,
}

impl NodeValue {
    /// The shape in words.
    pub(crate) fn shape(&self) -> &'static str {
        match self {
            Self::Text(_) => "文字",
            Self::Number(_) => "数字",
            Self::Bool(_) => "true/false",
            Self::Date(_) => "日期",
            Self::List(_) => "列表",
            Self::Table(_) => "表",
            Self::Other => "时间或非十进制数",
        }
    }
}

/// Reads a file as TOML; what is broken is reported, the rest is kept.
pub(crate) fn parse_toml(source: &Rc<Source>, findings: &Findings) -> Vec<Entry> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        let place = source.place(at);
        findings.add(
            Diagnostic::error("toml-syntax", place, "文件不是有效的 TOML")
                .found(error.message().lines().next().unwrap_or_default().to_owned()),
        );
    }
    entries(table.into_inner())
}

fn entries(table: DeTable<'_>) -> Vec<Entry> {
    let mut list: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_at: key.span().start,
            key: key.into_inner().into_owned(),
            node: node(value),
        })
        .collect();
    list.sort_by_key(|entry| entry.key_at);
    list
}

fn node(value: Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::String(text) => NodeValue::Text(text.into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => NodeValue::Number(number.as_str().to_owned()),
        DeValue::Integer(_) => NodeValue::Other,
        DeValue::Float(number) => NodeValue::Number(number.as_str().to_owned()),
        DeValue::Boolean(value) => NodeValue::Bool(value),
        DeValue::Datetime(value) => date(&value),
        DeValue::Array(list) => NodeValue::List(list.into_iter().map(node).collect()),
        DeValue::Table(table) => NodeValue::Table(entries(table)),
    };
    Node { span, value }
}

fn date(value: &toml::value::Datetime) -> NodeValue {
    let text = value.to_string();
    match (value.time, text.parse::<Date>()) {
        (None, Ok(date)) => NodeValue::Date(date),
        _ => NodeValue::Other,
    }
}
