//! The addresses that are read at all. A path is compared as it was sent, and one that another layer might read differently is refused, so that
//! no two layers can read one address in two ways.

/// Longest path and query together, in bytes. Every legitimate address of a shop is far below it.
pub const TARGET_LIMIT: usize = 8192;

/// Why an address is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Longer than [`TARGET_LIMIT`].
    #[error("an address has at most {TARGET_LIMIT} characters")]
    TooLong,
    /// It holds what no address of a shop holds: an escaped slash, backslash, dot, percent sign or control character, `//`, a
    /// backslash, a dot segment, or an escape that is none.
    #[error("it holds an escaped separator, a dot segment or a control character")]
    Unreadable,
}

/// Checks a path and a query as they were sent, still encoded.
pub fn check_address(path: &str, query: &str) -> Result<(), AddressError> {
    if path.len() + query.len() > TARGET_LIMIT {
        return Err(AddressError::TooLong);
    }
    if is_hostile(path) { Err(AddressError::Unreadable) } else { Ok(()) }
}

/// Escapes that would change the meaning of a path if any layer decoded them, and separators that some layers merge.
fn is_hostile(path: &str) -> bool {
    if path.contains("//") || path.contains('\\') {
        return true;
    }
    // An escape that is not two hexadecimal digits is refused as well.
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let Some(&[high, low]) = rest.as_bytes().get(at + 1..at + 3) else { return true };
        let (Some(high), Some(low)) = (char::from(high).to_digit(16), char::from(low).to_digit(16)) else {
            return true;
        };
        let byte = high * 16 + low;
        let dangerous = byte < 0x20 || byte == 0x7f || matches!(char::from_u32(byte), Some('/' | '\\' | '.' | '%'));
        if dangerous {
            return true;
        }
        rest = rest.get(at + 3..).unwrap_or_default();
    }
    path.split('/').any(|segment| segment == "." || segment == "..")
}
