//! The rows of a CSV file after RFC 4180, one at a time, over `csv-core`: exact lines, a limit for each row, and a quote that is
//! never closed is found. The header line shows the separator; rows end with LF, CR LF or CR.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::columns;
use crate::build::problem::Rule;
use crate::build::syntax::input::{Halt, Text};

/// What separates the cells of a row.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads a row after the other.
pub(super) struct Rows<'a> {
    text: Text<'a>,
    reader: Reader,
    line: usize,
    /// Whether the last byte was a carriage return, so that the line feed after it is no line of its own.
    after_return: bool,
    longest: usize,
}

/// The cells of a row.
#[derive(Default)]
pub(super) struct Row {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    length: usize,
    cells: usize,
}

impl<'a> Rows<'a> {
    /// `head` is where the text starts.
    pub(super) fn new(text: Text<'a>, head: &[u8], longest: usize) -> Rows<'a> {
        let reader = ReaderBuilder::new().delimiter(separator(head)).build();
        Rows { text, reader, line: 1, after_return: false, longest }
    }

    /// Puts the next row that is not blank into `row` and says on which line it starts.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<Option<usize>, Halt> {
        row.length = 0;
        row.cells = 0;
        if !self.pass_line_ends()? {
            return Ok(None);
        }
        let line = self.line;
        let mut taken = 0;
        loop {
            row.make_room();
            let piece = self.text.fill(line)?;
            let is_end = piece.is_empty();
            // A line feed ends the last row, unless a quote is open.
            let piece = if is_end { b"\n" } else { piece };
            let (bytes, ends) = row.free();
            let (result, used, written, ended) = self.reader.read_record(piece, bytes, ends);
            row.length += written;
            row.cells += ended;
            if is_end {
                match result {
                    ReadRecordResult::Record => return Ok(Some(line)),
                    ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull if used == 0 => continue,
                    _ => return Err(Halt::Refused { line, rule: Rule::OpenQuote }),
                }
            }
            count_lines(piece.get(..used).unwrap_or_default(), &mut self.line, &mut self.after_return);
            self.text.consume(used);
            taken += used;
            if taken > self.longest {
                return Err(Halt::Refused { line, rule: Rule::RecordTooLong { maximum: self.longest } });
            }
            if matches!(result, ReadRecordResult::Record) {
                return Ok(Some(line));
            }
        }
    }

    pub(super) fn text(&self) -> &Text<'a> {
        &self.text
    }

    /// Passes over line ends between rows; whether there is another row.
    fn pass_line_ends(&mut self) -> Result<bool, Halt> {
        loop {
            let piece = self.text.fill(self.line)?;
            let ends = piece.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let (is_empty, is_more) = (piece.is_empty(), ends < piece.len());
            count_lines(piece.get(..ends).unwrap_or_default(), &mut self.line, &mut self.after_return);
            self.text.consume(ends);
            if is_empty || is_more {
                return Ok(is_more);
            }
        }
    }
}

impl Row {
    /// The cells, if all of them are UTF-8.
    pub(super) fn cells(&self) -> Option<impl Iterator<Item = &str>> {
        let text = core::str::from_utf8(self.bytes.get(..self.length)?).ok()?;
        let ends = self.ends.get(..self.cells)?;
        let starts = core::iter::once(0).chain(ends.iter().copied());
        // A character that two cells share would not be one; each is checked by its own borders.
        let is_whole = ends.iter().all(|end| text.is_char_boundary(*end));
        is_whole.then(|| starts.zip(ends).map(|(start, end)| text.get(start..*end).unwrap_or_default()))
    }

    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.cells
    }

    /// Whether no cell has anything in it.
    pub(super) fn is_blank(&self) -> bool {
        self.bytes.get(..self.length).is_some_and(|bytes| bytes.iter().all(u8::is_ascii_whitespace))
    }

    pub(super) fn has_nul(&self) -> bool {
        self.bytes.get(..self.length).is_some_and(|bytes| bytes.contains(&0))
    }

    fn make_room(&mut self) {
        if self.bytes.len() < self.length + 64 {
            self.bytes.resize((self.bytes.len() * 2).max(4096), 0);
        }
        if self.ends.len() <= self.cells {
            self.ends.resize((self.ends.len() * 2).max(64), 0);
        }
    }

    fn free(&mut self) -> (&mut [u8], &mut [usize]) {
        let bytes = self.bytes.get_mut(self.length..).unwrap_or_default();
        (bytes, self.ends.get_mut(self.cells..).unwrap_or_default())
    }
}

fn count_lines(bytes: &[u8], line: &mut usize, after_return: &mut bool) {
    for byte in bytes {
        if *byte == b'\r' || (*byte == b'\n' && !*after_return) {
            *line += 1;
        }
        *after_return = *byte == b'\r';
    }
}

/// The separator that makes the most known columns of the header line; of several, the one that makes the most cells.
fn separator(head: &[u8]) -> u8 {
    let start = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    let header = head.get(start..).unwrap_or_default();
    let mut is_quoted = false;
    let end = header.iter().position(|byte| {
        is_quoted ^= *byte == b'"';
        !is_quoted && matches!(byte, b'\r' | b'\n')
    });
    let header = String::from_utf8_lossy(header.get(..end.unwrap_or(header.len())).unwrap_or_default());
    let score = |separator: u8| {
        let names: Vec<&str> = split(&header, char::from(separator));
        (names.iter().filter(|name| columns::is_known(name.trim().trim_matches('"'))).count(), names.len())
    };
    // The first of equals, so a comma where nothing tells.
    SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

/// The parts between separators that are not in quotes.
fn split(header: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    header
        .split(|character| {
            is_quoted ^= character == '"';
            character == separator && !is_quoted
        })
        .collect()
}
