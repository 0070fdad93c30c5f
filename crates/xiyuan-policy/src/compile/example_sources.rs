//! Sources of fields in worked examples: who says a value, and in which order they count.

use super::builder::Builder;
use crate::diagnostic::Diagnostic;
use crate::plan::FieldIx;
use crate::source::{Located, NodeValue, Reader, count};

impl Builder<'_> {
    /// Position of a source of a field.
    pub(super) fn source_of(&self, field: FieldIx, name: &Located<String>) -> Option<u32> {
        let field = &self.fields[field.index()];
        let what = format!("字段“{}”的来源", field.id);
        self.look_up("unknown-source", &what, name, field.sources.iter().map(String::as_str)).map(count)
    }

    /// `precedence = { "enterprise.revenue" = ["企业填报", "税务"] }`
    pub(super) fn example_precedence(&self, item: &Reader<'_>) -> Vec<(FieldIx, Vec<u32>)> {
        let Some(chosen) = item.table("precedence") else {
            return Vec::new();
        };
        let mut orders = Vec::new();
        for (name, node) in chosen.pairs() {
            let ids = self.fields.iter().map(|field| field.id.as_str());
            let field = self.look_up("unknown-field", "字段", &name, ids).map(|at| FieldIx(count(at)));
            let NodeValue::List(names) = &node.value else {
                chosen.report_shape(&name.value, node, "来源的列表");
                continue;
            };
            let Some(field) = field else { continue };
            let mut order = Vec::new();
            for source in names.iter().filter_map(|name_node| chosen.node_text(&name.value, name_node)) {
                let Some(position) = self.source_of(field, &source) else { continue };
                if order.contains(&position) {
                    let message = format!("来源“{}”列了两次", source.value);
                    self.findings.add(Diagnostic::error("duplicate-id", source.place, message));
                } else {
                    order.push(position);
                }
            }
            orders.push((field, order));
        }
        orders
    }
}
