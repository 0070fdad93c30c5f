//! Reading the file itself: sheet, head, columns; then rows in batches through a channel, so that memory stays bounded
//! whatever the size.

use std::{collections::BTreeMap, ops::ControlFlow, path::Path, sync::Arc};

use tokio::sync::mpsc;
use xiyuan_policy::package::Package;
use xiyuan_sheets::{
    Cell, HeadRows, Limits, Reading, RowKind, SheetError, Table, Totals, Visibility, Workbook,
    column_letters, read_decimal,
};

use super::{
    matching::{Match, match_columns},
    rows::{Binding, ReadRow, Reader},
    show::Mapping,
    targets::{ReadAs, Target},
    types::{Confidence, ImportColumn, ImportFieldName, ImportFinding},
    units::{self, Conversion, UnitProblem},
};
use crate::registry::show::Industries;

/// Rows of a batch.
const BATCH: usize = 1_000;
/// Sample values of a column.
const SAMPLES: usize = 3;
/// Rows looked at for samples.
const SAMPLE_ROWS: usize = 20;

/// What reading sends.
pub enum Message {
    /// The next rows of data, and rows of the sheet passed so far.
    Rows(Vec<ReadRow>, u64),
    /// The end: remarks found on the way, and rows of the sheet in all.
    End(Vec<ImportFinding>, u64),
    /// The file cannot be read further.
    Failed(String),
}

/// A file with everything needed to read it.
pub struct Opened {
    workbook: Workbook,
    table: Table,
    bindings: Vec<Binding>,
    /// How it is read, for people.
    pub mapping: Mapping,
}

/// Why a file was not opened.
pub enum NotOpened {
    /// It can be read, but no table was found: a person may say where it is.
    NoTable {
        /// Sheets of the file.
        sheets: Vec<String>,
        /// What was found.
        error: SheetError,
    },
    /// It cannot be read.
    Unreadable(SheetError),
}

impl From<SheetError> for NotOpened {
    fn from(error: SheetError) -> Self {
        Self::Unreadable(error)
    }
}

fn finding(code: &str, message: String) -> ImportFinding {
    ImportFinding { code: code.to_owned(), message }
}

