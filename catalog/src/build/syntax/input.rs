//! The bytes of a catalog file as text: unpacked if they are gzip, without a byte order mark, counted, and limited once unpacked.
//! Holds 64 KiB at a time, whatever a file unpacks to.

use core::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use crate::build::limits::Limits;
use crate::build::problem::Rule;
use crate::build::syntax::encoding::Encoding;

/// What is looked at to tell what a file is.
const HEAD: usize = 64 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZIP: [u8; 4] = *b"PK\x03\x04";
const UTF8_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// Why reading ended before the file did.
#[derive(Debug)]
pub(in crate::build) enum Halt {
    /// The file breaks a rule in a way that leaves no next record.
    Refused { line: usize, rule: Rule },
    /// The file could not be read.
    Failed(io::Error),
}

/// A file whose text can be read.
pub(in crate::build) struct Input<'a> {
    pub(in crate::build) text: Text<'a>,
    /// The first 64 KiB of the text, or all of it.
    pub(in crate::build) head: Vec<u8>,
    pub(in crate::build) is_gzip: bool,
    pub(in crate::build) encoding: Encoding,
}

/// The text, and how much of the file it took so far.
pub(in crate::build) struct Text<'a> {
    reader: Box<dyn BufRead + 'a>,
    taken: Rc<Taken>,
    is_gzip: bool,
}

/// What happened below the unpacking.
#[derive(Default)]
struct Taken {
    bytes: Cell<u64>,
    failed: Cell<bool>,
}

struct Counted<R> {
    reader: R,
    taken: Rc<Taken>,
}

struct Limited<R> {
    reader: R,
    limits: Limits,
    unpacked: u64,
    /// The bytes read from the file, if it is packed.
    packed: Option<Rc<Taken>>,
}

/// The text is longer than it may be, by this rule.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct TooMuchText(Rule);

impl<'a> Input<'a> {
    /// Opens a file, whose text may be so long once it is unpacked.
    pub(in crate::build) fn open(
        file: impl Read + 'a,
        limits: Limits,
        encoding: Option<Encoding>,
    ) -> Result<Input<'a>, Halt> {
        let taken = Rc::new(Taken::default());
        let counted = Counted { reader: file, taken: Rc::clone(&taken) };
        let mut file = BufReader::with_capacity(HEAD, counted);
        let mut magic = Vec::new();
        file.by_ref().take(ZIP.len() as u64).read_to_end(&mut magic).map_err(Halt::Failed)?;
        if magic == ZIP {
            return Err(Halt::Refused { line: 1, rule: Rule::Archive });
        }
        let is_gzip = magic.starts_with(&GZIP);
        let packed = Cursor::new(magic).chain(file);
        let unpacked: Box<dyn Read + 'a> =
            if is_gzip { Box::new(MultiGzDecoder::new(packed)) } else { Box::new(packed) };
        let packed = is_gzip.then(|| Rc::clone(&taken));
        let limited = BufReader::with_capacity(HEAD, Limited { reader: unpacked, limits, unpacked: 0, packed });
        let mut text = Text { reader: Box::new(limited), taken, is_gzip };
        let mut head = Vec::new();
        text.reader.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(|error| text.halt(error, 1))?;
        let encoding = encoding.unwrap_or_else(|| Encoding::of(&head));
        if encoding != Encoding::Utf8 {
            let raw = Cursor::new(head.clone()).chain(text.reader);
            let decoded = encoding.decoded(&head, raw);
            text.reader = Box::new(BufReader::with_capacity(HEAD, decoded));
            head.clear();
            text.reader.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(|error| text.halt(error, 1))?;
        }
        if head.starts_with(&UTF8_MARK) {
            head.drain(..UTF8_MARK.len());
        }
        text.reader = Box::new(Cursor::new(head.clone()).chain(text.reader));
        Ok(Input { text, head, is_gzip, encoding })
    }
}

impl Text<'_> {
    /// The next piece of the text, empty at its end; `line` is where the reader stands.
    pub(in crate::build) fn fill(&mut self, line: usize) -> Result<&[u8], Halt> {
        loop {
            match self.reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.halt(error, line)),
            }
        }
        // Asked again, a filled buffer answers at once; the borrow of the first answer cannot leave the loop.
        self.reader.fill_buf().map_err(Halt::Failed)
    }

    /// So much of the piece was used.
    pub(in crate::build) fn consume(&mut self, bytes: usize) {
        self.reader.consume(bytes);
    }

    /// How many bytes of the file were read.
    pub(in crate::build) fn taken(&self) -> u64 {
        self.taken.bytes.get()
    }

    fn halt(&self, error: io::Error, line: usize) -> Halt {
        if let Some(TooMuchText(rule)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Halt::Refused { line, rule: rule.clone() };
        }
        if self.is_gzip && !self.taken.failed.get() {
            let message = match error.kind() {
                io::ErrorKind::UnexpectedEof => "it ends early".to_owned(),
                _ => error.to_string(),
            };
            return Halt::Refused { line, rule: Rule::Gzip { message } };
        }
        Halt::Failed(error)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer);
        match &read {
            Ok(bytes) => self.taken.bytes.set(self.taken.bytes.get() + *bytes as u64),
            Err(error) => self.taken.failed.set(error.kind() != io::ErrorKind::Interrupted),
        }
        read
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.reader.read(buffer)?;
        self.unpacked += bytes as u64;
        let maximum = self.limits.text_bytes;
        if self.unpacked > maximum {
            return Err(io::Error::other(TooMuchText(Rule::TextTooLong { maximum })));
        }
        let maximum = self.limits.unpacked_times;
        let packed = self.packed.as_ref().map(|taken| taken.bytes.get());
        let is_bomb = packed.is_some_and(|packed| self.unpacked > packed.saturating_mul(maximum));
        if is_bomb && self.unpacked > self.limits.unpacked_freely {
            return Err(io::Error::other(TooMuchText(Rule::PackedTooTightly { maximum })));
        }
        Ok(bytes)
    }
}
