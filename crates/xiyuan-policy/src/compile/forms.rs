//! `forms/*.toml`: what is filed, by whom, when; sections and checks between fields.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::{Builder, check_id};
use super::fields::{FREQUENCIES, FieldHome, SUBJECTS};
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::Diagnostic;
use crate::language::{Context, Home, Text, Tree, Type};
use crate::package::{Check, Form, Origin, Section, Subject};
use crate::plan::{Expression, FieldIx};
use crate::source::Reader;

/// A check whose formula waits until all fields are known.
pub(super) struct PendingCheck {
    form: usize,
    id: String,
    text: Text,
    tree: Tree,
    is_hard: bool,
    message: String,
}

impl Builder<'_> {
    /// Reads one form.
    pub(super) fn read_form(&mut self, package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        let id = file.stem();
        if !check_id(&id, false, self.findings) || !self.declare("form", &id) {
            return;
        }
        let Some(head) = reader.table("form") else {
            let place = reader.place();
            self.findings.add(Diagnostic::error("missing-key", place, "缺少表 [form]"));
            return;
        };
        let subject = head.need_choice("subject", &SUBJECTS);
        let frequency = head.need_choice("period", &FREQUENCIES);
        let name = head.need_text("name").map(|name| name.value).unwrap_or_default();
        let owed_by = head.need_text("owed_by").map(|by| by.value).unwrap_or_default();
        let source = head.text("source").map_or_else(|| owed_by.clone(), |source| source.value);
        let due = self.due(&head);
        head.finish();
        let (Some(subject), Some(frequency)) = (subject, frequency) else {
            return;
        };
        let origin = Origin::Form { form: id.value.clone() };
        let mut keys = BTreeMap::new();
        for (key, item) in reader.named_tables("field") {
            let home = FieldHome {
                subject,
                frequency: Some(frequency),
                origin: Some(origin.clone()),
                source: &source,
            };
            if let Some(index) = self.read_field(package, &key, &item, home) {
                keys.insert(key.value.clone(), index);
            }
            item.finish();
        }
        let sections = self.sections(&reader, &name, subject, &keys);
        let form = self.forms.len();
        for item in reader.tables("check") {
            self.read_check(form, &item);
            item.finish();
        }
        reader.finish();
        let (due_months_after, due_day) = due.unwrap_or((1, 31));
        self.forms.push(Form {
            id: id.value,
            name,
            subject,
            frequency,
            due_months_after,
            due_day,
            owed_by,
            sections,
            checks: Vec::new(),
        });
    }

    fn due(&self, head: &Reader<'_>) -> Option<(u32, u32)> {
        let Some(due) = head.table("due") else {
            self.findings.add(
                Diagnostic::error("missing-key", head.place(), "缺少键“due”")
                    .expected("due = { months_after = 3, day = 31 }"),
            );
            return None;
        };
        let due_on = (due.need_whole("months_after", 0..=24), due.need_whole("day", 1..=31));
        due.finish();
        Some((due_on.0?, due_on.1?))
    }

    fn sections(
        &self,
        reader: &Reader<'_>,
        form: &str,
        subject: Subject,
        keys: &BTreeMap<String, FieldIx>,
    ) -> Vec<Section> {
        let mut sections = Vec::new();
        let mut placed = BTreeSet::new();
        for item in reader.tables("section") {
            let name = item.need_text("name").map(|name| name.value).unwrap_or_default();
            let mut fields = Vec::new();
            for key in item.texts("fields") {
                let ids = keys.keys().map(String::as_str);
                if self.names.broken.contains(&format!("{}.{}", self.names.scope_word(subject), key.value))
                    || self.look_up("unknown-field", "本表字段", &key, ids).is_none()
                {
                    continue;
                }
                if placed.insert(key.value.clone()) {
                    fields.extend(keys.get(&key.value));
                } else {
                    let message = format!("字段“{}”已在别的分节里", key.value);
                    self.findings.add(Diagnostic::error("field-placed-twice", key.place, message));
                }
            }
            item.finish();
            sections.push(Section { name, fields });
        }
        if sections.is_empty() {
            let mut fields: Vec<FieldIx> = keys.values().copied().collect();
            fields.sort();
            return vec![Section { name: form.to_owned(), fields }];
        }
        for key in keys.keys().filter(|key| !placed.contains(*key)) {
            let place = reader.place_of("section");
            self.findings.add(Diagnostic::error(
                "field-not-placed",
                place,
                format!("字段“{key}”不在任何分节里"),
            ));
        }
        sections
    }

    fn read_check(&mut self, form: usize, item: &Reader<'_>) {
        let id = item.need_text("id");
        let formula = item.need_text("formula");
        let is_hard = item.need_choice("severity", &[("error", true), ("warning", false)]);
        let message = item.need_text("message");
        let (Some(id), Some(formula), Some(is_hard), Some(message)) = (id, formula, is_hard, message) else {
            return;
        };
        if !check_id(&id, false, self.findings) || !self.declare("check", &id) {
            return;
        }
        let text = Text::new(&formula);
        if let Some(tree) = self.parse(&text) {
            let message = message.value;
            self.pending_checks.push(PendingCheck { form, id: id.value, text, tree, is_hard, message });
        }
    }

    /// Checks the formulas between fields of one filing.
    pub(super) fn check_form_checks(&mut self) {
        for pending in std::mem::take(&mut self.pending_checks) {
            let Some(form) = self.forms.get(pending.form) else {
                continue;
            };
            let context = Context { subject: form.subject, home: Home::Check, unit: None };
            let Some(checked) = self.check(&pending.text, &pending.tree, context) else {
                continue;
            };
            if checked.ty != Type::Bool {
                let place = pending.text.place(pending.tree.at);
                let found = self.describe(&checked.ty);
                self.findings.add(
                    Diagnostic::error("wrong-type", place, "校验应是一个判断")
                        .found(found)
                        .expected("比较，如 revenue >= main_revenue"),
                );
                continue;
            }
            self.push_check(pending, checked.expression);
        }
    }

    fn push_check(&mut self, pending: PendingCheck, expression: Expression) {
        self.forms[pending.form].checks.push(Check {
            id: pending.id,
            expression,
            formula: pending.text.written,
            is_hard: pending.is_hard,
            message: pending.message,
        });
    }
}
