//! The use that a page can make of the `imageUrl` of a record, in our own format and in an export.
//! Fetches nothing; the rule itself is `model/picture.rs`.

use crate::model::picture::{Source, is_url_byte, source};

/// What a page can do with a picture's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    /// Show it: its address, and its origin if that is another one.
    Shown(String, Option<String>),
    /// Draw a placeholder, since the product has no picture.
    Missing,
    /// Draw a placeholder, since the address is plain `http:`, which a page of `https:` must not load.
    Insecure,
    /// Nothing: it breaks the rule.
    Wrong,
}

impl Picture {
    /// Of an address that stands in our own format.
    pub(super) fn of(url: &str) -> Picture {
        match source(url) {
            Some(Source::Local) => Picture::Shown(url.to_owned(), None),
            Some(Source::Origin(origin)) => Picture::Shown(url.to_owned(), Some(origin)),
            None if url.is_empty() => Picture::Missing,
            None if url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:")) => Picture::Insecure,
            None => Picture::Wrong,
        }
    }

    /// Of an address that stands in an export: white space and letters of other alphabets are encoded as a browser would, and an
    /// address without a scheme gets the one that pages have.
    pub(super) fn of_export(url: &str) -> Picture {
        let url = url.trim();
        let (scheme, rest) = match url.split_once("//") {
            Some((scheme, rest)) if scheme.is_empty() || scheme.eq_ignore_ascii_case("https:") => ("https://", rest),
            _ => ("", url),
        };
        let encoded = rest.bytes().fold(scheme.to_owned(), |mut encoded, byte| {
            if is_url_byte(byte) {
                encoded.push(char::from(byte));
            } else {
                encoded.push('%');
                encoded
                    .extend([byte >> 4, byte & 15].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16)));
            }
            encoded
        });
        match Picture::of(&encoded) {
            // A path leads to the shop that wrote the export; of this one only what is built into it is there.
            Picture::Shown(url, None) if !url.starts_with("/assets/") => Picture::Wrong,
            picture => picture,
        }
    }
}
