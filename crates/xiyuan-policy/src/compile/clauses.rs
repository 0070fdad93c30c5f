//! `text.md` and `clauses.toml`.

use std::collections::BTreeMap;

use super::builder::Builder;
use super::files::{FileKind, Loaded};
use crate::diagnostic::{Diagnostic, meant};
use crate::package::{Clause, Place, SoftNorm};
use crate::source::{Located, Reader, Source};

/// A section of `text.md`.
struct Section {
    title: String,
    text: String,
    place: Place,
}

impl Builder<'_> {
    /// Reads the clauses of one package: the order is that of its text.
    pub(super) fn read_clauses(&mut self, package: &Loaded) {
        let mut sections: Vec<(String, Section)> = Vec::new();
        for (_, file) in package.files_of(FileKind::Text) {
            for (id, section) in sections_of(&file.source) {
                if sections.iter().any(|(known, _)| *known == id) {
                    let message = format!("正文里条款 {id} 出现两次");
                    self.findings.add(Diagnostic::error("duplicate-id", section.place, message));
                } else {
                    sections.push((id, section));
                }
            }
        }
        let mut declared: BTreeMap<String, Clause> = BTreeMap::new();
        let mut quotes = Vec::new();
        for (_, file) in package.files_of(FileKind::Clauses) {
            let reader = file.reader(self.findings);
            for item in reader.tables("clause") {
                self.read_clause(&item, &sections, &mut declared, &mut quotes);
                item.finish();
            }
            reader.finish();
        }
        for (id, section) in &sections {
            match declared.remove(id) {
                Some(clause) => {
                    self.clauses.insert(id.clone(), clause);
                }
                None => self.findings.add(
                    Diagnostic::error(
                        "undeclared-clause",
                        section.place.clone(),
                        format!("clauses.toml 里没有条款 {id}"),
                    )
                    .hint(meant(id, declared.keys().map(String::as_str))),
                ),
            }
        }
        for (clause, quote) in quotes {
            self.check_quote(&clause, &quote);
        }
    }

    fn read_clause(
        &mut self,
        item: &Reader<'_>,
        sections: &[(String, Section)],
        declared: &mut BTreeMap<String, Clause>,
        quotes: &mut Vec<(String, Located<String>)>,
    ) {
        let id = item.need_text("id");
        let title = item.text("title");
        let duty_units = item.texts("duty").into_iter().map(|unit| unit.value).collect();
        let own_quotes = item.texts("quotes");
        let mut soft = Vec::new();
        let mut soft_quotes = Vec::new();
        for norm in item.tables("soft") {
            if let (Some(quote), Some(decided_by)) = (norm.need_text("quote"), norm.need_text("decided_by")) {
                soft.push(SoftNorm { quote: quote.value.clone(), decided_by: decided_by.value });
                soft_quotes.push(quote);
            }
            norm.finish();
        }
        let Some(id) = id.filter(|id| self.declare("clause", id)) else {
            return;
        };
        let ids = sections.iter().map(|(id, _)| id.as_str());
        let Some(position) = self.look_up("clause-without-text", "正文（text.md）里的条款", &id, ids)
        else {
            return;
        };
        let section = &sections[position].1;
        if !own_quotes.is_empty() {
            self.notes.quoted_clauses.insert(id.value.clone());
        }
        self.notes.clauses.insert(id.value.clone(), id.place.clone());
        quotes.extend(own_quotes.into_iter().chain(soft_quotes).map(|quote| (id.value.clone(), quote)));
        let clause = Clause {
            id: id.value.clone(),
            title: title.map_or_else(|| section.title.clone(), |title| title.value),
            text: section.text.clone(),
            duty_units,
            soft,
        };
        declared.insert(id.value, clause);
    }
}

/// Sections whose head is `## <id> <title>`.
fn sections_of(source: &Source) -> Vec<(String, Section)> {
    let mut sections: Vec<(String, Section)> = Vec::new();
    let mut is_open = false;
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        if let Some(head) = line.strip_prefix("## ") {
            let (id, title) = head.trim().split_once(char::is_whitespace).unwrap_or((head.trim(), ""));
            let section =
                Section { title: title.trim().to_owned(), text: String::new(), place: source.place(start) };
            sections.push((id.to_owned(), section));
            is_open = true;
        } else if line.starts_with('#') {
            is_open = false;
        } else if let (true, Some((_, section))) = (is_open, sections.last_mut()) {
            section.text.push_str(line);
            section.text.push('\n');
        }
    }
    for (_, section) in &mut sections {
        section.text = section.text.trim_matches('\n').to_owned();
    }
    sections
}
