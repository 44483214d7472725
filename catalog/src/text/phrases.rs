//! A text as the merchant's rules name it: its words, folded and brought to their stems, so that `Throws` and `throw` are one.

use crate::text::fold::fold;
use crate::text::{plurals, tokens};

/// The stems of a text's words, parted by one space.
pub(crate) fn key(text: &str) -> String {
    let mut key = String::new();
    tokens::each(&fold(text), |word| {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(&plurals::stem(word));
    });
    key
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_phrase_is_its_stems() {
        for (text, expect) in [
            ("  Throws ", "throw"),
            ("Gift-Cards!", "gift card"),
            ("CRÈME brûlée", "creme brulee"),
            ("茶杯", "茶杯"),
            ("…", ""),
        ] {
            assert_eq!(key(text), expect);
        }
    }
}
