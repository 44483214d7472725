//! The encoding of a file's text: UTF-8 unless a byte order mark, the bytes themselves or the merchant say otherwise.
//! Turns UTF-16 and Windows-1252 into UTF-8 as they are read; UTF-8 passes unchanged, and its faults are found by the readers.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// An encoding of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, little-endian unless its byte order mark says otherwise.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Windows-1252, which contains Latin-1.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The name of an encoding, as the command line takes it.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
            Encoding::Windows1252 => "windows-1252",
        }
    }

    /// The encoding of a name.
    pub fn parse(name: &str) -> Option<Encoding> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Encoding::Utf8),
            "utf-16" | "utf16" | "utf-16le" | "utf-16be" => Some(Encoding::Utf16),
            "windows-1252" | "cp1252" | "latin1" | "latin-1" | "iso-8859-1" => Some(Encoding::Windows1252),
            _ => None,
        }
    }

    /// The encoding of a text that starts like this.
    ///
    /// A table that holds bytes which UTF-8 never has, and no letter that only UTF-8 writes so, is Windows-1252. JSON is UTF-8 by its
    /// standard (RFC 8259, section 8.1).
    pub(in crate::build) fn of(head: &[u8]) -> Encoding {
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Encoding::Utf16;
        }
        let is_json = matches!(head.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'['));
        if is_json || head.starts_with(&[0xef, 0xbb, 0xbf]) {
            return Encoding::Utf8;
        }
        let (mut letters, mut wrong) = (0_usize, 0_usize);
        for chunk in head.utf8_chunks() {
            letters += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
            // A letter that the end of the head cuts counts for neither.
            wrong += usize::from(!chunk.invalid().is_empty());
        }
        if core::str::from_utf8(head).is_err_and(|error| error.error_len().is_none()) {
            wrong -= 1;
        }
        let is_text = head.iter().all(|byte| !matches!(byte, 0 | 0x81 | 0x8d | 0x8f | 0x90 | 0x9d | 0xff));
        if wrong > 0 && letters == 0 && is_text { Encoding::Windows1252 } else { Encoding::Utf8 }
    }

    /// The text of a reader as UTF-8; `head` is where it starts.
    pub(in crate::build) fn decoded<'a>(self, head: &[u8], reader: impl Read + 'a) -> Box<dyn Read + 'a> {
        let encoding = match self {
            Encoding::Utf8 => return Box::new(reader),
            Encoding::Windows1252 => WINDOWS_1252,
            Encoding::Utf16 if head.starts_with(&[0xfe, 0xff]) => UTF_16BE,
            Encoding::Utf16 => UTF_16LE,
        };
        let decoder = encoding.new_decoder_with_bom_removal();
        Box::new(Decoded { reader, decoder, raw: vec![0; 32 * 1024], start: 0, end: 0, is_end: false, is_done: false })
    }
}

struct Decoded<R> {
    reader: R,
    decoder: Decoder,
    raw: Vec<u8>,
    start: usize,
    end: usize,
    is_end: bool,
    /// Whether the decoder has given its last letter.
    is_done: bool,
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The decoder writes whole letters, each of at most four bytes.
        if buffer.len() < 4 || self.is_done {
            return Ok(0);
        }
        loop {
            if self.start == self.end && !self.is_end {
                self.end = self.reader.read(&mut self.raw)?;
                self.start = 0;
                self.is_end = self.end == 0;
            }
            let source = self.raw.get(self.start..self.end).unwrap_or_default();
            let (result, read, written, _) = self.decoder.decode_to_utf8(source, buffer, self.is_end);
            self.start += read;
            self.is_done = self.is_end && result == CoderResult::InputEmpty;
            if written > 0 || self.is_done {
                return Ok(written);
            }
        }
    }
}
