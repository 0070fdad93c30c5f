//! The table of units: declared ones, and compound ones built on demand (`万元/亩`).

use std::cell::RefCell;

use indexmap::IndexMap;

use super::quantity::{Quantity, Ratio};
use crate::diagnostic::meant;
use crate::number::Exact;
use crate::package::{Dimension, Unit};

/// All units by name; grows by the compound ones that are used.
#[derive(Debug, Default)]
pub(crate) struct Units {
    table: RefCell<IndexMap<String, Unit>>,
}

/// Why a unit cannot be used: what is wrong, and advice.
#[derive(Debug)]
pub(crate) struct UnitProblem {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Units {
    /// What stands for a unit where there is no number.
    pub(crate) fn none() -> Unit {
        Unit { name: String::new(), dimension: Dimension::new(), factor: Exact::ONE, is_point: false }
    }

    /// Adds a declared unit.
    pub(crate) fn insert(&self, unit: Unit) {
        self.table.borrow_mut().insert(unit.name.clone(), unit);
    }

    /// A unit by name, building compound ones.
    pub(crate) fn get(&self, name: &str) -> Result<Unit, UnitProblem> {
        if let Some(unit) = self.table.borrow().get(name) {
            return Ok(unit.clone());
        }
        let unit = self.compound(name)?;
        self.insert(unit.clone());
        Ok(unit)
    }

    /// The quantity that values of a unit have.
    pub(crate) fn quantity(unit: &Unit) -> Quantity {
        let one = unit.factor == Exact::ONE;
        let ratio = match (unit.dimension.is_empty(), unit.is_point, one) {
            (true, true, _) => Ratio::Point,
            (true, false, false) => Ratio::Percentage,
            _ => Ratio::Plain,
        };
        Quantity { dimension: unit.dimension.clone(), ratio }
    }

    /// Everything that was declared or built.
    pub(crate) fn into_table(self) -> IndexMap<String, Unit> {
        self.table.into_inner()
    }

    fn unknown(&self, name: &str) -> UnitProblem {
        let table = self.table.borrow();
        UnitProblem {
            code: "unknown-unit",
            message: format!("没有声明单位“{name}”"),
            hint: meant(name, table.keys().map(String::as_str)),
        }
    }

    fn compound(&self, name: &str) -> Result<Unit, UnitProblem> {
        let mut parts = name.split('/');
        let top = parts.next().unwrap_or_default();
        let below: Vec<&str> = parts.collect();
        if below.is_empty() && !name.contains('·') {
            return Err(self.unknown(name));
        }
        let mut unit =
            Unit { name: name.to_owned(), dimension: Dimension::new(), factor: Exact::ONE, is_point: false };
        for (part, sign) in top
            .split('·')
            .map(|part| (part, 1))
            .chain(below.iter().flat_map(|part| part.split('·')).map(|part| (part, -1)))
        {
            self.multiply(&mut unit, part.trim(), sign)?;
        }
        Ok(unit)
    }

    fn multiply(&self, unit: &mut Unit, part: &str, sign: i32) -> Result<(), UnitProblem> {
        let table = self.table.borrow();
        let Some(declared) = table.get(part) else {
            drop(table);
            return Err(self.unknown(part));
        };
        for (base, exponent) in &declared.dimension {
            let sum = unit.dimension.get(base).copied().unwrap_or(0) + exponent * sign;
            unit.dimension.insert(base.clone(), sum);
        }
        unit.dimension.retain(|_, exponent| *exponent != 0);
        let factor = if sign > 0 {
            unit.factor.checked_mul(declared.factor)
        } else {
            unit.factor.div_exact(declared.factor)
        };
        unit.factor = factor.ok_or_else(|| UnitProblem {
            code: "unit-factor-inexact",
            message: format!("单位“{}”到基本单位的系数不是有限小数", unit.name),
            hint: Some("换一个组成单位，如用“亩”代替“m²”作分母".to_owned()),
        })?;
        Ok(())
    }

    /// A quantity in words, by its base units.
    pub(crate) fn describe(&self, quantity: &Quantity) -> String {
        if quantity.dimension.is_empty() {
            return match quantity.ratio {
                Ratio::Zero => "0",
                Ratio::Literal => "没有单位的数",
                Ratio::Plain => "比值或个数（无单位）",
                Ratio::Percentage => "百分比（%）",
                Ratio::Point => "百分点",
            }
            .to_owned();
        }
        let side = |sign: i32| {
            let of = |(base, exponent): (&String, &i32)| {
                let power = if exponent.abs() == 1 { String::new() } else { format!("^{}", exponent.abs()) };
                (exponent.signum() == sign).then(|| format!("{}{power}", self.base_name(base)))
            };
            quantity.dimension.iter().filter_map(of).collect::<Vec<_>>().join("·")
        };
        match (side(1), side(-1)) {
            (top, below) if below.is_empty() => top,
            (top, below) if top.is_empty() => format!("1/{below}"),
            (top, below) => format!("{top}/{below}"),
        }
    }

    fn base_name(&self, base: &str) -> String {
        let table = self.table.borrow();
        let is_base = |unit: &&Unit| {
            unit.factor == Exact::ONE && unit.dimension.len() == 1 && unit.dimension.get(base) == Some(&1)
        };
        table.values().find(is_base).map_or_else(|| base.to_owned(), |unit| unit.name.clone())
    }
}
