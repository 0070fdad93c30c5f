//! Words of a clause and every quotation that stands on them.

use std::ops::Range;

use super::EditError;
use super::patch::{Patch, each_table, find, is_toml, quoted, tables, text};
use crate::source::{Entry, Node, NodeValue, SourceFile};

/// A change of a clause's words: where it lies in the clause's text, and what comes there.
struct Moved<'a> {
    clause: &'a str,
    /// The clause's text before and after.
    before: &'a str,
    after: &'a str,
    /// What is really replaced, in `before`.
    core: Range<usize>,
    by: &'a str,
}

/// Replaces words of a clause in `text.md`, which must stand in it exactly once, and in each quotation of that clause
/// that holds the replaced words and would no longer stand in the text. Answers the changed files.
pub fn replace_words(
    files: &[SourceFile],
    clause: &str,
    old: &str,
    new: &str,
) -> Result<Vec<SourceFile>, EditError> {
    let wrong = |times| EditError::Words { clause: clause.to_owned(), words: old.to_owned(), times };
    let file = files.iter().find(|file| file.path == "text.md").ok_or_else(|| wrong(0))?;
    let section = section(&file.text, clause).ok_or_else(|| wrong(0))?;
    let before = &file.text[section.clone()];
    let times = if old.is_empty() { 0 } else { before.matches(old).count() };
    let Some(at) = before.find(old).filter(|_| times == 1) else { return Err(wrong(times)) };
    if old == new {
        return Ok(Vec::new());
    }
    let (front, back) = common(old, new);
    let after = format!("{}{new}{}", &before[..at], &before[at + old.len()..]);
    let moved = Moved {
        clause,
        before,
        after: &after,
        core: at + front..at + old.len() - back,
        by: &new[front..new.len() - back],
    };
    let text = format!("{}{after}{}", &file.text[..section.start], &file.text[section.end..]);
    let mut changed = vec![SourceFile::new(&file.path, text)];
    for file in files.iter().filter(|file| is_toml(&file.path)) {
        let mut patch = Patch::default();
        moved.follow(&file.text, &tables(file), None, &mut patch);
        if !patch.is_empty() {
            changed.push(SourceFile::new(&file.path, patch.apply(&file.text)));
        }
    }
    Ok(changed)
}

impl Moved<'_> {
    /// Walks tables; a table's `clause` (or the `id` of a `[[clause]]`) says whose words its quotations are.
    fn follow(&self, source: &str, entries: &[Entry], of: Option<&str>, patch: &mut Patch) {
        let of = text(entries, "clause").or(of);
        for entry in entries {
            match (entry.key.as_str(), &entry.node.value) {
                ("quote" | "quotes", _) if of == Some(self.clause) => self.quote(source, &entry.node, patch),
                ("clause", NodeValue::List(_)) => {
                    for (_, clause) in each_table(Some(entry)) {
                        self.follow(source, clause, text(clause, "id"), patch);
                    }
                }
                (_, NodeValue::Table(inner)) => self.follow(source, inner, of, patch),
                (_, NodeValue::List(_)) => {
                    for (_, inner) in each_table(find(entries, &entry.key)) {
                        self.follow(source, inner, of, patch);
                    }
                }
                _ => {}
            }
        }
    }

    fn quote(&self, source: &str, node: &Node, patch: &mut Patch) {
        match &node.value {
            NodeValue::Text(quote) => {
                let Some(new) = self.moved(quote) else { return };
                let written = &source[node.span.clone()];
                // A quotation that is written as it reads keeps its kind of quotation marks.
                let direct = written.replacen(quote.as_str(), &new, 1);
                let is_direct = written.contains(quote.as_str()) && !new.contains(['"', '\\', '\'', '\n']);
                patch.replace(node.span.clone(), if is_direct { direct } else { quoted(&new) });
            }
            NodeValue::List(nodes) => nodes.iter().for_each(|node| self.quote(source, node, patch)),
            _ => {}
        }
    }

    /// The quotation with the change, when it covers it and no longer stands in the text without it.
    fn moved(&self, quote: &str) -> Option<String> {
        if quote.is_empty() || self.after.contains(quote) {
            return None;
        }
        let covers = |start: &usize| *start <= self.core.start && self.core.end <= start + quote.len();
        let (start, _) = self.before.match_indices(quote).find(|(start, _)| covers(start))?;
        let (from, to) = (self.core.start - start, self.core.end - start);
        Some(format!("{}{}{}", &quote[..from], self.by, &quote[to..]))
    }
}

/// Bytes of a clause's text: from the line after its head to the next line that begins with `#`.
fn section(text: &str, clause: &str) -> Option<Range<usize>> {
    let mut at = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        if let Some(start) = start {
            if line.starts_with('#') {
                return Some(start..begin);
            }
        } else if let Some(head) = line.strip_prefix("## ")
            && head.split_whitespace().next() == Some(clause)
        {
            start = Some(at);
        }
    }
    start.map(|start| start..text.len())
}

/// Bytes that two texts share at their beginning and at their end.
fn common(old: &str, new: &str) -> (usize, usize) {
    let front: usize =
        old.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (old_rest, new_rest) = (&old[front..], &new[front..]);
    let pairs = old_rest.chars().rev().zip(new_rest.chars().rev());
    let back: usize = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    (front, back)
}