/// Opens a file, finds its table and matches its columns.
pub fn open(
    path: &Path,
    limits: Limits,
    targets: &[Target],
    package: Option<&Package>,
    mut mapping: Mapping,
) -> Result<Opened, NotOpened> {
    let workbook = Workbook::open(path, limits)?;
    let shown: Vec<String> = workbook
        .sheets()
        .iter()
        .filter(|sheet| sheet.visibility == Visibility::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let sheet = match &mapping.chosen_sheet {
        Some(sheet) => sheet.clone(),
        None => workbook.first_sheet().ok_or(SheetError::NotASpreadsheet)?.to_owned(),
    };
    let head = mapping
        .chosen_head_rows
        .as_ref()
        .and_then(|rows| Some(HeadRows { first: *rows.iter().min()?, last: *rows.iter().max()? }));
    let table = match workbook.table(&sheet, head) {
        Err(error @ (SheetError::NoHead(_) | SheetError::NoSuchSheet(_))) => {
            return Err(NotOpened::NoTable { sheets: shown, error });
        }
        other => other?,
    };
    mapping.sheets = shown;
    mapping.sheet = Some(sheet);
    mapping.head_rows = (table.head.first..=table.head.last).collect();
    mapping.findings.clear();
    let (matches, lost) = match_columns(&table.columns, targets, &mapping.chosen);
    for (position, target) in lost {
        let head = &table.columns[position];
        let message = format!(
            "{} 列“{}”与另一列重复对应“{}”，未读取；如应读取此列，请在列对应中改选。",
            column_letters(head.column),
            head.name,
            targets[target].name
        );
        mapping.findings.push(finding("duplicate-column", message));
    }
    let samples = samples(&workbook, &table)?;
    let bindings = bind(&table, &matches, targets, package, &samples, &mut mapping);
    for target in targets.iter().filter(|target| target.is_required) {
        if !bindings.iter().any(|binding| binding.target.id == target.id) {
            let message = format!("没有找到“{}”列，请在列对应中指定。", target.name);
            mapping.findings.push(finding("missing-column", message));
        }
    }
    Ok(Opened { workbook, table, bindings, mapping })
}

fn bind(
    table: &Table,
    matches: &[Match],
    targets: &[Target],
    package: Option<&Package>,
    samples: &BTreeMap<usize, Vec<String>>,
    mapping: &mut Mapping,
) -> Vec<Binding> {
    let mut bindings = Vec::new();
    mapping.columns.clear();
    for (head, found) in table.columns.iter().zip(matches) {
        let target = found.target.map(|position| &targets[position]);
        let field_unit = target.and_then(|target| target.unit.as_deref());
        let unit = package.map_or_else(
            || head.unit.clone(),
            |package| units::of_column(package, head.unit.as_deref(), &table.default_units, field_unit),
        );
        let conversion = match package {
            Some(package) => units::conversion(package, unit.as_deref(), field_unit),
            None => Ok(Conversion::Same),
        };
        let shown = head.levels.join(" / ");
        let shown = if shown.is_empty() { head.name.clone() } else { shown };
        let mut field =
            target.map(|target| ImportFieldName { id: target.id.clone(), name: target.name.clone() });
        let mut confidence = found.confidence;
        match (target, conversion) {
            (Some(target), Ok(conversion)) => bindings.push(Binding {
                column: head.column,
                head: Arc::from(shown.as_str()),
                target: target.clone(),
                conversion,
                unit: unit.clone(),
            }),
            (Some(target), Err(problem)) => {
                mapping.findings.push(unit_finding(head.column, &shown, target, unit.as_deref(), &problem));
                (field, confidence) = (None, Confidence::None);
            }
            (None, _) => {}
        }
        mapping.columns.push(ImportColumn {
            index: u32::try_from(head.column + 1).unwrap_or(u32::MAX),
            head: shown,
            letter: column_letters(head.column),
            unit,
            field,
            confidence,
            sample: samples.get(&head.column).cloned().unwrap_or_default(),
        });
    }
    bindings
}

fn unit_finding(
    column: usize,
    head: &str,
    target: &Target,
    unit: Option<&str>,
    problem: &UnitProblem,
) -> ImportFinding {
    let letter = column_letters(column);
    let unit = unit.unwrap_or_default();
    let wanted = target.unit.as_deref().unwrap_or_default();
    match problem {
        UnitProblem::Unknown => finding(
            "unknown-unit",
            format!("{letter} 列“{head}”的单位“{unit}”无法识别，未读取；报表单位为{wanted}。"),
        ),
        UnitProblem::Other => finding(
            "wrong-unit",
            format!("{letter} 列“{head}”的单位“{unit}”与“{}”的单位{wanted}不是同类量，未读取。", target.name),
        ),
    }
}

fn samples(workbook: &Workbook, table: &Table) -> Result<BTreeMap<usize, Vec<String>>, SheetError> {
    let mut samples: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut passed = 0;
    workbook.visit_table(table, &mut |row| {
        if row.kind == RowKind::Data {
            for head in &table.columns {
                let cell = row.row.cell(head.column);
                let list = samples.entry(head.column).or_default();
                if !cell.is_blank() && list.len() < SAMPLES {
                    list.push(cell.shown());
                }
            }
            passed += 1;
        }
        if passed < SAMPLE_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(samples)
}

impl Opened {
    /// Reads all rows and sends them in batches; stops when nobody listens any more. Blocking.
    pub fn read(&self, package: Option<&Package>, industries: &Industries, sender: &mpsc::Sender<Message>) {
        let reader =
            Reader { package, industries, bindings: &self.bindings, is_1904: self.workbook.is_1904() };
        let mut batch = Vec::with_capacity(BATCH);
        let mut totals = Sums { totals: Totals::default(), findings: Vec::new() };
        let mut passed = 0;
        let mut is_heard = true;
        let visited = self.workbook.visit_table(&self.table, &mut |row| {
            passed += 1;
            match row.kind {
                RowKind::Data => {
                    totals.add(&self.bindings, &row.row);
                    batch.push(reader.read(&row.row));
                }
                RowKind::Total => totals.check(&self.bindings, &row.row),
                RowKind::Group | RowKind::Subtotal | RowKind::Note => {}
            }
            if batch.len() >= BATCH {
                let rows = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                is_heard = sender.blocking_send(Message::Rows(rows, passed)).is_ok();
            }
            if is_heard { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let last = if let Err(error) = visited {
            Message::Failed(error.to_string())
        } else {
            if !batch.is_empty() {
                let _ = sender.blocking_send(Message::Rows(batch, passed));
            }
            Message::End(totals.findings, passed)
        };
        let _ = sender.blocking_send(last);
    }
}

/// Sums of columns against the file's own total rows.
struct Sums {
    totals: Totals,
    findings: Vec<ImportFinding>,
}

impl Sums {
    fn numbers(bindings: &[Binding]) -> impl Iterator<Item = &Binding> {
        bindings.iter().filter(|binding| matches!(binding.target.read_as, ReadAs::Field(_)))
    }

    fn add(&mut self, bindings: &[Binding], row: &xiyuan_sheets::Row) {
        for binding in Self::numbers(bindings) {
            if let Some(number) = number(row.cell(binding.column)) {
                self.totals.add(binding.column, number);
            }
        }
    }

    fn check(&mut self, bindings: &[Binding], row: &xiyuan_sheets::Row) {
        for binding in Self::numbers(bindings) {
            let stated = number(row.cell(binding.column));
            if let Some(wrong) = stated.and_then(|stated| self.totals.check(binding.column, stated)) {
                let message = format!(
                    "第 {} 行合计：“{}”写的是 {}，各行相加为 {}，请核对。",
                    row.number, binding.head, wrong.stated, wrong.sum
                );
                self.findings.push(finding("total-mismatch", message));
            }
        }
    }
}

fn number(cell: &Cell) -> Option<xiyuan_sheets::Decimal> {
    match read_decimal(cell) {
        Reading::Accept(read) => Some(read.value),
        _ => None,
    }
}
