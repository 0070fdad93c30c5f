//! What worked examples expect, rewritten to what the rules now give.

use super::EditError;
use super::patch::{Patch, each_table, find, quoted, tables, text};
use crate::examples::model::Example;
use crate::examples::{Given, given};
use crate::number::Exact;
use crate::outcome::Outcome;
use crate::package::Package;
use crate::source::{Entry, Node, SourceFile};

/// Rewrites the expectations of the named examples: an outcome, a value, a list of missing figures that is asserted is
/// set to what comes out. What is not asserted is not added, except where a value turned into no value. Answers the
/// changed files.
pub fn accept(
    package: &Package,
    examples: &[Example],
    files: &[SourceFile],
    ids: &[String],
) -> Result<Vec<SourceFile>, EditError> {
    let mut changed = Vec::new();
    for id in ids {
        if !examples.iter().any(|example| example.id == *id) {
            return Err(EditError::UnknownExample(id.clone()));
        }
    }
    for file in files.iter().filter(|file| file.path.starts_with("tests/")) {
        let mut patch = Patch::default();
        for (_, written) in each_table(find(&tables(file), "example")) {
            let wanted = text(written, "id").filter(|id| ids.iter().any(|wanted| wanted == id));
            let example = wanted.and_then(|id| examples.iter().find(|example| example.id == id));
            if let Some(example) = example {
                rewrite(package, example, &file.text, written, &mut patch)?;
            }
        }
        if !patch.is_empty() {
            changed.push(SourceFile::new(&file.path, patch.apply(&file.text)));
        }
    }
    Ok(changed)
}

fn rewrite(
    package: &Package,
    example: &Example,
    source: &str,
    written: &[Entry],
    patch: &mut Patch,
) -> Result<(), EditError> {
    let tables: Vec<(&Node, &[Entry])> = each_table(find(written, "expect")).collect();
    let given = given(package, example);
    if tables.len() != given.len() {
        return Err(EditError::Shape(example.id.clone()));
    }
    for ((node, entries), given) in tables.into_iter().zip(given) {
        let given = given.ok_or_else(|| EditError::Shape(example.id.clone()))?;
        let mut table = Table { source, node, entries, patch: &mut *patch, added: String::new() };
        table.take_over(&given);
        table.finish();
    }
    Ok(())
}

/// One expectation as written.
struct Table<'t> {
    source: &'t str,
    node: &'t Node,
    entries: &'t [Entry],
    patch: &'t mut Patch,
    added: String,
}

impl Table<'_> {
    fn take_over(&mut self, given: &Given) {
        if let Some(outcome) = given.outcome.filter(|_| self.has("outcome")) {
            self.set("outcome", quoted(word(outcome)));
        }
        let decimals = text(self.entries, "value").and_then(|value| Exact::parse(value).ok());
        let decimals = decimals.map_or(given.decimals, |value| value.scale);
        if self.has("value") || self.has("undefined") {
            let value = given.value.and_then(|value| value.shown(given.unit_factor, decimals));
            if let Some(value) = value {
                self.remove("undefined");
                self.set("value", quoted(&value.to_string()));
            } else {
                self.remove("value");
                if given.is_undefined {
                    self.set("undefined", "true".to_owned());
                } else {
                    self.remove("undefined");
                    self.missing(given);
                }
            }
        }
        if self.has("missing") {
            self.missing(given);
        }
        if self.has("could_change") {
            self.set("could_change", given.could_change.to_string());
        }
    }

    fn missing(&mut self, given: &Given) {
        let cells: Vec<String> = given.missing.iter().map(|cell| quoted(cell)).collect();
        self.set("missing", format!("[{}]", cells.join(", ")));
    }

    fn has(&self, key: &str) -> bool {
        find(self.entries, key).is_some()
    }

    fn is_inline(&self) -> bool {
        self.source[self.node.span.clone()].starts_with('{')
    }

    fn set(&mut self, key: &str, value: String) {
        match find(self.entries, key) {
            Some(entry) if self.source[entry.node.span.clone()] == value => {}
            Some(entry) => self.patch.replace(entry.node.span.clone(), value),
            None => {
                let before = if self.is_inline() { ", " } else { "\n" };
                self.added.extend([before, key, " = ", &value]);
            }
        }
    }

    /// A line of its own goes with its line; inside `{ … }` with the comma after it, or before it.
    fn remove(&mut self, key: &str) {
        let Some(position) = self.entries.iter().position(|entry| entry.key == key) else { return };
        let entry = &self.entries[position];
        let range = if self.is_inline() {
            match (position, self.entries.get(position + 1)) {
                (_, Some(next)) => entry.key_at..next.key_at,
                (0, None) => entry.key_at..entry.node.span.end,
                (_, None) => self.entries[position - 1].node.span.end..entry.node.span.end,
            }
        } else {
            let start = self.source[..entry.key_at].rfind('\n').map_or(0, |at| at + 1);
            start..self.line_end(entry.node.span.end).saturating_add(1).min(self.source.len())
        };
        self.patch.replace(range, "");
    }

    fn line_end(&self, at: usize) -> usize {
        self.source[at..].find('\n').map_or(self.source.len(), |end| at + end)
    }

    /// Adds what is new after the first entry, which names whose result is meant and is never taken out.
    fn finish(self) {
        let Some(first) = self.entries.first().filter(|_| !self.added.is_empty()) else { return };
        let end = first.node.span.end;
        let at = if self.is_inline() { end } else { self.line_end(end) };
        self.patch.insert(at, self.added);
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "met",
        Outcome::NotMet => "not_met",
        Outcome::Undecided => "undecided",
    }
}
