//! `application/x-www-form-urlencoded` text to names and values, strictly, and the encoding of values for canonical URLs.
//! Replaces nothing and guesses nothing: a broken sequence is an error that names its parameter, so that the caller decides.

use std::borrow::Cow;

/// A name or value that is not percent-encoded UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name or value is not percent-encoded UTF-8")]
pub struct FormError<'a> {
    /// The name whose value is broken; `None` when the name itself is.
    pub parameter: Option<Cow<'a, str>>,
}

/// The pairs of a query string in their order, without its `?`. `+` is a space; pairs that are wholly empty are skipped.
pub fn decode_form(query_string: &str) -> impl Iterator<Item = Result<(Cow<'_, str>, Cow<'_, str>), FormError<'_>>> {
    query_string.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name).ok_or(FormError { parameter: None })?;
        match decode(value) {
            Some(value) => Ok((name, value)),
            None => Err(FormError { parameter: Some(name) }),
        }
    })
}

/// Appends the text with all but the unreserved characters of RFC 3986 percent-encoded, so that one value has one spelling.
pub fn encode(text: &str, out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |value: u8| HEX.get(usize::from(value)).copied().unwrap_or('0');
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
        }
    }
}

fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex_value(bytes.next()?)? << 4 | hex_value(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
