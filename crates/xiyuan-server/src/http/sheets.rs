//! Lists as spreadsheets. Numbers that are exact in a double become numbers; everything else is text, so that nothing
//! that was filed can act as a formula.

use xiyuan_sheets::{Decimal, SheetWriter, WriteCell, WriteColumn, WriteKind};

use crate::error::{ApiError, ApiResult};

/// Characters of the widest column.
const WIDEST: usize = 48;
/// Characters of the narrowest column.
const NARROWEST: usize = 10;

/// A workbook of one sheet with a head and rows. Columns of which the head names a count in brackets hold whole numbers.
pub fn table(title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> ApiResult<Vec<u8>> {
    let is_count = |head: &str| head.ends_with("（家）") || head.ends_with("（项）");
    let columns = head.iter().map(|head| WriteColumn {
        head: (*head).to_owned(),
        kind: if is_count(head) { WriteKind::Number(0) } else { WriteKind::Text },
        width: width(head),
    });
    let mut writer = SheetWriter::new(title, columns.collect(), &[]).map_err(ApiError::internal)?;
    for row in rows {
        let cells = row.into_iter().zip(head).map(|(text, head)| match Decimal::parse(&text) {
            Some(number) if is_count(head) => WriteCell::Number(number),
            _ => WriteCell::from(text),
        });
        writer.row(&cells.collect::<Vec<_>>()).map_err(ApiError::internal)?;
    }
    writer.into_bytes().map_err(ApiError::internal)
}

/// A width that shows the head; Chinese characters are two wide.
fn width(head: &str) -> u32 {
    let characters = head.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let base = if head.contains("名称") || head.contains("说明") { WIDEST } else { characters + 4 };
    u32::try_from(base.clamp(NARROWEST, WIDEST)).unwrap_or(20)
}
