//! The rule for handles, by which a product's page is found. `text/slug.rs` leads from a name to one.

/// A text that keeps the rule for handles: `[a-z0-9-]{1,120}`, and no word that is an address of the shop's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle<'a>(&'a str);

/// Why a text is not a handle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// No characters at all, or more than [`Handle::MAX_LENGTH`].
    #[error("a handle has 1 to {} characters, not {length}", Handle::MAX_LENGTH)]
    Length {
        /// Its length in bytes.
        length: usize,
    },
    /// A character outside the set.
    #[error("a handle consists of small letters, digits and `-`, without `{character}`")]
    Character {
        /// The first character that is not allowed.
        character: char,
    },
    /// A word that is an address of the shop's own.
    #[error("`{handle}` is an address of the shop's own")]
    Reserved {
        /// The reserved word.
        handle: &'static str,
    },
}

impl<'a> Handle<'a> {
    /// The longest handle, in bytes.
    pub const MAX_LENGTH: usize = 120;

    /// Words that are, or may become, addresses below `/products/`.
    pub const RESERVED: [&'static str; 8] =
        ["categories", "suggest", "facets", "new", "search", "all", "collections", "brands"];

    /// Checks the rule.
    pub fn new(text: &'a str) -> Result<Handle<'a>, HandleError> {
        let is_allowed =
            |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
        if let Some(character) = text.chars().find(|character| !is_allowed(*character)) {
            return Err(HandleError::Character { character });
        }
        if text.is_empty() || text.len() > Self::MAX_LENGTH {
            return Err(HandleError::Length { length: text.len() });
        }
        if let Some(handle) = Self::RESERVED.into_iter().find(|reserved| *reserved == text) {
            return Err(HandleError::Reserved { handle });
        }
        Ok(Handle(text))
    }

    /// The handle as text.
    pub fn as_str(self) -> &'a str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Handle, HandleError};

    #[test]
    fn a_handle_is_small_and_plain() {
        for text in ["a", "stoneware-mug", "2-in-1", &"a".repeat(120)] {
            assert_eq!(Handle::new(text).map(Handle::as_str), Ok(text));
        }
        assert_eq!(Handle::new(""), Err(HandleError::Length { length: 0 }));
        assert_eq!(Handle::new(&"a".repeat(121)), Err(HandleError::Length { length: 121 }));
        assert_eq!(Handle::new("Mug"), Err(HandleError::Character { character: 'M' }));
        assert_eq!(Handle::new("suggest"), Err(HandleError::Reserved { handle: "suggest" }));
    }
}
