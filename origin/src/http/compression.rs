//! Bodies packed with gzip for clients that take it. A packed body is kept for a while under its entity tag, since the same few responses
//! are requested again and again.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use lru::LruCache;

/// Smaller bodies gain nothing: they fit into one packet as they are.
const LEAST: usize = 1_024;

/// The number of packed bodies that are kept; a page of a hundred products has some 8 KB.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("it is not zero");

/// A body that packs into more than this is not kept.
const KEPT_BYTES: usize = 16 * 1024;

/// Packed bodies.
#[derive(Debug)]
pub(crate) struct Packed(Mutex<LruCache<String, Bytes>>);

impl Packed {
    pub(crate) fn new() -> Packed {
        Packed(Mutex::new(LruCache::new(KEPT)))
    }

    /// The body packed, under a tag that follows from its content.
    pub(crate) fn pack(&self, tag: &str, body: &[u8]) -> Bytes {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = kept().get(tag) {
            return packed.clone();
        }
        let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::new(4));
        // Writing into memory cannot fail.
        let _ = encoder.write_all(body);
        let packed = Bytes::from(encoder.finish().unwrap_or_default());
        if packed.len() <= KEPT_BYTES {
            kept().put(tag.to_owned(), packed.clone());
        }
        packed
    }
}

/// Whether a body is worth packing.
pub(crate) fn is_worth_it(length: usize) -> bool {
    length >= LEAST
}

/// Whether a client takes gzip (RFC 9110, section 12.5.3): named, or meant by `*`, and not with a weight of zero.
pub(crate) fn accepts_gzip(accept_encoding: &str) -> bool {
    let mut any = false;
    for part in accept_encoding.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let is_refused = pieces.any(|piece| {
            let weight = piece.strip_prefix("q=").or_else(|| piece.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.parse::<f32>().map_or(true, |weight| weight <= 0.0))
        });
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            return !is_refused;
        }
        any |= name == "*" && !is_refused;
    }
    any
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{Packed, accepts_gzip};

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (header, expect) in [
            ("gzip", true),
            ("deflate, gzip;q=0.5, br", true),
            ("GZIP", true),
            ("*", true),
            ("br, *;q=0.1", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*;q=0", false),
            ("br", false),
            ("gzip;q=much", false),
            ("", false),
        ] {
            assert_eq!(accepts_gzip(header), expect, "{header}");
        }
    }

    #[test]
    fn what_was_packed_unpacks() {
        let packed = Packed::new();
        let body = "the same again, ".repeat(500);
        for _ in 0..2 {
            let bytes = packed.pack("tag", body.as_bytes());
            let mut text = String::new();
            flate2::read::GzDecoder::new(bytes.as_ref()).read_to_string(&mut text).unwrap();
            assert_eq!(text, body);
        }
    }
}
