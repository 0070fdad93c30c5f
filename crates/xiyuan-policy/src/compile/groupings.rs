//! `groupings.toml`: ways to put subjects into groups. `records/*.toml`: registers.

use super::builder::{Builder, check_id};
use super::fields::FieldHome;
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::Diagnostic;
use crate::language::{Derived, GroupingEntry};
use crate::package::{FieldType, Grouping, Origin, RecordKind, Subject};
use crate::plan::{FieldIx, RecordIx};
use crate::source::{Reader, count};

/// Words before a point that mean something already.
const TAKEN: [&str; 2] = ["enterprise", "park"];

impl Builder<'_> {
    /// Reads one file of groupings.
    pub(super) fn read_groupings(&mut self, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for (id, item) in reader.named_tables("grouping") {
            let name = item.need_text("name").map(|name| name.value).unwrap_or_default();
            let enterprises = self.group_fields(&item, "enterprises", Subject::Enterprise);
            let parks = self.group_fields(&item, "parks", Subject::Park);
            self.check_alike(&item, enterprises.as_deref(), parks.as_deref());
            item.finish();
            if enterprises.is_none() && parks.is_none() {
                let diagnostic = Diagnostic::error("missing-key", item.place(), "分组没有写明按什么字段分");
                self.findings.add(diagnostic.expected("enterprises = [\"字段\"] 或 parks = [\"字段\"]"));
            }
            if !self.is_free_word(&id) || !self.is_no_register(&id) || !self.declare("grouping", &id) {
                continue;
            }
            let entry = GroupingEntry { has_enterprises: enterprises.is_some(), has_parks: parks.is_some() };
            self.names.groupings.insert(id.value.clone(), entry);
            self.groupings.push(Grouping { id: id.value, name, enterprises, parks, place: id.place });
        }
        reader.finish();
    }

    /// Enterprises and parks fall into the same groups only when the fields of both say the same in the same order.
    fn check_alike(&self, item: &Reader<'_>, enterprises: Option<&[FieldIx]>, parks: Option<&[FieldIx]>) {
        let (Some(enterprises), Some(parks)) = (enterprises, parks) else { return };
        let is_whole = |key: &'static str, found: &[FieldIx]| item.texts(key).len() == found.len();
        if !is_whole("enterprises", enterprises) || !is_whole("parks", parks) {
            return;
        }
        let types = |fields: &[FieldIx]| -> Vec<FieldType> {
            fields.iter().map(|field| self.fields[field.index()].ty.clone()).collect()
        };
        if types(enterprises) != types(parks) {
            let place = item.place_of("parks");
            self.findings.add(
                Diagnostic::error("wrong-type", place, "企业和园区的分组字段不能一一对应")
                    .expected("同样多的字段，依次是同一种值、同一目录"),
            );
        }
    }

    /// A grouping and a register of one name could not be told apart in formulas.
    fn is_no_register(&self, id: &crate::source::Located<String>) -> bool {
        let is_free = !self.names.records.contains_key(&id.value);
        if !is_free {
            let message = format!("“{}”既是登记册又是分组，公式里无法分辨", id.value);
            self.findings.add(Diagnostic::error("duplicate-id", id.place.clone(), message));
        }
        is_free
    }

    fn is_free_word(&self, id: &crate::source::Located<String>) -> bool {
        if TAKEN.contains(&id.value.as_str()) {
            let message = format!("“{}”在公式里已有含义，不能用作名字", id.value);
            self.findings.add(Diagnostic::error("bad-id", id.place.clone(), message));
            return false;
        }
        check_id(id, false, self.findings)
    }

    /// Fields that decide the group: codes, texts, yes/no or whole numbers that are registered or filed, not derived.
    fn group_fields(&self, item: &Reader<'_>, key: &'static str, subject: Subject) -> Option<Vec<FieldIx>> {
        if !item.has(key) {
            return None;
        }
        let mut fields = Vec::new();
        for written in item.texts(key) {
            let Some(field) = self.field_of(subject, &written) else { continue };
            let declared = &self.fields[field.index()];
            let is_key = matches!(
                declared.ty,
                FieldType::Choice { .. } | FieldType::Text | FieldType::Bool | FieldType::Integer
            );
            if !is_key || !matches!(self.names.fields[field.index()].derived, Derived::No) {
                let message = format!("不能按字段“{}”分组", declared.id);
                self.findings.add(
                    Diagnostic::error("wrong-type", written.place, message)
                        .expected("登记或填报的代码、文字、是/否或整数字段"),
                );
                continue;
            }
            fields.push(field);
        }
        Some(fields)
    }

    /// Reads one register; the file's name is its id.
    pub(super) fn read_record(&mut self, package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        let id = file.stem();
        let Some(head) = reader.table("record") else {
            self.findings.add(Diagnostic::error("missing-key", id.place, "缺少 [record]"));
            return;
        };
        let name = head.need_text("name").map(|name| name.value).unwrap_or_default();
        let owners = [("enterprise", Subject::Enterprise), ("park", Subject::Park)];
        let owner = head.need_choice("subject", &owners);
        let source = head.text("source").map_or_else(|| "登记".to_owned(), |source| source.value);
        head.finish();
        let items = reader.named_tables("field");
        if !self.is_free_word(&id) || !self.declare("record", &id) {
            return;
        }
        let Some(owner) = owner else { return };
        let subject = Subject::Record(RecordIx(count(self.names.records.len())));
        self.names.records.insert(id.value.clone(), owner);
        let mut fields = Vec::new();
        for (key, item) in items {
            let origin = Some(Origin::Registry { key: key.value.clone() });
            let home = FieldHome { subject, frequency: None, origin, source: &source };
            fields.extend(self.read_field(package, &key, &item, home));
            item.finish();
        }
        reader.finish();
        self.records.push(RecordKind { id: id.value, name, subject: owner, fields, place: id.place });
    }
}
