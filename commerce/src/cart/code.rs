//! The codes that shoppers type for a discount.

use core::fmt;

/// A code: `[A-Z0-9_-]{1,32}`. Shoppers may type it in any case and with blanks around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(String);

/// Why a text is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// No characters, or more than [`Code::MAX_LENGTH`].
    #[error("a code has 1 to {} characters, not {length}", Code::MAX_LENGTH)]
    Length {
        /// The number of characters.
        length: usize,
    },
    /// A character outside the set.
    #[error("a code consists of letters, digits, `_` and `-`, without `{character}`")]
    Character {
        /// The first character that is not allowed.
        character: char,
    },
}

impl Code {
    /// The longest code, in bytes.
    pub const MAX_LENGTH: usize = 32;

    /// Reads what a shopper typed.
    pub fn new(text: &str) -> Result<Code, CodeError> {
        let text = text.trim();
        if text.is_empty() || text.len() > Self::MAX_LENGTH {
            return Err(CodeError::Length { length: text.chars().count() });
        }
        let is_allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
        match text.chars().find(|character| !is_allowed(*character)) {
            Some(character) => Err(CodeError::Character { character }),
            None => Ok(Code(text.to_ascii_uppercase())),
        }
    }

    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
