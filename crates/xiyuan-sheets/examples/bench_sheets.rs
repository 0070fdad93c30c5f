//! Writes and reads back a workbook of 400,000 × 30 cells; prints seconds and peak memory.

use std::ops::ControlFlow;
use std::time::Instant;

use xiyuan_sheets::{Cell, Decimal, Limits, SheetWriter, Workbook, WriteCell, WriteColumn, WriteKind};

const ROWS: u32 = 400_000;
const COLUMNS: usize = 30;

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).map_or(0, |kib| kib / 1024)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::temp_dir().join(format!("xiyuan-bench-sheets-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let path = dir.join("big.xlsx");
    let columns = (0..COLUMNS).map(|n| WriteColumn {
        head: format!("列{n}"),
        kind: if n % 3 == 0 { WriteKind::Text } else { WriteKind::Number(2) },
        width: 12,
    });
    let started = Instant::now();
    let mut writer = SheetWriter::new("演示数据", columns.collect(), &[])?;
    for row in 0..ROWS {
        let cells: Vec<WriteCell> = (0..COLUMNS)
            .map(|n| match n % 3 {
                0 => WriteCell::Text(format!("企业{row}")),
                _ => WriteCell::Number(Decimal { mantissa: i128::from(row) * 7 + n as i128, scale: 2 }),
            })
            .collect();
        writer.row(&cells)?;
    }
    writer.save(&path)?;
    println!("write {ROWS} x {COLUMNS}: {:.2?}", started.elapsed());
    let started = Instant::now();
    let book = Workbook::open(&path, Limits::default())?;
    let sheet = book.first_sheet().unwrap_or_default().to_owned();
    let mut cells = 0_u64;
    book.visit_rows(&sheet, &mut |row| {
        cells += row.cells.iter().filter(|cell| !matches!(cell, Cell::Empty)).count() as u64;
        ControlFlow::Continue(())
    })?;
    println!("read {cells} cells: {:.2?}, peak {} MiB", started.elapsed(), peak_mib());
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
