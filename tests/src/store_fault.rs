//! The faults of a store's response, and the response that comes of each: status, headers, and a body that may break off, drag
//! on, or never end. Writes nothing itself.

use std::time::Duration;

use crate::faulty_store::{Call, etag};
use crate::store_clock::now_seconds;

/// Bytes of a body that never ends, in the eyes of whoever reads it: 1 GiB.
pub const ENDLESS: u64 = 1 << 30;

/// Where a redirect leads. Whoever follows it is counted there.
pub const ELSEWHERE: &str = "/elsewhere/object";

/// How far signatures and a store's clock may be apart, in seconds: 15 minutes, as with every store.
const SKEW_LIMIT: u64 = 15 * 60;

/// Bytes that are written at a time.
const PIECE: usize = 64 * 1024;

/// A slow body comes in this many pieces.
const DRIPS: usize = 50;

/// What is wrong with the answers for a key.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The connection is closed without an answer.
    HangUp,
    /// The answer is right and begins after this time.
    Slow(Duration),
    /// The answer begins at once and takes this time, dripping in.
    Drip(Duration),
    /// This status, with the code of an error document or without one.
    Status(u16, Option<&'static str>),
    /// The length that was declared does not come.
    CutLength,
    /// The chunks break off before the last one.
    CutChunks,
    /// Half of the object, with the right length of that half.
    Half,
    /// Half of the object, without any length: the end of the connection ends it.
    HalfUntilClosed,
    /// As many bytes, but others.
    OtherBytes,
    /// A gigabyte, with its length declared.
    EndlessDeclared,
    /// A gigabyte in chunks.
    EndlessChunks,
    /// This instead of the object.
    Instead(Vec<u8>),
    /// The object lies elsewhere, says the store: at [`ELSEWHERE`], below the same address.
    Redirect,
    /// The right object without a tag.
    NoTag,
    /// The right object with this tag.
    Tag(String),
    /// The store's clock is ahead by this many seconds, and requests must be signed by it.
    Clock(i64),
    /// This, and only the first time.
    Once(Box<Fault>),
}

/// An answer to be written.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// `None`: the connection is closed instead.
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    pub(crate) delay: Duration,
    /// By how many seconds the store's clock is ahead.
    pub(crate) clock_ahead: i64,
}

/// A body, and how it is sent.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// No body and no word about one.
    None,
    /// These bytes; another length may be declared.
    Sized { bytes: Vec<u8>, declared: u64 },
    /// Without a length.
    UntilClosed(Vec<u8>),
    /// In chunks, of which the last one may be missing.
    Chunks { bytes: Vec<u8>, ends: bool },
    /// The bytes, over this time.
    Drip(Vec<u8>, Duration),
    /// A gigabyte of zeros.
    Endless { is_declared: bool },
}

impl Fault {
    /// What a store with this fault answers.
    pub(crate) fn answer(&self, call: &Call, object: Option<Vec<u8>>) -> Answer {
        let right = Answer::of(call, object.clone());
        let Some(bytes) = object.filter(|_| right.status == Some(200)) else {
            return self.answer_without_object(call, right);
        };
        let half = bytes[..bytes.len() / 2].to_vec();
        let declared = bytes.len() as u64;
        match self {
            Fault::Drip(time) => right.with_body(Body::Drip(bytes, *time)),
            Fault::CutLength => right.with_body(Body::Sized { bytes: half, declared }),
            Fault::CutChunks => right.with_body(Body::Chunks { bytes: half, ends: false }),
            Fault::Half => right.with_body(Body::sized(half)),
            Fault::HalfUntilClosed => right.with_body(Body::UntilClosed(half)),
            Fault::OtherBytes => {
                let other = bytes.iter().map(|byte| byte ^ 1).collect();
                right.with_body(Body::sized(other))
            }
            _ => self.answer_without_object(call, right),
        }
    }

    /// The faults that do not change an object's bytes.
    fn answer_without_object(&self, call: &Call, right: Answer) -> Answer {
        match self {
            Fault::HangUp => Answer { status: None, ..right },
            Fault::Slow(time) => Answer { delay: *time, ..right },
            Fault::Status(status, code) => Answer::refusal(*status, *code),
            Fault::EndlessDeclared => right.with_new_object().with_body(Body::Endless { is_declared: true }),
            Fault::EndlessChunks => right.with_new_object().with_body(Body::Endless { is_declared: false }),
            Fault::Instead(bytes) => Answer::of(call, Some(bytes.clone())),
            Fault::Redirect => {
                let headers = vec![("location", ELSEWHERE.to_owned())];
                Answer { headers, ..Answer::refusal(307, Some("TemporaryRedirect")) }
            }
            Fault::NoTag => right.with_tag(None),
            Fault::Tag(tag) => right.with_tag(Some(tag.clone())),
            Fault::Clock(ahead) => {
                let now = now_seconds().saturating_add_signed(*ahead);
                let is_near = call.signed_at().is_some_and(|signed| signed.abs_diff(now) <= SKEW_LIMIT);
                let answer = if is_near { right } else { Answer::refusal(403, Some("RequestTimeTooSkewed")) };
                Answer { clock_ahead: *ahead, ..answer }
            }
            _ => right,
        }
    }
}

