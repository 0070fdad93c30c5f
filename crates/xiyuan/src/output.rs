//! How a command answers: JSON or lines for people on stdout, and yes or no.

use std::io::{self, Write};

use clap::ValueEnum;
use serde::Serialize;

use crate::failure::Failure;

/// Format of results on stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// 便于阅读的文本
    #[default]
    Text,
    /// JSON
    Json,
}

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Yes,
    /// The answer is "no", or findings exist.
    No,
}

impl Answer {
    /// Yes when it holds.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Prints a result: as JSON, or as the lines that `text` gives.
pub fn print<T: Serialize>(
    format: Format,
    result: &T,
    text: impl FnOnce(&T) -> String,
) -> Result<(), Failure> {
    let mut out = match format {
        Format::Json => {
            serde_json::to_string_pretty(result).map_err(|error| Failure::Inside(error.into()))?
        }
        Format::Text => text(result),
    };
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    match io::stdout().lock().write_all(out.as_bytes()) {
        // The reader has seen enough, e.g. `head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| Failure::Inside(error.into())),
    }
}

/// Rows as a table with columns in line; a Chinese character takes two places.
pub fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let width = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let mut widths: Vec<usize> = heads.iter().map(|head| width(head)).collect();
    for row in rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = (*most).max(width(cell));
        }
    }
    let mut out = String::new();
    let mut line = |cells: &[String]| {
        let mut text = String::new();
        for (cell, most) in cells.iter().zip(&widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat(most - width(cell) + 2));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(&heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>());
    for row in rows {
        line(row);
    }
    out
}
