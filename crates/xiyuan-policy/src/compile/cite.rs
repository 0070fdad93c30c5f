//! Citations: a clause must exist, a quotation must stand in it word for word.

use super::builder::Builder;
use crate::diagnostic::Diagnostic;
use crate::package::Place;
use crate::source::{Located, Reader};

/// Where something comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Citation {
    pub(super) clause: Option<String>,
    pub(super) quote: Option<String>,
    pub(super) source: Option<String>,
    pub(super) basis: Option<String>,
    /// How a number of the quotation is read, where the rule's number is written otherwise: `10%以上即 1.1 倍`.
    pub(super) quote_reads: Option<Located<String>>,
    /// Where the quotation stands.
    pub(super) quote_place: Option<Place>,
}

impl Builder<'_> {
    /// Reads `clause`, `quote`, `quote_reads`, `source`, `basis`; neither clause nor source is an error.
    pub(super) fn citation(&self, reader: &Reader<'_>) -> Citation {
        let clause = reader.text("clause").filter(|clause| self.clause_exists(clause));
        let quote = reader.text("quote");
        if let (Some(clause), Some(quote)) = (&clause, &quote) {
            self.check_quote(&clause.value, quote);
        }
        let citation = Citation {
            quote_reads: reader.text("quote_reads"),
            quote_place: quote.as_ref().map(|quote| quote.place.clone()),
            clause: clause.map(|clause| clause.value),
            quote: quote.map(|quote| quote.value),
            source: reader.text("source").map(|source| source.value),
            basis: reader.choice("basis", &[("待核", "待核")]).map(str::to_owned),
        };
        if !reader.has("clause") && !reader.has("source") {
            self.findings.add(
                Diagnostic::error("not-cited", reader.place(), "没有写明出处")
                    .expected("clause = \"…\"，或 source = \"…\"（未核实的加 basis = \"待核\"）"),
            );
        }
        citation
    }

    /// True when the clause is declared; otherwise it is reported.
    pub(super) fn clause_exists(&self, clause: &Located<String>) -> bool {
        let ids = self.clauses.keys().map(String::as_str);
        self.look_up("unknown-clause", "条款", clause, ids).is_some()
    }

    /// Reports a quotation that does not stand in the clause.
    pub(super) fn check_quote(&self, clause: &str, quote: &Located<String>) {
        let Some(clause) = self.clauses.get(clause) else {
            return;
        };
        if clause.text.contains(&quote.value) {
            return;
        }
        let elsewhere = self
            .clauses
            .values()
            .find(|other| other.text.contains(&quote.value))
            .map(|other| format!("这句话在条款 {} 里", other.id));
        let hint = elsewhere.or_else(|| longest_start(&clause.text, &quote.value));
        self.findings.add(
            Diagnostic::error(
                "quote-not-in-clause",
                quote.place.clone(),
                format!("引文不在条款 {} 的原文里", clause.id),
            )
            .found(quote.value.clone())
            .hint(hint),
        );
    }
}

/// How far a quotation follows the text, and how the text goes on.
fn longest_start(text: &str, quote: &str) -> Option<String> {
    let ends: Vec<usize> = quote.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    let length = ends.partition_point(|end| text.contains(&quote[..*end]));
    let common = &quote[..*ends.get(length.checked_sub(1)?)?];
    if length < 4 {
        return None;
    }
    let rest = &text[text.find(common)? + common.len()..];
    let next: String = rest.chars().take(12).collect();
    Some(format!("从“{common}”之后不同：原文接着是“{next}”"))
}
