//! Numbers as they are written: in `parameters.toml` with or without days, or inside a condition.

use std::ops::Range;

use jiff::civil::Date;

use super::EditError;
use super::patch::{Patch, digits, each_table, find, is_toml, tables, text};
use crate::language::for_each_child;
use crate::number::Exact;
use crate::package::{Package, Test, Threshold};
use crate::plan::Expression;
use crate::source::{Entry, Node, NodeValue, SourceFile};

/// A number that stands in a file of the package itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenNumber {
    /// Parameter by id.
    pub parameter: String,
    /// File.
    pub file: String,
    /// Clause: its own, else that of the condition that uses it.
    pub clause: Option<String>,
    /// Words of the clause, likewise.
    pub quote: Option<String>,
    /// Its values can have first days.
    pub is_datable: bool,
    /// Values as written, with their first days; without one: from the policy's first day on.
    pub values: Vec<(Option<Date>, String)>,
}

impl WrittenNumber {
    /// The value that holds on a day; the first one when none does yet.
    pub fn on(&self, day: Date) -> Option<&(Option<Date>, String)> {
        let holds = |(from, _): &&(Option<Date>, String)| from.is_none_or(|from| from <= day);
        self.values.iter().rev().find(holds).or(self.values.first())
    }
}

/// First day of a value, bytes of the value, bytes of the table that holds both.
type Dated = (Date, Range<usize>, Range<usize>);

/// A number with the bytes of what is written.
struct Found {
    number: WrittenNumber,
    how: How,
}

enum How {
    /// `value = …`: the whole entry, and the value.
    One { entry: Range<usize>, value: Range<usize>, digits: String },
    /// `values = [ … ]`: of each its first day, the value, the whole table.
    Dated(Vec<Dated>),
    /// Inside a condition.
    Inline(Range<usize>),
    /// In another way.
    Other,
}

/// All numbers of the package's own files, in order of the files. The package says which condition uses a number that
/// quotes nothing itself.
pub fn numbers(package: &Package, files: &[SourceFile]) -> Vec<WrittenNumber> {
    let mut numbers: Vec<WrittenNumber> = written(files).into_iter().map(|found| found.number).collect();
    for number in numbers.iter_mut().filter(|number| number.quote.is_none()) {
        let position = package.parameters.iter().position(|parameter| parameter.id == number.parameter);
        let used = position.and_then(|position| {
            let readings = package.criteria.iter().flat_map(|criterion| &criterion.readings);
            let mut quoting = readings.filter(|reading| !reading.quote.is_empty());
            quoting.find(|reading| {
                let same = number.clause.as_ref().is_none_or(|clause| *clause == reading.clause);
                same && reads(&reading.test, position)
            })
        });
        if let Some(reading) = used {
            number.clause = Some(reading.clause.clone());
            number.quote = Some(reading.quote.clone());
        }
    }
    numbers
}

/// Whether a threshold of a test is the parameter or is computed from it.
fn reads(test: &Test, parameter: usize) -> bool {
    fn of(expression: &Expression, parameter: usize) -> bool {
        let mut found = matches!(expression, Expression::Parameter(at) if at.index() == parameter);
        for_each_child(expression, &mut |child| found = found || of(child, parameter));
        found
    }
    match test {
        Test::Indicator { threshold: Threshold::Parameter(at), .. } => at.index() == parameter,
        Test::Indicator { threshold: Threshold::Expression { expression, .. }, .. } => {
            of(expression, parameter)
        }
        Test::All { tests } | Test::Any { tests } => tests.iter().any(|test| reads(test, parameter)),
        Test::Fact { .. } | Test::Evidence { .. } => false,
    }
}

