//! The items of a feed in RSS or Atom, one at a time, as Google Merchant and others have them: each element of an item is a column.
//! Resolves no entity but those of HTML and reads no document type; what lies deeper in an item is passed over.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use quick_xml::events::Event;
use quick_xml::{Error, Reader};

use crate::build::problem::Rule;
use crate::build::syntax::html;
use crate::build::syntax::input::{Halt, Text};

/// Reads an item after the other.
pub(super) struct Items<'a> {
    reader: Reader<Lines<'a>>,
    buffer: Vec<u8>,
}

/// An item: the names and texts of its elements, and the line on which it starts.
pub(super) struct Item {
    pub(super) line: usize,
    pub(super) members: Vec<(String, String)>,
}

/// The text with the line that was read to, and how much of it belongs to one item.
struct Lines<'a> {
    text: Text<'a>,
    line: usize,
    taken: usize,
    longest: usize,
    halt: Rc<RefCell<Option<Halt>>>,
}

impl<'a> Items<'a> {
    pub(super) fn new(text: Text<'a>, longest: usize) -> Items<'a> {
        let lines = Lines { text, line: 1, taken: 0, longest, halt: Rc::default() };
        Items { reader: Reader::from_reader(lines), buffer: Vec::new() }
    }

    pub(super) fn text(&self) -> &Text<'a> {
        &self.reader.get_ref().text
    }

    /// The next item; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Item>, Halt> {
        loop {
            self.reader.get_mut().taken = 0;
            let line = self.line();
            let is_item = match self.event()? {
                Event::Eof => return Ok(None),
                Event::Start(start) => matches!(start.local_name().as_ref(), "item" | "entry" | "product"),
                _ => false,
            };
            if is_item {
                let members = self.item()?;
                return Ok(Some(Item { line, members }));
            }
        }
    }

    /// The elements of an item whose start was read.
    fn item(&mut self) -> Result<Vec<(String, String)>, Halt> {
        let mut members: Vec<(String, String)> = Vec::new();
        let (mut depth, mut text) = (0_usize, String::new());
        loop {
            let line = self.line();
            match self.event()? {
                Event::Start(start) => {
                    if depth == 0 {
                        members.push((start.local_name().as_ref().to_owned(), String::new()));
                        text.clear();
                    }
                    depth += 1;
                }
                Event::End(_) if depth == 0 => return Ok(joined(members)),
                Event::End(_) => {
                    depth -= 1;
                    if let (0, Some((_, value))) = (depth, members.last_mut()) {
                        text.trim().clone_into(value);
                    }
                }
                Event::Text(piece) if depth == 1 => text.push_str(&piece),
                Event::CData(piece) if depth == 1 => text.push_str(&piece),
                Event::GeneralRef(name) if depth == 1 => text.push_str(&html::entity(&name)),
                Event::Eof => {
                    let rule = Rule::Xml { message: "the file ends inside an item".to_owned() };
                    return Err(Halt::Refused { line, rule });
                }
                _ => {}
            }
        }
    }

    fn event(&mut self) -> Result<Event<'_>, Halt> {
        self.buffer.clear();
        let halt = Rc::clone(&self.reader.get_ref().halt);
        let line = self.line();
        self.reader.read_event_into(&mut self.buffer).map_err(|error| {
            if let Some(halt) = halt.borrow_mut().take() {
                return halt;
            }
            match error {
                Error::Io(error) => Halt::Failed(io::Error::new(error.kind(), error.to_string())),
                other => Halt::Refused { line, rule: Rule::Xml { message: other.to_string() } },
            }
        })
    }

    fn line(&self) -> usize {
        self.reader.get_ref().line
    }
}

/// Elements that stand several times are one: further pictures after each other, of any other the first.
fn joined(members: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut once: Vec<(String, String)> = Vec::new();
    for (name, value) in members {
        match once.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if name.contains("image") => {
                known.push(',');
                known.push_str(&value);
            }
            Some(_) => {}
            None => once.push((name, value)),
        }
    }
    once
}

impl Lines<'_> {
    fn stop(&self, halt: Halt) -> io::Error {
        *self.halt.borrow_mut() = Some(halt);
        io::Error::other("the text of the feed")
    }
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Lines<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > self.longest {
            let rule = Rule::RecordTooLong { maximum: self.longest };
            return Err(self.stop(Halt::Refused { line: self.line, rule }));
        }
        let line = self.line;
        if let Err(halt) = self.text.fill(line) {
            return Err(self.stop(halt));
        }
        self.text.fill(line).map_err(|_| io::Error::other("the text of the feed"))
    }

    fn consume(&mut self, bytes: usize) {
        // Filled already, so this answers at once.
        if let Ok(piece) = self.text.fill(self.line) {
            self.line += piece.iter().take(bytes).filter(|byte| **byte == b'\n').count();
        }
        self.taken += bytes;
        self.text.consume(bytes);
    }
}
