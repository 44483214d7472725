//! From a name to the handle that a page's address ends in: letters without their accents, digits and hyphens.
//! Only a proposal: whether a handle is free and allowed is decided where a catalog is built.

use crate::text::fold::fold;

/// The longest slug, in bytes: addresses are read by people, too.
const LONGEST: usize = 80;

/// The slug of a name, with one `-` for whatever stands between its letters and digits. Empty for a name that has none of these
/// letters, as in Japanese; may be a reserved word.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len().min(LONGEST));
    let mut is_between = false;
    for character in fold(name).chars() {
        if character.is_ascii_alphanumeric() {
            if slug.len() + usize::from(is_between) >= LONGEST {
                break;
            }
            if core::mem::take(&mut is_between) {
                slug.push('-');
            }
            slug.push(character.to_ascii_lowercase());
        } else if !matches!(character, '\'' | '\u{2019}') {
            is_between = !slug.is_empty();
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::slug;
    use crate::model::handle::{Handle, HandleError};

    #[test]
    fn names_lead_to_handles() {
        for (name, expect) in [
            ("Stoneware Mug", "stoneware-mug"),
            ("  Café  Press — 1,5 l  ", "cafe-press-1-5-l"),
            ("Größe 40 / Straße", "grosse-40-strasse"),
            ("Women's Tee", "womens-tee"),
            ("抹茶", ""),
            ("抹茶 Matcha", "matcha"),
            ("---", ""),
        ] {
            assert_eq!(slug(name), expect, "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_name_leads_to_a_handle_or_to_nothing(name in "\\PC{0,200}") {
            let slug = slug(&name);
            prop_assert!(slug.is_empty() || matches!(Handle::new(&slug), Ok(_) | Err(HandleError::Reserved { .. })), "{slug}");
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"), "{slug}");
        }
    }
}