/// Writes another value. Without a day the value that holds on `today` is replaced (the first one when none holds
/// yet); with a day the value holds from it on, and earlier ones stay. Answers the changed file.
pub fn set_number(
    package: &Package,
    files: &[SourceFile],
    parameter: &str,
    value: &str,
    from: Option<Date>,
    today: Date,
) -> Result<SourceFile, EditError> {
    let value = value.trim();
    if Exact::parse(value).is_err() {
        return Err(EditError::NotANumber(value.to_owned()));
    }
    let found = written(files).into_iter().find(|found| found.number.parameter == parameter);
    let found = found.ok_or_else(|| EditError::UnknownNumber(parameter.to_owned()))?;
    let file = files.iter().find(|file| file.path == found.number.file);
    let file = file.ok_or_else(|| EditError::UnknownNumber(parameter.to_owned()))?;
    let source = file.text.as_str();
    let mut patch = Patch::default();
    match (found.how, from) {
        (How::Other, _) => return Err(EditError::Shape(parameter.to_owned())),
        (How::Inline(_), Some(_)) => return Err(EditError::NotDatable(parameter.to_owned())),
        (How::Inline(at) | How::One { value: at, .. }, None) => {
            patch.replace(at.clone(), like(&source[at], value));
        }
        (How::One { entry, value: at, digits }, Some(from)) => {
            if from <= package.in_force_from {
                patch.replace(at.clone(), like(&source[at], value));
            } else {
                let first = package.in_force_from;
                let dated = format!(
                    "values = [\n  {{ from = {first}, value = \"{digits}\" }},\n  {{ from = {from}, value = \"{value}\" }},\n]"
                );
                patch.replace(entry, dated);
            }
        }
        (How::Dated(values), None) => {
            let holding = values.iter().rev().find(|(from, ..)| *from <= today).or(values.first());
            let (_, at, _) = holding.ok_or_else(|| EditError::Shape(parameter.to_owned()))?;
            patch.replace(at.clone(), like(&source[at.clone()], value));
        }
        (How::Dated(values), Some(from)) => add(source, &values, from, value, &mut patch),
    }
    Ok(SourceFile::new(&file.path, patch.apply(source)))
}

/// A value as the one before it was written: in quotation marks or bare.
fn like(before: &str, value: &str) -> String {
    match before.chars().next() {
        Some(mark @ ('"' | '\'')) => format!("{mark}{value}{mark}"),
        _ => value.to_owned(),
    }
}

/// Puts a dated value in order of days, or replaces the one of that day.
fn add(source: &str, values: &[Dated], from: Date, value: &str, patch: &mut Patch) {
    if let Some((_, at, _)) = values.iter().find(|(day, ..)| *day == from) {
        patch.replace(at.clone(), like(&source[at.clone()], value));
        return;
    }
    let new = format!("{{ from = {from}, value = \"{value}\" }}");
    let before = values.iter().rev().find(|(day, ..)| *day < from);
    match (before, values.first()) {
        (Some((.., table)), _) => {
            let line = source[..table.start].rfind('\n').map_or("", |at| &source[at..table.start]);
            let is_own_line = !line.is_empty() && line.trim().is_empty();
            let gap = if is_own_line { line } else { " " };
            patch.insert(table.end, format!(",{gap}{new}"));
        }
        (None, Some((.., table))) => patch.insert(table.start, format!("{new}, ")),
        (None, None) => {}
    }
}

fn written(files: &[SourceFile]) -> Vec<Found> {
    let mut all = Vec::new();
    for file in files {
        if file.path == "parameters.toml" {
            parameters(file, &mut all);
        } else if file.path.starts_with("criteria/") && is_toml(&file.path) {
            for (_, criterion) in each_table(find(&tables(file), "criterion")) {
                inline(file, criterion, &mut all);
            }
        }
    }
    all
}

