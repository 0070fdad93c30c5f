//! The table inside a sheet: where its head is, which rows are data.

use std::ops::ControlFlow;

use crate::cell::{Cell, Row};
use crate::error::SheetError;
use crate::head::{ColumnHead, column_heads, is_prose, unit_line};
use crate::read::normalize_text;
use crate::workbook::{Region, Workbook};

/// Rows of the head, as the spreadsheet program numbers them (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadRows {
    /// First.
    pub first: u32,
    /// Last.
    pub last: u32,
}

/// A table found in a sheet.
#[derive(Clone, Debug)]
pub struct Table {
    /// Sheet.
    pub sheet: String,
    /// Head rows.
    pub head: HeadRows,
    /// Columns that have a head.
    pub columns: Vec<ColumnHead>,
    /// Units of the sheet's unit line, for columns whose head has none.
    pub default_units: Vec<String>,
    merged: Vec<Region>,
}

/// What a row below the head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A record.
    Data,
    /// A head of a group of records.
    Group,
    /// 小计
    Subtotal,
    /// 合计, 总计
    Total,
    /// A note or a signature below or between.
    Note,
}

/// A row below the head.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// What it is.
    pub kind: RowKind,
    /// The row.
    pub row: Row,
}

/// Rows looked at to find the head.
const LOOK: usize = 60;

impl Workbook {
    /// Finds the table of a sheet; `head` says where the head is when the guess was wrong.
    pub fn table(&self, sheet: &str, head: Option<HeadRows>) -> Result<Table, SheetError> {
        let mut rows = Vec::new();
        self.visit_rows(sheet, &mut |row| {
            rows.push(row);
            if rows.len() < LOOK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        let merged = self.merged(sheet)?;
        let head = match head {
            Some(head) => head,
            None => find_head(&rows, &merged).ok_or_else(|| SheetError::NoHead(sheet.to_owned()))?,
        };
        let columns = column_heads(&rows, head.first.saturating_sub(1), head.last.saturating_sub(1), &merged);
        if columns.is_empty() {
            return Err(SheetError::NoHead(sheet.to_owned()));
        }
        let default_units = rows.iter().filter(|row| row.number < head.first).flat_map(unit_line).collect();
        Ok(Table { sheet: sheet.to_owned(), head, columns, default_units, merged })
    }

    /// Reads the rows below the head.
    pub fn visit_table(
        &self,
        table: &Table,
        visit: &mut dyn FnMut(TableRow) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        self.visit_rows(&table.sheet, &mut |row| {
            if row.number <= table.head.last {
                return ControlFlow::Continue(());
            }
            let kind = kind_of(&row, table);
            visit(TableRow { kind, row })
        })
    }
}

/// First row that reads like a head, and how far down its merged cells reach.
fn find_head(rows: &[Row], merged: &[Region]) -> Option<HeadRows> {
    let widest = rows.iter().map(Row::filled).max()?;
    let reads_like_head = |row: &Row| {
        let filled = row.filled();
        let texts = row.cells.iter().filter(|cell| matches!(cell, Cell::Text(_)) && !cell.is_blank());
        let is_named = texts.count() == filled && !row.cells.iter().any(looks_like_figure);
        let covered: u32 = merged
            .iter()
            .filter(|region| region.first_row + 1 == row.number)
            .map(|region| region.last_column - region.first_column)
            .sum();
        let reach = filled + covered as usize;
        let is_title = filled == 1 && (covered > 0 || widest > 2);
        is_named && !is_title && !is_prose(row) && (reach * 2 >= widest || widest <= 2)
    };
    let first = rows.iter().find(|row| reads_like_head(row))?;
    let mut last = first.number;
    loop {
        let in_block = |region: &&Region| (first.number..=last).contains(&(region.first_row + 1));
        let down = merged.iter().filter(in_block).map(|region| region.last_row + 1).max().unwrap_or(last);
        let is_split = merged.iter().any(|region| {
            region.last_row + 1 == last
                && region.first_row + 1 >= first.number
                && region.last_column > region.first_column
        });
        let next = if is_split { last + 1 } else { last };
        // A split head needs its lower level, which must read like names too.
        let lower = rows.iter().find(|row| row.number == next);
        let next = if next > last && lower.is_none_or(|row| row.cells.iter().any(looks_like_figure)) {
            last
        } else {
            next
        };
        if down.max(next) == last {
            return Some(HeadRows { first: first.number, last });
        }
        last = down.max(next);
    }
}

fn looks_like_figure(cell: &Cell) -> bool {
    match cell {
        Cell::Number(_) | Cell::DateTime(..) | Cell::Bool(_) | Cell::Formula(_) => true,
        Cell::Text(text) => {
            let text = normalize_text(text);
            crate::Decimal::parse(&text.replace(',', "")).is_some()
        }
        Cell::Empty | Cell::Error(_) => false,
    }
}

fn kind_of(row: &Row, table: &Table) -> RowKind {
    let Some((column, cell)) = row.cells.iter().enumerate().find(|(_, cell)| !cell.is_blank()) else {
        return RowKind::Note;
    };
    let text: String = normalize_text(&cell.shown()).chars().filter(|c| !c.is_whitespace()).collect();
    if column < 3 {
        match text.trim_end_matches([':', '：']) {
            "合计" | "总计" | "累计" | "总合计" => return RowKind::Total,
            "小计" | "分计" => return RowKind::Subtotal,
            _ => {}
        }
        // 电子信息小计, A组合计: a name that ends so, with no credit code beside it, is a subtotal.
        let is_short = text.chars().count() <= 12;
        if is_short && text.ends_with("小计") {
            return RowKind::Subtotal;
        }
    }
    let starts_note = [
        "注:",
        "备注:",
        "说明:",
        "填表人",
        "制表人",
        "审核人",
        "负责人",
        "单位负责人",
        "填报人",
        "联系人",
        "填表说明",
    ];
    if starts_note.iter().any(|start| text.starts_with(start)) {
        return RowKind::Note;
    }
    let at = row.number - 1;
    let is_wide = table.merged.iter().any(|region| {
        region.first_row == at && region.last_row == at && region.last_column >= region.first_column + 2
    });
    if row.filled() == 1 && (is_wide || is_numbered_heading(&text)) && table.columns.len() > 2 {
        return RowKind::Group;
    }
    // One remark far to the right, or one long sentence: nobody's record.
    if row.filled() == 1 && (text.chars().count() > 40 || column > 2) {
        return RowKind::Note;
    }
    RowKind::Data
}

/// 一、…  (二) …
fn is_numbered_heading(text: &str) -> bool {
    let rest = text.trim_start_matches('(');
    let digits = rest.chars().take_while(|c| "一二三四五六七八九十".contains(*c)).count();
    digits > 0 && rest.chars().nth(digits).is_some_and(|c| c == '、' || c == ')')
}