impl Answer {
    /// What a store without a fault answers.
    pub(crate) fn of(call: &Call, object: Option<Vec<u8>>) -> Answer {
        let Some(bytes) = object else { return Answer::refusal(404, Some("NoSuchKey")) };
        let tag = etag(&bytes);
        if call.header("if-none-match") == Some(tag.as_str()) {
            return Answer { headers: vec![("etag", tag)], ..Answer::plain(304, Body::None) };
        }
        // A type that would turn a script into a page, were it repeated.
        let headers = vec![("etag", tag), ("content-type", "text/html".to_owned())];
        Answer { headers, ..Answer::plain(200, Body::sized(bytes)) }
    }

    /// An error document.
    pub(crate) fn refusal(status: u16, code: Option<&str>) -> Answer {
        let text = code.map_or_else(String::new, |code| {
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>no</Message></Error>"
            )
        });
        let headers = vec![("content-type", "application/xml".to_owned())];
        Answer { headers, ..Answer::plain(status, Body::sized(text.into_bytes())) }
    }

    fn plain(status: u16, body: Body) -> Answer {
        Answer { status: Some(status), headers: Vec::new(), body, delay: Duration::ZERO, clock_ahead: 0 }
    }

    fn with_body(self, body: Body) -> Answer {
        Answer { body, ..self }
    }

    fn with_tag(self, tag: Option<String>) -> Answer {
        let others = self.headers.into_iter().filter(|(name, _)| *name != "etag");
        let headers = others.chain(tag.map(|tag| ("etag", tag))).collect();
        Answer { headers, ..self }
    }

    /// A 304 knows no body: whatever the client knows, this is something else.
    fn with_new_object(self) -> Answer {
        Answer { status: Some(200), headers: vec![("etag", "\"new\"".to_owned())], ..self }
    }
}

impl Body {
    fn sized(bytes: Vec<u8>) -> Body {
        Body::Sized { declared: bytes.len() as u64, bytes }
    }

    /// The headers that say how long it is.
    pub(crate) fn framing(&self) -> Option<(&'static str, String)> {
        let length = |length: u64| Some(("content-length", length.to_string()));
        match self {
            Body::None | Body::UntilClosed(_) => None,
            Body::Sized { declared, .. } => length(*declared),
            Body::Drip(bytes, _) => length(bytes.len() as u64),
            Body::Endless { is_declared: true } => length(ENDLESS),
            Body::Chunks { .. } | Body::Endless { is_declared: false } => {
                Some(("transfer-encoding", "chunked".to_owned()))
            }
        }
    }

    /// Hands over what is to be written, and which of it is content, until it is told that nobody reads any more.
    pub(crate) fn write(&self, mut put: impl FnMut(&[u8], bool) -> bool) {
        match self {
            Body::None => {}
            Body::Sized { bytes, .. } | Body::UntilClosed(bytes) => {
                put(bytes, true);
            }
            Body::Chunks { bytes, ends } => {
                let is_read = put_chunk(&mut put, bytes);
                if is_read && *ends {
                    put(b"0\r\n\r\n", false);
                }
            }
            Body::Drip(bytes, time) => {
                for piece in bytes.chunks(bytes.len().div_ceil(DRIPS).max(1)) {
                    std::thread::sleep(*time / u32::try_from(DRIPS).unwrap_or(1));
                    if !put(piece, true) {
                        return;
                    }
                }
            }
            Body::Endless { is_declared } => {
                let piece = vec![0; PIECE];
                for _ in 0..ENDLESS / PIECE as u64 {
                    let is_read = if *is_declared { put(&piece, true) } else { put_chunk(&mut put, &piece) };
                    if !is_read {
                        return;
                    }
                }
                if !is_declared {
                    put(b"0\r\n\r\n", false);
                }
            }
        }
    }
}

fn put_chunk(put: &mut impl FnMut(&[u8], bool) -> bool, bytes: &[u8]) -> bool {
    put(format!("{:x}\r\n", bytes.len()).as_bytes(), false) && put(bytes, true) && put(b"\r\n", false)
}
