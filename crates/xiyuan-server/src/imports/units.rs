//! Units of heads: the unit that stands in the head (or in the sheet's unit line) against the unit of the field.
//! Conversion is exact or it is refused.

use xiyuan_policy::{
    number::Exact,
    package::{Package, Unit},
};

/// Other spellings of units; what they are worth, says the package.
const SPELLINGS: &[(&str, &str)] = &[
    ("平方米", "m²"),
    ("㎡", "m²"),
    ("m2", "m²"),
    ("万平方米", "万m²"),
    ("平方公里", "km²"),
    ("平方千米", "km²"),
    ("km2", "km²"),
    ("吨标煤", "吨标准煤"),
    ("万吨标煤", "万吨标准煤"),
    ("千瓦时", "kWh"),
    ("kwh", "kWh"),
    ("度", "kWh"),
    ("万千瓦时", "万kWh"),
    ("万kwh", "万kWh"),
    ("万度", "万kWh"),
    ("立方米", "m³"),
    ("m3", "m³"),
    ("万立方米", "万m³"),
    ("％", "%"),
    ("户", "家"),
];

/// How numbers of a column become numbers in the field's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// Same unit.
    Same,
    /// Multiply by the first, divide by the second.
    Ratio(Exact, Exact),
}

/// Why a column's unit cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitProblem {
    /// The package does not know the unit.
    Unknown,
    /// It measures something else.
    Other,
}

fn find<'p>(package: &'p Package, text: &str) -> Option<&'p Unit> {
    let text = text.trim();
    package.units.get(text).or_else(|| {
        let spelling = SPELLINGS.iter().find(|(spelling, _)| *spelling == text)?;
        package.units.get(spelling.1)
    })
}

/// The unit of a column: that of its head, else the one of the unit line that measures the same as the field.
pub fn of_column(
    package: &Package,
    head: Option<&str>,
    line: &[String],
    field: Option<&str>,
) -> Option<String> {
    if let Some(unit) = head {
        return Some(unit.to_owned());
    }
    let field = find(package, field?)?;
    if field.dimension.is_empty() {
        return None;
    }
    let mut fitting =
        line.iter().filter(|unit| find(package, unit).is_some_and(|unit| unit.dimension == field.dimension));
    let first = fitting.next()?;
    fitting.next().is_none().then(|| first.clone())
}

/// How to convert from a column's unit to a field's.
pub fn conversion(
    package: &Package,
    column: Option<&str>,
    field: Option<&str>,
) -> Result<Conversion, UnitProblem> {
    let (Some(column), Some(field)) = (column, field) else { return Ok(Conversion::Same) };
    if column == field {
        return Ok(Conversion::Same);
    }
    let from = find(package, column).ok_or(UnitProblem::Unknown)?;
    let to = find(package, field).ok_or(UnitProblem::Unknown)?;
    if from.name == to.name {
        return Ok(Conversion::Same);
    }
    if from.dimension != to.dimension || from.is_point != to.is_point {
        return Err(UnitProblem::Other);
    }
    Ok(if from.factor == to.factor { Conversion::Same } else { Conversion::Ratio(from.factor, to.factor) })
}

impl Conversion {
    /// The number in the field's unit; `None` when it cannot be written exactly.
    pub fn apply(self, number: Exact) -> Option<Exact> {
        match self {
            Self::Same => Some(number),
            Self::Ratio(from, to) => number.checked_mul(from)?.div_exact(to),
        }
    }
}
