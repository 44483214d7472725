//! The rule for SKUs, by which everything that is sold is named, and the SKU that stands in for one that breaks it.

#[cfg(feature = "build")]
use core::fmt::Write as _;

#[cfg(feature = "build")]
use xxhash_rust::xxh3::xxh3_64;

/// A text that keeps the rule for SKUs: `[A-Za-z0-9._-]{1,64}`. A product without variants is sold by its id, which is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sku<'a>(&'a str);

/// Why a text is not a SKU.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SkuError {
    /// No characters at all, or more than [`Sku::MAX_LENGTH`].
    #[error("a SKU has 1 to {} characters, not {length}", Sku::MAX_LENGTH)]
    Length {
        /// Its length in bytes.
        length: usize,
    },
    /// A character outside the set.
    #[error("a SKU consists of letters, digits, `.`, `_` and `-`, without `{character}`")]
    Character {
        /// The first character that is not allowed.
        character: char,
    },
}

impl<'a> Sku<'a> {
    /// The longest SKU, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// Checks the rule.
    pub fn new(text: &'a str) -> Result<Sku<'a>, SkuError> {
        let is_allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
        if let Some(character) = text.chars().find(|character| !is_allowed(*character)) {
            return Err(SkuError::Character { character });
        }
        if text.is_empty() || text.len() > Self::MAX_LENGTH {
            return Err(SkuError::Length { length: text.len() });
        }
        Ok(Sku(text))
    }

    /// The SKU as text.
    pub fn as_str(self) -> &'a str {
        self.0
    }
}

/// The SKU of a variant that has none of its own: its product's id and a hash of what tells it from the others, so that the same
/// variant has the same SKU in the next import, wherever it stands in the file.
#[cfg(feature = "build")]
pub(crate) fn derived<'v>(id: &str, values: impl Iterator<Item = &'v str>) -> String {
    let mut told_apart = id.to_owned();
    for value in values {
        told_apart.push('\u{1f}');
        told_apart.push_str(value);
    }
    let mut sku: String = id.chars().take(Sku::MAX_LENGTH - 9).collect();
    // Writing to a `String` cannot fail.
    let _ = write!(sku, "-{:08x}", xxh3_64(told_apart.as_bytes()) >> 32);
    sku
}

#[cfg(test)]
mod tests {
    use super::{Sku, SkuError, derived};

    #[test]
    fn a_sku_is_short_and_plain() {
        for text in ["a", "TEE-M.red_2", &"9".repeat(64)] {
            assert_eq!(Sku::new(text).map(Sku::as_str), Ok(text));
        }
        assert_eq!(Sku::new(""), Err(SkuError::Length { length: 0 }));
        assert_eq!(Sku::new(&"9".repeat(65)), Err(SkuError::Length { length: 65 }));
        assert_eq!(Sku::new("red tee"), Err(SkuError::Character { character: ' ' }));
        assert_eq!(Sku::new("größe"), Err(SkuError::Character { character: 'ö' }));
    }

    #[test]
    fn a_derived_sku_follows_from_what_the_variant_is() {
        let of = |id: &str, values: &[&str]| derived(id, values.iter().copied());
        assert_eq!(of("7", &["M", "red"]), of("7", &["M", "red"]));
        assert_ne!(of("7", &["M", "red"]), of("7", &["M", "blue"]));
        assert_ne!(of("7", &["M", "red"]), of("7", &["Mred"]));
        assert_ne!(of("7", &["M"]), of("8", &["M"]));
        assert!(Sku::new(&of(&"x".repeat(64), &["Größe 40"])).is_ok());
    }
}
