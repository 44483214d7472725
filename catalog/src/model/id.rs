//! The rule for product ids, and the order in which they come.
//! An id stands in URLs as it is: nothing here encodes or decodes.

use core::cmp::Ordering;

/// A text that keeps the rule for ids: `[A-Za-z0-9._-]{1,64}`, not reserved, not a dot segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProductId<'a>(&'a str);

/// Why a text is not a product id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// No characters at all.
    #[error("an id has at least one character")]
    Empty,
    /// Longer than [`ProductId::MAX_LENGTH`].
    #[error("an id has at most {} characters, not {length}", ProductId::MAX_LENGTH)]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A character outside the set.
    #[error("an id consists of letters, digits, `.`, `_` and `-`, without `{character}`")]
    Character {
        /// The first character that is not allowed.
        character: char,
    },
    /// A word that is a path of the API's own.
    #[error("`{id}` is reserved for a path of the API")]
    Reserved {
        /// The reserved word.
        id: &'static str,
    },
    /// `.` and `..`, which URL parsers take away before a request is sent.
    #[error("`{id}` cannot be the last part of a URL")]
    DotSegment {
        /// The dots.
        id: &'static str,
    },
}

impl<'a> ProductId<'a> {
    /// The longest id.
    pub const MAX_LENGTH: usize = 64;

    /// Words that would hide a path of the API.
    pub const RESERVED: [&'static str; 3] = ["categories", "suggest", "facets"];

    /// Checks the rule.
    pub fn new(text: &'a str) -> Result<ProductId<'a>, IdError> {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if let Some(character) = text.chars().find(|character| !is_allowed(*character)) {
            return Err(IdError::Character { character });
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(IdError::TooLong { length: text.len() });
        }
        if let Some(id) = Self::RESERVED.into_iter().find(|reserved| *reserved == text) {
            return Err(IdError::Reserved { id });
        }
        if let Some(id) = [".", ".."].into_iter().find(|dots| *dots == text) {
            return Err(IdError::DotSegment { id });
        }
        Ok(ProductId(text))
    }

    /// The id as text.
    pub fn as_str(self) -> &'a str {
        self.0
    }
}

/// Whole numbers come first and order as numbers; the rest follow in byte order.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    match (significant_digits(left), significant_digits(right)) {
        (Some(left_digits), Some(right_digits)) => {
            let by_value = left_digits.len().cmp(&right_digits.len()).then_with(|| left_digits.cmp(right_digits));
            // `7` and `007` are different ids of the same value.
            by_value.then_with(|| left.cmp(right))
        }
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// The digits of a whole number without leading zeros; `None` for any other text. Ids may have more digits than any integer type.
fn significant_digits(id: &str) -> Option<&str> {
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| id.trim_start_matches('0'))
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}
