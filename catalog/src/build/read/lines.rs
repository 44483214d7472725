//! The lines of an NDJSON file, one at a time.
//! Blank lines are passed over; a line is held whole, so its length is limited.

use crate::build::problem::Rule;
use crate::build::syntax::input::{Halt, Text};
use crate::build::syntax::json::{Place, is_space};

/// Reads a line after the other.
pub(super) struct Lines<'a> {
    text: Text<'a>,
    line: usize,
    longest: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: Text<'a>, longest: usize) -> Lines<'a> {
        Lines { text, line: 0, longest }
    }

    /// Puts the next line that is not blank into `into` and says where it starts.
    pub(super) fn next(&mut self, into: &mut Vec<u8>) -> Result<Option<Place>, Halt> {
        loop {
            into.clear();
            self.line += 1;
            let is_last = self.line_into(into)?;
            if !into.iter().copied().all(is_space) {
                return Ok(Some(Place { line: self.line, column: 1 }));
            }
            if is_last {
                return Ok(None);
            }
        }
    }

    pub(super) fn text(&self) -> &Text<'a> {
        &self.text
    }

    /// One line without its end; whether the text ends with it.
    fn line_into(&mut self, into: &mut Vec<u8>) -> Result<bool, Halt> {
        loop {
            let piece = self.text.fill(self.line)?;
            if piece.is_empty() {
                return Ok(true);
            }
            let end = piece.iter().position(|byte| *byte == b'\n');
            let part = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            if into.len() + part.len() > self.longest {
                let rule = Rule::RecordTooLong { maximum: self.longest };
                return Err(Halt::Refused { line: self.line, rule });
            }
            into.extend_from_slice(part);
            let used = part.len() + usize::from(end.is_some());
            self.text.consume(used);
            if end.is_some() {
                return Ok(false);
            }
        }
    }
}
