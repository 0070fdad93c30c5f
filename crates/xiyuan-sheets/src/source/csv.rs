//! Rows out of text tables: UTF-8, GB18030 and UTF-16, with whatever separates the columns.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::cell::{Cell, Row};
use crate::error::SheetError;

/// How a text table is written.
#[derive(Clone, Debug)]
pub(crate) struct CsvFormat {
    encoding: &'static Encoding,
    delimiter: u8,
    /// The first line is `sep=;`.
    has_directive: bool,
}

/// Bytes looked at to find the delimiter.
const SAMPLE: usize = 64 * 1024;

/// Finds encoding and delimiter, or refuses what is no text.
pub(crate) fn detect(path: &Path) -> Result<CsvFormat, SheetError> {
    let encoding = encoding(path)?;
    let mut sample = String::new();
    let mut reader = Decoded::new(File::open(path)?, encoding).take(SAMPLE as u64);
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    sample.push_str(&String::from_utf8_lossy(&bytes));
    let controls = sample.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).count();
    if sample.trim().is_empty() || controls * 50 > sample.chars().count() {
        return Err(SheetError::NotASpreadsheet);
    }
    let first = sample.lines().next().unwrap_or_default().trim();
    let directive = first.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
    let delimiter = directive.unwrap_or_else(|| sniff(&sample));
    Ok(CsvFormat { encoding, delimiter, has_directive: directive.is_some() })
}

/// By byte order mark, else UTF-8 if every byte is, else GB18030.
fn encoding(path: &Path) -> Result<&'static Encoding, SheetError> {
    let mut file = BufReader::new(File::open(path)?);
    let mut buffer = vec![0; 64 * 1024];
    let mut carry: Vec<u8> = Vec::new();
    let mut is_first = true;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(if carry.is_empty() { UTF_8 } else { GB18030 });
        }
        carry.extend_from_slice(&buffer[..read]);
        if is_first {
            is_first = false;
            if let Some((encoding, _)) = Encoding::for_bom(&carry) {
                return Ok(encoding);
            }
            // UTF-16 without a mark: every second byte of Latin text is zero.
            let zeros = |odd: usize| carry.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
            let (even, odd) = (zeros(0), zeros(1));
            if odd * 4 > carry.len() / 2 && even == 0 {
                return Ok(UTF_16LE);
            }
            if even * 4 > carry.len() / 2 && odd == 0 {
                return Ok(UTF_16BE);
            }
        }
        match std::str::from_utf8(&carry) {
            Ok(_) => carry.clear(),
            Err(error) if error.error_len().is_none() => {
                carry.drain(..error.valid_up_to());
            }
            Err(_) => return Ok(GB18030),
        }
    }
}

/// The candidate that splits the most lines, outside quotes.
fn sniff(sample: &str) -> u8 {
    let mut best = (0, b',');
    for candidate in [b',', b'\t', b';', b'|'] {
        let mut count = 0;
        let mut is_quoted = false;
        for byte in sample.bytes() {
            match byte {
                b'"' => is_quoted = !is_quoted,
                other if other == candidate && !is_quoted => count += 1,
                _ => {}
            }
        }
        if count > best.0 {
            best = (count, candidate);
        }
    }
    best.1
}

/// Reads every record.
pub(crate) fn visit(
    path: &Path,
    format: &CsvFormat,
    columns: u32,
    visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), SheetError> {
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(format.delimiter)
        .from_reader(Decoded::new(File::open(path)?, format.encoding));
    // A row of a spreadsheet is a record: line breaks inside quotes do not count, empty lines do.
    let mut inner_breaks: u64 = 0;
    for record in records.records() {
        let record = record.map_err(|error| SheetError::Damaged(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let number = u32::try_from(line.saturating_sub(inner_breaks)).unwrap_or(u32::MAX);
        let breaks: usize = record.iter().map(|field| field.matches('\n').count()).sum();
        inner_breaks += u64::try_from(breaks).unwrap_or(u64::MAX);
        if format.has_directive && number == 1 {
            continue;
        }
        let cells = record.iter().take(columns as usize).map(|field| {
            if field.is_empty() {
                Cell::Empty
            } else {
                Cell::Text(field.trim_start_matches('\u{feff}').to_owned())
            }
        });
        let row = Row { number, cells: cells.collect() };
        if !row.is_blank() && visit(row).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads a file as UTF-8, whatever it is written in.
struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    start: usize,
    output: Vec<u8>,
    given: usize,
    is_over: bool,
    /// A carriage return was the last thing read: one line break with a line feed behind it.
    has_return: bool,
}

impl<R: Read> Decoded<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self {
            inner,
            decoder,
            input: Vec::new(),
            start: 0,
            output: Vec::new(),
            given: 0,
            is_over: false,
            has_return: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.input.drain(..self.start);
        self.start = 0;
        let had = self.input.len();
        self.input.resize(had + 32 * 1024, 0);
        let read = self.inner.read(&mut self.input[had..])?;
        self.input.truncate(had + read);
        let is_last = read == 0;
        self.output.resize(self.input.len() * 3 + 16, 0);
        let (result, used, written, _) = self.decoder.decode_to_utf8(&self.input, &mut self.output, is_last);
        self.start = used;
        self.output.truncate(written);
        self.unify_line_breaks();
        self.given = 0;
        self.is_over = is_last && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R> Decoded<R> {
    /// Every kind of line break becomes a line feed, so that lines are counted the same in all files.
    fn unify_line_breaks(&mut self) {
        let mut has_return = self.has_return;
        self.output.retain_mut(|byte| {
            let is_second = has_return && *byte == b'\n';
            has_return = *byte == b'\r';
            if has_return {
                *byte = b'\n';
            }
            !is_second
        });
        self.has_return = has_return;
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() {
            if self.is_over {
                return Ok(0);
            }
            self.fill()?;
        }
        let count = buffer.len().min(self.output.len() - self.given);
        buffer[..count].copy_from_slice(&self.output[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}
