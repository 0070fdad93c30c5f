//! From what was typed to values of a field, and back to text. Exact: a value with more decimals than the field
//! declares is refused, never rounded; nothing missing becomes a number.

use jiff::civil::Date;
use xiyuan_policy::{
    number::Exact,
    package::{Field, FieldType, Form, Package, Range, Sensitivity},
};
use xiyuan_store::packing::Value;

/// Why a value cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadValue {
    /// Stable code.
    pub code: &'static str,
    /// Chinese message.
    pub message: String,
}

impl BadValue {
    /// With a code and words.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// A form of the package.
pub fn find_form<'p>(package: &'p Package, form: &str) -> Option<&'p Form> {
    package.forms.iter().find(|candidate| candidate.id == form)
}

/// Fields of a form in form order.
pub fn form_fields<'p>(package: &'p Package, form: &str) -> impl Iterator<Item = &'p Field> {
    let sections = find_form(package, form).map(|form| form.sections.as_slice()).unwrap_or_default();
    sections.iter().flat_map(|section| &section.fields).map(|index| &package.fields[index.index()])
}

/// Whether only those may see it who need it.
pub fn is_sensitive(field: &Field) -> bool {
    field.sensitivity == Sensitivity::Sensitive
}

/// Text for people and for the API.
pub fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) | Value::Code(text) => Some(text.clone()),
        Value::Date(day) => Some(day.to_string()),
        Value::Bool(true) => Some("是".to_owned()),
        Value::Bool(false) => Some("否".to_owned()),
        Value::Missing => None,
    }
}

/// Reads a value that was sent as text in the field's own unit.
pub fn parse(package: &Package, field: &Field, text: &str) -> Result<Value, BadValue> {
    let text = text.trim();
    match &field.ty {
        FieldType::Decimal | FieldType::Integer => {
            let number = Exact::parse(text).map_err(|_| {
                BadValue::new("not-a-number", format!("{}应为数字，现为“{text}”。", field.name))
            })?;
            number_value(field, number)
        }
        FieldType::Text => Ok(Value::Text(text.to_owned())),
        FieldType::Date => text
            .parse::<Date>()
            .map(Value::Date)
            .map_err(|_| BadValue::new("not-a-date", format!("{}应为日期，如 2025-03-31。", field.name))),
        FieldType::Bool => match text {
            "true" | "是" => Ok(Value::Bool(true)),
            "false" | "否" => Ok(Value::Bool(false)),
            _ => Err(BadValue::new("not-yes-or-no", format!("{}应填“是”或“否”。", field.name))),
        },
        FieldType::Choice { catalog } => {
            let entries = package.catalogs.get(catalog).map(|catalog| catalog.entries.as_slice());
            let found =
                entries.unwrap_or_default().iter().find(|entry| entry.code == text || entry.name == text);
            found.map(|entry| Value::Code(entry.code.clone())).ok_or_else(|| {
                BadValue::new("not-in-catalog", format!("{}的选项中没有“{text}”。", field.name))
            })
        }
    }
}

/// Checks declared decimals and range of a number in the field's own unit.
pub fn number_value(field: &Field, number: Exact) -> Result<Value, BadValue> {
    let declared = if field.ty == FieldType::Integer { 0 } else { field.decimals };
    if number.normalized().scale > declared {
        let message = if declared == 0 {
            format!("{}应为整数，现为 {number}。", field.name)
        } else {
            format!(
                "{}最多 {declared} 位小数，现为 {number}；请按报表单位核对，系统不代为四舍五入。",
                field.name
            )
        };
        return Err(BadValue::new("too-many-decimals", message));
    }
    let number = if number.scale > declared { number.normalized() } else { number };
    check_range(field, number)?;
    Ok(Value::Number(number))
}

fn check_range(field: &Field, number: Exact) -> Result<(), BadValue> {
    let Range { min, max } = field.range;
    let unit = field.unit.as_deref().unwrap_or_default();
    if let Some(min) = min.filter(|min| number < *min) {
        let message = format!("{}不能小于 {min}{unit}，现为 {number}{unit}。", field.name);
        return Err(BadValue::new("out-of-range", message));
    }
    if let Some(max) = max.filter(|max| number > *max) {
        let message = format!("{}不能大于 {max}{unit}，现为 {number}{unit}。", field.name);
        return Err(BadValue::new("out-of-range", message));
    }
    Ok(())
}