fn parameters(file: &SourceFile, all: &mut Vec<Found>) {
    let tables = tables(file);
    let Some(Entry { node: Node { value: NodeValue::Table(entries), .. }, .. }) = find(&tables, "parameter")
    else {
        return;
    };
    for entry in entries {
        let NodeValue::Table(parts) = &entry.node.value else { continue };
        let how = match (find(parts, "value"), find(parts, "values")) {
            (Some(value), _) => digits(parts, "value").map(|digits| How::One {
                entry: value.key_at..value.node.span.end,
                value: value.node.span.clone(),
                digits: digits.to_owned(),
            }),
            (None, Some(_)) => dated(file, parts).map(How::Dated),
            (None, None) => None,
        };
        let number = WrittenNumber {
            parameter: entry.key.clone(),
            file: file.path.clone(),
            clause: text(parts, "clause").map(str::to_owned),
            quote: text(parts, "quote").map(str::to_owned),
            is_datable: true,
            values: match &how {
                Some(How::One { digits, .. }) => vec![(None, digits.clone())],
                Some(How::Dated(values)) => {
                    let text = |at: &Range<usize>| file.text[at.clone()].trim_matches(['"', '\'']).to_owned();
                    values.iter().map(|(from, at, _)| (Some(*from), text(at))).collect()
                }
                _ => Vec::new(),
            },
        };
        all.push(Found { number, how: how.unwrap_or(How::Other) });
    }
}

/// Values with days, each an inline table; nothing when one of them is written otherwise.
fn dated(file: &SourceFile, parts: &[Entry]) -> Option<Vec<Dated>> {
    let each = each_table(find(parts, "values")).map(|(node, entries)| {
        let NodeValue::Date(from) = find(entries, "from")?.node.value else { return None };
        let value = find(entries, "value")?;
        digits(entries, "value")?;
        file.text[node.span.clone()]
            .starts_with('{')
            .then(|| (from, value.node.span.clone(), node.span.clone()))
    });
    each.collect()
}

/// Numbers inside a condition, named as the compiler names them.
fn inline(file: &SourceFile, criterion: &[Entry], all: &mut Vec<Found>) {
    let Some(id) = text(criterion, "id") else { return };
    reading(file, criterion, id, all);
    for (_, alternative) in each_table(find(criterion, "alternative_readings")) {
        if let Some(reading_id) = text(alternative, "id") {
            let id = format!("{id}.{reading_id}");
            if let Some(value) = find(alternative, "value").filter(|_| digits(alternative, "value").is_some())
            {
                push(file, alternative, id.clone(), value, all);
            }
            reading(file, alternative, &id, all);
        }
    }
}

fn reading(file: &SourceFile, cited: &[Entry], id: &str, all: &mut Vec<Found>) {
    let mut values = Vec::new();
    let mut is_list = false;
    if let Some(test) = find(cited, "test") {
        values_in(&test.node, &mut values);
    } else if let Some(list) = ["all", "any"].iter().find_map(|key| find(cited, key)) {
        values_in(&list.node, &mut values);
        is_list = true;
    }
    let is_numbered = is_list && values.len() > 1;
    for (position, value) in values.into_iter().enumerate() {
        let id = if is_numbered { format!("{id}.{}", position + 1) } else { id.to_owned() };
        push(file, cited, id, value, all);
    }
}

fn push(file: &SourceFile, cited: &[Entry], parameter: String, value: &Entry, all: &mut Vec<Found>) {
    let number = WrittenNumber {
        parameter,
        file: file.path.clone(),
        clause: text(cited, "clause").map(str::to_owned),
        quote: text(cited, "quote").map(str::to_owned),
        is_datable: false,
        values: match &value.node.value {
            NodeValue::Text(digits) | NodeValue::Number(digits) => vec![(None, digits.clone())],
            _ => Vec::new(),
        },
    };
    all.push(Found { number, how: How::Inline(value.node.span.clone()) });
}

fn values_in<'n>(node: &'n Node, found: &mut Vec<&'n Entry>) {
    match &node.value {
        NodeValue::Table(entries) => {
            for entry in entries {
                if entry.key == "value" {
                    found.push(entry);
                }
                values_in(&entry.node, found);
            }
        }
        NodeValue::List(nodes) => nodes.iter().for_each(|node| values_in(node, found)),
        _ => {}
    }
}
