//! Cells of one row become values of their targets. Every cell that cannot be taken is named; nothing is guessed.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use xiyuan_policy::{
    number::Exact,
    package::{Field, FieldType, Package},
};
use xiyuan_sheets::{
    Cell, Decimal, Finding, ReadDecimal, Reading, Row, column_letters, read_bool, read_choice, read_code,
    read_date, read_decimal, read_text,
};
use xiyuan_store::{
    imports::{Problem, Severity},
    packing::{Value, Values},
};

use super::{
    targets::{ReadAs, Target},
    units::Conversion,
};
use crate::{filings::values::number_value, registry::show::Industries};

/// A column that is read.
#[derive(Clone, Debug)]
pub struct Binding {
    /// 0-based column.
    pub column: usize,
    /// Head as shown.
    pub head: Arc<str>,
    /// Its target.
    pub target: Target,
    /// From the column's unit to the field's.
    pub conversion: Conversion,
    /// Unit of the column, for messages.
    pub unit: Option<String>,
}

/// A text or code with its place.
#[derive(Clone, Debug)]
pub struct KeyCell {
    /// As read.
    pub text: String,
    /// 1-based column.
    pub column: u32,
    /// Head of the column.
    pub head: Arc<str>,
}

/// One row of data, read.
#[derive(Clone, Debug, Default)]
pub struct ReadRow {
    /// 1-based row of the sheet.
    pub number: u32,
    /// Texts and codes by target.
    pub texts: BTreeMap<&'static str, KeyCell>,
    /// Days by target.
    pub dates: BTreeMap<&'static str, Date>,
    /// Values by field id.
    pub values: Values,
    /// What is wrong or asked.
    pub problems: Vec<Problem>,
    /// Cells without a figure.
    pub missing: u64,
}

impl ReadRow {
    /// A text by target.
    pub fn text(&self, target: &str) -> Option<&str> {
        self.texts.get(target).map(|cell| cell.text.as_str())
    }

    /// Whether a problem refuses the row.
    pub fn is_refused(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Refuse)
    }

    /// Notes a problem of the row or of the cell of a target.
    pub fn problem(
        &mut self,
        target: Option<&str>,
        severity: Severity,
        code: &str,
        message: impl Into<String>,
    ) {
        let cell = target.and_then(|target| self.texts.get(target).cloned());
        self.problems.push(Problem {
            row: self.number,
            column: cell.as_ref().map(|cell| cell.column),
            head: cell.as_ref().map(|cell| cell.head.to_string()),
            value: cell.map(|cell| cell.text),
            severity,
            code: code.to_owned(),
            message: message.into(),
        });
    }
}

/// Reads rows of one file.
pub struct Reader<'p> {
    /// Package, for the fields of a form.
    pub package: Option<&'p Package>,
    /// Names of industries.
    pub industries: &'p Industries,
    /// Columns.
    pub bindings: &'p [Binding],
    /// Serial days count from 1904.
    pub is_1904: bool,
}

