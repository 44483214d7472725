//! Plurals of English and the form that they share with their singular. Light on purpose: plurals alone, by four rules and a closed table
//! of those that keep to none.

use std::borrow::Cow;

/// Shortest word that is taken for a plural by a rule; below it are `gas`, `bus` and the like.
const LEAST: usize = 4;

/// Plurals that keep to no rule, and words that only look like plurals, each with its singular; sorted.
const IRREGULAR: [(&str, &str); 55] = [
    ("axes", "axe"),
    ("beanies", "beanie"),
    ("brownies", "brownie"),
    ("buses", "bus"),
    ("calories", "calorie"),
    ("calves", "calf"),
    ("children", "child"),
    ("cookies", "cookie"),
    ("dominoes", "domino"),
    ("dwarves", "dwarf"),
    ("echoes", "echo"),
    ("elves", "elf"),
    ("feet", "foot"),
    ("geese", "goose"),
    ("gentlemen", "gentleman"),
    ("halves", "half"),
    ("heroes", "hero"),
    ("hoodies", "hoodie"),
    ("hooves", "hoof"),
    ("knives", "knife"),
    ("leaves", "leaf"),
    ("lens", "lens"),
    ("lenses", "lens"),
    ("lice", "louse"),
    ("loaves", "loaf"),
    ("mangoes", "mango"),
    ("men", "man"),
    ("mice", "mouse"),
    ("mosquitoes", "mosquito"),
    ("movies", "movie"),
    ("onesies", "onesie"),
    ("oxen", "ox"),
    ("pixies", "pixie"),
    ("potatoes", "potato"),
    ("rookies", "rookie"),
    ("scarves", "scarf"),
    ("selfies", "selfie"),
    ("series", "series"),
    ("sheaves", "sheaf"),
    ("shelves", "shelf"),
    ("smoothies", "smoothie"),
    ("snowmen", "snowman"),
    ("species", "species"),
    ("teeth", "tooth"),
    ("thieves", "thief"),
    ("tomatoes", "tomato"),
    ("tornadoes", "tornado"),
    ("veggies", "veggie"),
    ("volcanoes", "volcano"),
    ("wharves", "wharf"),
    ("wives", "wife"),
    ("wolves", "wolf"),
    ("women", "woman"),
    ("workmen", "workman"),
    ("zombies", "zombie"),
];

/// Endings of words that are made with one of these plurals: `bookshelves`, `penknives`, `grandchildren`.
const ENDINGS: [&str; 6] = ["children", "knives", "loaves", "shelves", "wives", "women"];

/// The form that a word shares with its plural: `mugs` and `mug`, `batteries` and `battery`, `boxes` and `box`, `knives` and `knife`.
pub(crate) fn stem(word: &str) -> Cow<'_, str> {
    if let Some(singular) = irregular(word) {
        return Cow::Borrowed(singular);
    }
    let is_word = word.len() >= LEAST && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_word {
        return Cow::Borrowed(word);
    }
    let without = |length: usize| word.get(..word.len() - length).unwrap_or(word);
    let ends_with = |ending: &str| word.ends_with(ending);
    if let Some(ending) = ENDINGS.into_iter().find(|ending| ends_with(ending)) {
        return Cow::Owned(format!("{}{}", without(ending.len()), irregular(ending).unwrap_or(ending)));
    }
    if ends_with("ies") && word.len() > 4 {
        return Cow::Owned(format!("{}y", without(3)));
    }
    if ["sses", "shes", "ches", "xes", "zes"].into_iter().any(ends_with) {
        return Cow::Borrowed(without(2));
    }
    if ends_with("s") && !["ss", "us", "is"].into_iter().any(ends_with) {
        return Cow::Borrowed(without(1));
    }
    Cow::Borrowed(word)
}

fn irregular(word: &str) -> Option<&'static str> {
    let place = IRREGULAR.binary_search_by(|(plural, _)| (*plural).cmp(word)).ok()?;
    IRREGULAR.get(place).map(|(_, singular)| *singular)
}

#[cfg(test)]
mod tests {
    use super::{ENDINGS, IRREGULAR, irregular, stem};

    #[test]
    fn plurals_share_a_stem() {
        for (plural, singular) in [
            ("mugs", "mug"),
            ("batteries", "battery"),
            ("boxes", "box"),
            ("dishes", "dish"),
            ("glasses", "glass"),
            ("headphones", "headphone"),
            ("gloves", "glove"),
            ("olives", "olive"),
        ] {
            assert_eq!(stem(plural), singular);
        }
        for word in ["glass", "bus", "gas", "tennis", "status", "ties", "s20s", "äs", "a"] {
            let stemmed = stem(word).into_owned();
            assert_eq!(stem(&stemmed), stemmed, "{word}");
        }
        assert_eq!(stem("glass"), "glass");
        assert_eq!(stem("gas"), "gas");
    }

    #[test]
    fn irregular_plurals_share_a_stem() {
        assert!(IRREGULAR.is_sorted_by(|(left, _), (right, _)| left < right));
        for (plural, singular) in IRREGULAR {
            assert_eq!(stem(plural), singular);
            assert_eq!(stem(singular), singular, "the singular of `{plural}` is its own stem");
        }
        assert!(ENDINGS.into_iter().all(|ending| irregular(ending).is_some()));
        for (plural, singular) in [
            ("bookshelves", "bookshelf"),
            ("penknives", "penknife"),
            ("grandchildren", "grandchild"),
            ("sportswomen", "sportswoman"),
        ] {
            assert_eq!(stem(plural), singular);
        }
    }
}
