//! Records in worked examples, and groups of which an example asserts something.

use super::builder::Builder;
use super::examples::{Draft, Table};
use crate::diagnostic::{Diagnostic, meant};
use crate::examples::model::{ExampleCell, ExampleRecord, ExampleSubject, ExpectedOf};
use crate::package::Subject;
use crate::plan::RecordIx;
use crate::source::{Node, NodeValue, Reader, count};

/// Columns of a table of records that are no fields.
const OWN: [&str; 3] = ["name", "from", "to"];

impl Builder<'_> {
    /// `records.<register> = [ [head], [row] … ]`.
    pub(super) fn example_records(&self, item: &Reader<'_>, draft: &Draft) -> Vec<ExampleRecord> {
        let Some(registers) = item.table("records") else { return Vec::new() };
        let mut records = Vec::new();
        for (name, node) in registers.pairs() {
            let ids = self.records.iter().map(|kind| kind.id.as_str());
            let Some(at) = self.look_up("unknown-word", "登记册", &name, ids) else { continue };
            let NodeValue::List(rows) = &node.value else {
                registers.report_shape(&name.value, node, "列名一行，然后每条记录一行");
                continue;
            };
            if let Some(table) = self.table_of(&registers, &name.value, rows) {
                records.extend(self.records_of(&registers, &table, RecordIx(count(at)), draft));
            }
        }
        records
    }

    fn records_of(
        &self,
        item: &Reader<'_>,
        table: &Table<'_>,
        kind: RecordIx,
        draft: &Draft,
    ) -> Vec<ExampleRecord> {
        let register = &self.records[kind.index()];
        let owner_word = register.subject.word();
        let Some(owner_at) = self.column(table, owner_word) else { return Vec::new() };
        let column = |name: &str| table.head.iter().position(|head| head.value == name);
        let [name_at, from_at, to_at] = OWN.map(column);
        let is_field = |name: &str| name != owner_word && !OWN.contains(&name);
        let columns: Vec<_> = table
            .head
            .iter()
            .enumerate()
            .filter(|(_, head)| is_field(&head.value))
            .map(|(at, head)| (at, self.value_column(Subject::Record(kind), head, draft.period)))
            .collect();
        let mut records = Vec::new();
        for (number, row) in table.rows.iter().enumerate() {
            let owner = if register.subject == Subject::Park {
                self.named(item, owner_word, row[owner_at], &draft.parks).map(ExpectedOf::Park)
            } else {
                self.named(item, owner_word, row[owner_at], &draft.enterprises).map(ExpectedOf::Enterprise)
            };
            let day = |what: &str, at: Option<usize>| match at {
                None => Some(None),
                Some(at) => Self::open_date(item, what, row[at]),
            };
            let (from, to) = (day("from", from_at), day("to", to_at));
            let name = match name_at {
                None => Some(format!("{}-{}", register.id, number + 1)),
                Some(at) => item.node_text("name", row[at]).map(|name| name.value),
            };
            let cell = |(at, column): &(usize, Option<_>)| {
                let (field, period, source) = (*column)?;
                let node: &Node = row[*at];
                Some(ExampleCell { field, period, source, value: self.cell_value(item, node, field)? })
            };
            let cells = columns.iter().filter_map(cell).collect();
            if let (Some(owner), Some(from), Some(to), Some(name)) = (owner, from, to, name) {
                let subject = ExampleSubject { name, cells };
                records.push(ExampleRecord { kind, owner, from, to, subject });
            }
        }
        records
    }

    /// Groups that expectations name: `district/320205`, or the id of a grouping of everyone.
    pub(super) fn expected_groups(&self, expected: &[Reader<'_>]) -> Vec<String> {
        let mut groups: Vec<String> = Vec::new();
        for item in expected {
            let Some(written) = item.text("group") else { continue };
            let word = written.value.split('/').next().unwrap_or_default();
            if !self.groupings.iter().any(|grouping| grouping.id == word) {
                let ids = self.groupings.iter().map(|grouping| grouping.id.as_str());
                let diagnostic =
                    Diagnostic::error("unknown-grouping", written.place, format!("没有分组“{word}”"));
                self.findings.add(diagnostic.hint(meant(word, ids)));
            }
            if !groups.contains(&written.value) {
                groups.push(written.value);
            }
        }
        groups
    }
}
