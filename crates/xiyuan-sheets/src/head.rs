//! Heads: which rows are the head, what each column is called, in which unit its numbers are.

use crate::cell::Row;
use crate::read::normalize_text;
use crate::workbook::Region;

/// A column's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnHead {
    /// 0-based column.
    pub column: usize,
    /// Levels from top to bottom, cleaned, without repeats.
    pub levels: Vec<String>,
    /// Name of the lowest level.
    pub name: String,
    /// Unit written in the head, else the sheet's default where `default_units` names exactly one that fits is left to
    /// the caller.
    pub unit: Option<String>,
    /// Marked with `*`.
    pub is_required: bool,
}

/// Units as people write them in heads. What they mean is the caller's matter.
const UNITS: &[&str] = &[
    "元",
    "千元",
    "万元",
    "百万元",
    "亿元",
    "美元",
    "万美元",
    "亩",
    "平方米",
    "㎡",
    "m²",
    "m2",
    "万平方米",
    "公顷",
    "平方公里",
    "平方千米",
    "km²",
    "km2",
    "人",
    "个",
    "家",
    "户",
    "%",
    "％",
    "百分点",
    "吨",
    "万吨",
    "吨标准煤",
    "吨标煤",
    "千瓦时",
    "万千瓦时",
    "kwh",
    "万kwh",
    "度",
    "万度",
    "立方米",
    "万立方米",
    "台",
    "套",
    "件",
    "项",
    "天",
    "年",
    "月",
    "次",
    "万元/亩",
    "元/亩",
    "万元/人",
    "层",
    "米",
    "公里",
];

/// Whether a text is one of the units people write.
pub(crate) fn is_unit(text: &str) -> bool {
    let text = text.trim();
    UNITS.iter().any(|unit| unit.eq_ignore_ascii_case(text))
}

/// A head's text without line breaks, marks and blanks: (name, unit, required).
pub fn clean_head(text: &str) -> (String, Option<String>, bool) {
    let text = normalize_text(text);
    let is_required = text.contains('*');
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '*').collect();
    let mut unit = None;
    let mut name = text.clone();
    if let Some(open) = text.rfind('(')
        && let Some(inner) = text[open + 1..].strip_suffix(')')
    {
        let inner = inner.strip_prefix("单位:").or_else(|| inner.strip_prefix("单位")).unwrap_or(inner);
        if is_unit(inner) {
            unit = Some(inner.to_owned());
            text[..open].clone_into(&mut name);
        }
    } else if let Some((before, after)) = text.rsplit_once([':', ',', '/'])
        && is_unit(after)
    {
        unit = Some(after.to_owned());
        before.trim_end_matches("单位").trim_end_matches([',', ';', ':']).clone_into(&mut name);
    }
    (name, unit, is_required)
}

/// Units of a line such as `金额单位：万元　面积单位：亩` or `计量单位：万千瓦时、万立方米`.
pub(crate) fn unit_line(row: &Row) -> Vec<String> {
    let mut units = Vec::new();
    for cell in &row.cells {
        let text = normalize_text(&cell.shown());
        for part in text.split("单位").skip(1) {
            let Some(rest) = part.trim_start().strip_prefix(':') else { continue };
            let list = rest.split(|c: char| c.is_whitespace()).find(|piece| !piece.is_empty()).unwrap_or("");
            units.extend(list.split(['、', ',', ';', '/']).filter(|unit| is_unit(unit)).map(str::to_owned));
        }
    }
    units
}

/// Whether a row says something about the table instead of being its head.
pub(crate) fn is_prose(row: &Row) -> bool {
    let text = row.cells.iter().find(|cell| !cell.is_blank()).map(|c| normalize_text(&c.shown()));
    let Some(text) = text else { return true };
    let is_note = [
        "注:",
        "备注:",
        "说明:",
        "填表说明",
        "填报说明",
        "报送单位",
        "填报单位",
        "填表单位",
        "单位名称:",
        "sep=",
    ]
    .iter()
    .any(|start| text.starts_with(start));
    is_note || text.contains("单位:") || (row.filled() == 1 && text.chars().count() > 30)
}

/// Cleaned heads of the columns of a head block (`rows` are 0-based row numbers, first and last).
pub(crate) fn column_heads(rows: &[Row], first: u32, last: u32, merged: &[Region]) -> Vec<ColumnHead> {
    let text_at = |row: u32, column: u32| -> String {
        let (row, column) = merged
            .iter()
            .find(|region| region.contains(row, column))
            .map_or((row, column), |region| (region.first_row, region.first_column));
        rows.iter().find(|r| r.number == row + 1).map(|r| r.cell(column as usize).shown()).unwrap_or_default()
    };
    let width = rows
        .iter()
        .filter(|row| (first + 1..=last + 1).contains(&row.number))
        .map(|row| row.cells.iter().rposition(|cell| !cell.is_blank()).map_or(0, |last| last + 1))
        .max()
        .unwrap_or(0);
    let mut heads = Vec::new();
    for column in 0..width {
        let at = u32::try_from(column).unwrap_or(u32::MAX);
        let mut head = ColumnHead { column, ..ColumnHead::default() };
        for row in first..=last {
            let (name, unit, is_required) = clean_head(&text_at(row, at));
            head.is_required |= is_required;
            if unit.is_some() {
                head.unit = unit;
            }
            if !name.is_empty() && head.levels.last() != Some(&name) {
                head.levels.push(name);
            }
        }
        if let Some(name) = head.levels.last() {
            head.name.clone_from(name);
            heads.push(head);
        }
    }
    heads
}
