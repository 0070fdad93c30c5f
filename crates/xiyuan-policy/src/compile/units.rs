//! `units.toml`.

use std::collections::BTreeMap;

use super::builder::Builder;
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::Diagnostic;
use crate::number::Exact;
use crate::package::{Dimension, Place, Unit};
use crate::source::{NodeValue, Reader};

impl Builder<'_> {
    /// Reads one file of units.
    pub(super) fn read_units(&mut self, _package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for (name, item) in reader.named_tables("unit") {
            let dimension = self.dimension(&item);
            let factor = item.number("factor");
            let is_point = item.flag("point", false);
            item.finish();
            if !self.declare("unit", &name) {
                continue;
            }
            if name.value.contains(['/', '·']) || name.value.trim().is_empty() {
                let message = "单位名不能为空，也不能含“/”“·”：复合单位会自动组成";
                self.findings.add(Diagnostic::error("bad-id", name.place.clone(), message));
            }
            let is_positive = factor.as_ref().is_none_or(|factor| factor.value > Exact::ZERO);
            if let (false, Some(factor)) = (is_positive, &factor) {
                self.findings.add(
                    Diagnostic::error("bad-factor", factor.place.clone(), "系数应大于零")
                        .found(factor.value.to_string()),
                );
            }
            let Some(dimension) = dimension else {
                continue;
            };
            if is_point && !dimension.is_empty() {
                let place = item.place_of("point");
                self.findings.add(Diagnostic::error("bad-factor", place, "只有没有量纲的单位可以是百分点"));
            }
            let factor = factor.filter(|_| is_positive).map_or(Exact::ONE, |factor| factor.value);
            if is_positive {
                self.own_units.push((name.value.clone(), name.place));
            }
            self.units.insert(Unit { name: name.value, dimension, factor, is_point });
        }
        reader.finish();
    }

    fn dimension(&self, item: &Reader<'_>) -> Option<Dimension> {
        let Some(node) = item.any("dimension") else {
            self.findings.add(
                Diagnostic::error("missing-key", item.place(), "缺少键“dimension”")
                    .expected("dimension = \"money\"，没有量纲写 dimension = {}"),
            );
            return None;
        };
        match &node.value {
            NodeValue::Text(base) => Some(Dimension::from([(base.clone(), 1)])),
            NodeValue::Table(entries) => {
                let mut dimension = Dimension::new();
                for entry in entries {
                    let exponent = match &entry.node.value {
                        NodeValue::Number(digits) => {
                            digits.parse::<i32>().ok().filter(|n| *n != 0 && n.abs() <= 9)
                        }
                        _ => None,
                    };
                    let Some(exponent) = exponent else {
                        item.report_shape(&entry.key, &entry.node, "-9 到 9 的整数，不含 0");
                        return None;
                    };
                    dimension.insert(entry.key.clone(), exponent);
                }
                Some(dimension)
            }
            _ => {
                item.report_shape("dimension", node, "基本量纲的名字，或 { money = 1, area = -1 }");
                None
            }
        }
    }

    /// Each base dimension has exactly one base unit: itself to the power of one, factor 1.
    pub(super) fn check_base_units(&self) {
        let mut bases: BTreeMap<String, (Place, Vec<String>)> = BTreeMap::new();
        for (name, place) in &self.own_units {
            let Ok(unit) = self.units.get(name) else {
                continue;
            };
            for base in unit.dimension.keys() {
                let is_base =
                    unit.factor == Exact::ONE && unit.dimension == Dimension::from([(base.clone(), 1)]);
                let (_, names) = bases.entry(base.clone()).or_insert_with(|| (place.clone(), Vec::new()));
                names.extend(is_base.then(|| name.clone()));
            }
        }
        for (base, (place, names)) in bases {
            if names.len() != 1 {
                self.findings.add(
                    Diagnostic::error(
                        "base-unit",
                        place,
                        format!("量纲“{base}”应有且只有一个系数为 1 的基本单位"),
                    )
                    .found(if names.is_empty() {
                        "没有".to_owned()
                    } else {
                        names.join("、")
                    }),
                );
            }
        }
    }
}
