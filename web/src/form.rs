//! `application/x-www-form-urlencoded` text to names and values, strictly, and the encoding of values for canonical URLs.
//! Replaces nothing and guesses nothing: a broken sequence is an error that names its parameter, so that the caller decides.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Every byte that is not unreserved (RFC 3986, section 2.3).
pub const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

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

/// Appends the text with all but the unreserved characters percent-encoded, so that one value has one spelling.
pub fn encode(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    // The library lets a broken sequence stand for itself.
    let is_whole = |rest: &str| rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    if !text.split('%').skip(1).all(is_whole) {
        return None;
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::{FormError, decode_form, encode};

    #[test]
    fn a_broken_value_is_named() {
        #[track_caller]
        fn check(query: &str, expect: Result<&str, Option<&str>>) {
            let found = decode_form(query).next().expect("a pair").map(|(name, value)| format!("{name}: {value}"));
            let found = found.map_err(|FormError { parameter }| parameter.map(String::from));
            assert_eq!(found, expect.map(str::to_owned).map_err(|name| name.map(str::to_owned)), "{query}");
        }
        check("a+b=c%2Bd+e", Ok("a b: c+d e"));
        check("q=caf%C3%A9%c3%A9", Ok("q: caféé"));
        check("q=é", Ok("q: é"));
        check("q=%00", Ok("q: \0"));
        for broken in ["q=%", "q=%4", "q=%zz", "q=a%4g", "q=%+1", "q=%é", "q=%%41", "q=%FF", "q=%C3", "q=%41%C3+"] {
            check(broken, Err(Some("q")));
        }
        check("%FF=1", Err(None));
    }

    #[test]
    fn a_value_has_one_spelling() {
        let mut out = "?q=".to_owned();
        encode("a-b.c_d~e f+g%é/'\u{7f}", &mut out);
        assert_eq!(out, "?q=a-b.c_d~e%20f%2Bg%25%C3%A9%2F%27%7F");
    }
}
