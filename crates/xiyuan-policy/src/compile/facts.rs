//! `facts.toml`: matters that a named role judges, and kinds of evidence files.

use super::builder::{Builder, check_id};
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::Diagnostic;
use crate::package::{EvidenceKind, Fact};
use crate::source::{Located, Reader};

impl Builder<'_> {
    /// Reads one file of facts and evidence.
    pub(super) fn read_facts(&mut self, _package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for (id, item) in reader.named_tables("fact") {
            let name = item.need_text("name");
            let judged_by = item.need_text("judged_by");
            let clause = self.needed_clause(&item);
            item.finish();
            if !check_id(&id, true, self.findings) || !self.declare("fact", &id) {
                continue;
            }
            let text = |value: Option<Located<String>>| value.map(|text| text.value).unwrap_or_default();
            self.facts.push(Fact { id: id.value, name: text(name), judged_by: text(judged_by), clause });
        }
        for (id, item) in reader.named_tables("evidence") {
            let name = item.need_text("name");
            let clause = self.needed_clause(&item);
            item.finish();
            if !check_id(&id, true, self.findings) || !self.declare("evidence", &id) {
                continue;
            }
            let name = name.map(|name| name.value).unwrap_or_default();
            self.evidence.push(EvidenceKind { id: id.value, name, clause });
        }
        reader.finish();
    }

    fn needed_clause(&self, item: &Reader<'_>) -> String {
        if !item.has("clause") {
            let diagnostic = Diagnostic::error("not-cited", item.place(), "没有写明出自哪一条");
            self.findings.add(diagnostic.expected("clause = \"…\""));
        }
        let clause = item.text("clause").filter(|clause| self.clause_exists(clause));
        if let (Some(clause), Some(quote)) = (&clause, item.text("quote")) {
            self.check_quote(&clause.value, &quote);
        }
        clause.map(|clause| clause.value).unwrap_or_default()
    }
}