impl Reader<'_> {
    /// Reads one row.
    pub fn read(&self, row: &Row) -> ReadRow {
        let mut read = ReadRow { number: row.number, ..ReadRow::default() };
        for binding in self.bindings {
            self.cell(&mut read, binding, row.cell(binding.column));
        }
        read
    }

    fn cell(&self, read: &mut ReadRow, binding: &Binding, cell: &Cell) {
        let column = u32::try_from(binding.column + 1).unwrap_or(u32::MAX);
        match binding.target.read_as {
            ReadAs::Code => {
                let reading = read_code(cell);
                Self::take(read, binding, cell, reading, |read, text| {
                    read.texts.insert(
                        target_id(&binding.target.id),
                        KeyCell { text, column, head: Arc::clone(&binding.head) },
                    );
                });
            }
            ReadAs::Text => {
                let reading = read_text(cell);
                Self::take(read, binding, cell, reading, |read, text| {
                    read.texts.insert(
                        target_id(&binding.target.id),
                        KeyCell { text, column, head: Arc::clone(&binding.head) },
                    );
                });
            }
            ReadAs::Date => {
                let reading = read_date(cell, self.is_1904);
                Self::take(read, binding, cell, reading, |read, day| {
                    read.dates.insert(target_id(&binding.target.id), day);
                });
            }
            ReadAs::Industry => {
                let reading = self.industry(cell);
                Self::take(read, binding, cell, reading, |read, code| {
                    read.texts.insert(
                        target_id(&binding.target.id),
                        KeyCell { text: code, column, head: Arc::clone(&binding.head) },
                    );
                });
            }
            ReadAs::Field(index) => {
                let Some(package) = self.package else { return };
                let field = &package.fields[index.index()];
                let reading = self.value(package, field, binding, cell);
                if matches!(reading, Reading::Missing) {
                    read.missing += 1;
                    if !cell.is_blank() {
                        read.values.insert(field.id.clone(), Value::Missing);
                    }
                    return;
                }
                Self::take(read, binding, cell, reading, |read, value| {
                    read.values.insert(field.id.clone(), value);
                });
            }
        }
    }

    /// Keeps a value and notes a finding with the cell's place.
    fn take<T>(
        read: &mut ReadRow,
        binding: &Binding,
        cell: &Cell,
        reading: Reading<T>,
        keep: impl FnOnce(&mut ReadRow, T),
    ) {
        let (value, finding) = match reading {
            Reading::Accept(value) => (Some(value), None),
            Reading::Missing => (None, None),
            Reading::Question(value, finding) => (value, Some((Severity::Question, finding))),
            Reading::Refuse(finding) => (None, Some((Severity::Refuse, finding))),
        };
        if let Some((severity, finding)) = finding {
            read.problems.push(Self::named(read.number, binding, cell, severity, finding));
        }
        if let Some(value) = value {
            keep(read, value);
        }
    }

    fn named(row: u32, binding: &Binding, cell: &Cell, severity: Severity, finding: Finding) -> Problem {
        Problem {
            row,
            column: u32::try_from(binding.column + 1).ok(),
            head: Some(binding.head.to_string()),
            value: Some(cell.shown()).filter(|text| !text.is_empty()),
            severity,
            code: finding.code.to_owned(),
            message: finding.message,
        }
    }

    fn industry(&self, cell: &Cell) -> Reading<String> {
        match read_text(cell) {
            Reading::Accept(text) => match self.industries.find(&text) {
                Some(code) => Reading::Accept(code.to_owned()),
                None if self.industries.is_empty() => Reading::Accept(text),
                None => refuse("unknown-industry", format!("产业目录中没有“{text}”")),
            },
            other => other,
        }
    }

    fn value(&self, package: &Package, field: &Field, binding: &Binding, cell: &Cell) -> Reading<Value> {
        match &field.ty {
            FieldType::Decimal | FieldType::Integer => Self::number(field, binding, cell),
            FieldType::Text => read_text(cell).map(Value::Text),
            FieldType::Date => read_date(cell, self.is_1904).map(Value::Date),
            FieldType::Bool => read_bool(cell).map(Value::Bool),
            FieldType::Choice { catalog } => {
                let entries = package.catalogs.get(catalog).map(|catalog| catalog.entries.as_slice());
                let options = entries.unwrap_or_default().iter();
                read_choice(cell, options.map(|entry| (entry.code.as_str(), entry.name.as_str())))
                    .map(Value::Code)
            }
        }
    }

    fn number(field: &Field, binding: &Binding, cell: &Cell) -> Reading<Value> {
        let (read, question) = match read_decimal(cell) {
            Reading::Accept(read) => (read, None),
            Reading::Missing => return Reading::Missing,
            Reading::Question(Some(read), finding) => (read, Some(finding)),
            Reading::Question(None, finding) => return Reading::Question(None, finding),
            Reading::Refuse(finding) => return Reading::Refuse(finding),
        };
        let ReadDecimal { value, is_percent } = read;
        if is_percent && field.unit.as_deref() != Some("%") {
            let message = format!("“{}”带有百分号，而“{}”不以百分数填报", cell.shown(), field.name);
            return refuse("percent-sign", message);
        }
        let Some(number) = binding.conversion.apply(exact(value)) else {
            let unit = binding.unit.as_deref().unwrap_or_default();
            let message = format!("“{}”由{unit}换算后不能精确表示，请改用报表的单位填写", cell.shown());
            return refuse("inexact-conversion", message);
        };
        match (number_value(field, number), question) {
            (Err(bad), _) => refuse(bad.code, bad.message),
            (Ok(value), None) => Reading::Accept(value),
            (Ok(value), Some(finding)) => Reading::Question(Some(value), finding),
        }
    }
}

/// The same number in the engine's type.
fn exact(value: Decimal) -> Exact {
    Exact { mantissa: value.mantissa, scale: value.scale }
}

fn refuse<T>(code: &'static str, message: String) -> Reading<T> {
    Reading::Refuse(Finding { code, message })
}

/// Ids of targets that are not fields are words of this program.
fn target_id(id: &str) -> &'static str {
    const OWN: [&str; 14] = [
        "uscc",
        "name",
        "code",
        "district",
        "operator",
        "leadingIndustry",
        "address",
        "fourSides",
        "recognisedOn",
        "since",
        "park",
        "from",
        "to",
        "enterprise",
    ];
    OWN.into_iter().find(|own| *own == id).unwrap_or("enterprise")
}

/// Spreadsheet letters of a 1-based column.
pub fn letters(column: u32) -> String {
    column_letters(column.saturating_sub(1) as usize)
}
