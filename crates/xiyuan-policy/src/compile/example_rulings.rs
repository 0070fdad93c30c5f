//! What officers decided, in worked examples: readings chosen and exceptions approved, with their days.

use super::builder::Builder;
use super::examples::Draft;
use crate::diagnostic::Diagnostic;
use crate::examples::model::{ExampleChoice, ExampleException};
use crate::frame::Term;
use crate::source::{Node, Reader};

impl Builder<'_> {
    /// `chosen = [ ["criterion", "reading", "from", "until"], ["revenue-share", "strict", 2025-01-01, "-"] ]`
    pub(super) fn example_choices(&self, item: &Reader<'_>) -> Vec<ExampleChoice> {
        let Some(table) = self.table(item, "chosen") else { return Vec::new() };
        let mut choices = Vec::new();
        for [criterion, reading, from, until] in
            self.columns(&table, ["criterion", "reading", "from", "until"])
        {
            let criterion = item.node_text("criterion", criterion).and_then(|name| self.criterion(&name));
            let reading = item.node_text("reading", reading);
            let term = term(item, from, until);
            if let (Some(criterion), Some(reading), Some(term)) = (criterion, reading, term)
                && let Some(reading) = self.reading_position(criterion, &reading)
            {
                choices.push(ExampleChoice { criterion, reading, term });
            }
        }
        choices
    }

    /// `exceptions = [ ["park", "criterion", "from", "until"], ["甲园", "floor-area", 2025-01-01, 2026-12-31] ]`
    pub(super) fn example_exceptions(&self, item: &Reader<'_>, draft: &Draft) -> Vec<ExampleException> {
        let Some(table) = self.table(item, "exceptions") else { return Vec::new() };
        let mut exceptions = Vec::new();
        for [park, criterion, from, until] in self.columns(&table, ["park", "criterion", "from", "until"]) {
            let park = self.named(item, "park", park, &draft.parks);
            let name = item.node_text("criterion", criterion);
            let found = name.as_ref().and_then(|name| self.criterion(name));
            let term = term(item, from, until);
            if let (Some(name), Some(of)) = (&name, found)
                && !self.criteria[of.index()].is_soft
            {
                let message = format!("条件“{}”不是软性要求，不能有例外", name.value);
                let finding = Diagnostic::error("exception-not-soft", name.place.clone(), message);
                self.findings.add(finding.expected("写了 soft = true 的条件"));
                continue;
            }
            if let (Some(park), Some(criterion), Some(term)) = (park, found, term) {
                exceptions.push(ExampleException { park, criterion, term });
            }
        }
        exceptions
    }
}

fn term(item: &Reader<'_>, from: &Node, until: &Node) -> Option<Term> {
    let (from, until) = (Builder::open_date(item, "from", from)?, Builder::open_date(item, "until", until)?);
    Some(Term { from: from.unwrap_or(jiff::civil::Date::MIN), until })
}
