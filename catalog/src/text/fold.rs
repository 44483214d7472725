//! Text to the form in which it is searched: case and accents folded, cut into words.
//! Knows no language: no stemming, no stop words, no dictionary.

use std::borrow::Cow;

/// What `build.rs` makes of the rules in `fold/rules.rs`.
mod table {
    include!(concat!(env!("OUT_DIR"), "/fold.rs"));
}

/// What the table was made of.
#[cfg(test)]
mod rules;

/// Folds case and accents, and the compatibility forms that texts of a shop have: `Crème` and `CREME` both become `creme`.
///
/// Folding a folded text changes nothing. ASCII, which is nearly all there is, never touches the table, and lower-case
/// ASCII is returned as it is.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        push_folded(character, &mut folded);
    }
    Cow::Owned(folded)
}

fn push_folded(character: char, folded: &mut String) {
    if character.is_ascii() {
        return folded.push(character.to_ascii_lowercase());
    }
    if let Some(syllable) = u32::from(character).checked_sub(0xac00).filter(|syllable| *syllable < 11_172) {
        return push_hangul(syllable, folded);
    }
    match table_value(character) {
        None => folded.push(character),
        Some(unit) => match char::from_u32(u32::from(unit)) {
            Some(letter) => folded.push(letter),
            // What is no letter of 16 bits is named by one of the numbers that no letter has.
            None => folded.push_str(table::TEXTS.get(usize::from(unit - 0xd800)).copied().unwrap_or_default()),
        },
    }
}

fn table_value(character: char) -> Option<u16> {
    let after = table::RUNS.partition_point(|(first, ..)| *first <= character);
    let (first, length, at) = table::RUNS.get(after.checked_sub(1)?)?;
    let offset = u32::from(character) - u32::from(*first);
    let position = usize::from(*at) + usize::try_from(offset).ok()?;
    if offset < u32::from(*length) { table::VALUES.get(position).copied() } else { None }
}

/// A syllable comes apart by arithmetic alone (The Unicode Standard, section 3.12).
fn push_hangul(syllable: u32, folded: &mut String) {
    let (lead, vowel, tail) = (syllable / 588, syllable % 588 / 28, syllable % 28);
    let parts = [Some(0x1100 + lead), Some(0x1161 + vowel), (tail > 0).then_some(0x11a7 + tail)];
    folded.extend(parts.into_iter().flatten().filter_map(char::from_u32));
}

/// The words of a folded text: runs of letters, digits and the marks that belong to them.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|character| !is_word(character)).filter(|word| !word.is_empty())
}

fn is_word(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric();
    }
    character.is_alphanumeric() || is_mark(character)
}

pub(super) fn is_mark(character: char) -> bool {
    let after = table::MARKS.partition_point(|(first, _)| *first <= character);
    let run = after.checked_sub(1).and_then(|at| table::MARKS.get(at));
    run.is_some_and(|(_, last)| character <= *last)
}

#[cfg(test)]
mod tests {
    use super::{fold, rules, words};

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let folded = fold(text);
        assert_eq!(words(&folded).collect::<Vec<_>>().join(" "), expect);
    }

    #[test]
    fn case_accents_and_compatibility_forms_fold() {
        check("Enamel Mug, 350ml", "enamel mug 350ml");
        check("CRÈME Brûlée", "creme brulee");
        check("Straße STRASSE", "strasse strasse");
        check("Smørrebrød Ærø Œuvre Łódź Đorđe Þór", "smorrebrod aero oeuvre lodz dorde thor");
        check("İstanbul ISPARTA ısı", "istanbul isparta isi");
        check("ﬁne Ｔｅａ ½ ℡ 5\u{a0}m²", "fine tea 1 2 tel 5 m2");
        check("Όδυσσεύς", "οδυσσευσ");
        check("١٠٠ مل ۲۵۰", "100 مل 250");
        check("کیف پول", &fold("كيف بول").replace('ب', "پ"));
        check("مـــكـــة مكه على علي", "مكه مكه علي علي");
        check("ﾜｲﾔﾚｽ ｶﾞﾗｽ", &fold("ワイヤレス ガラス"));
        check("L’Oréal USB‑C", "l oreal usb c");
        check("a\u{301}bc tea\u{ad}cup", "abc teacup");
        check("women's e-mail_1", "women s e mail 1");
        check("  —!?  ", "");
    }

    #[test]
    fn marks_that_tell_words_apart_stay() {
        assert_ne!(fold("か"), fold("が"));
        check("가방", &fold("가방"));
        assert_eq!(words(&fold("ガラス")).count(), 1);
    }

    #[test]
    fn the_table_says_what_the_rules_say() {
        for character in '\u{80}'..=char::MAX {
            assert_eq!(fold(&character.to_string()), rules::fold(character), "U+{:04X}", u32::from(character));
            let is_word = character.is_alphanumeric() || rules::is_mark(character);
            assert_eq!(super::is_word(character), is_word, "U+{:04X}", u32::from(character));
        }
    }

    #[test]
    fn folding_a_folded_character_changes_nothing() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            let once = fold(&text).into_owned();
            assert_eq!(fold(&once), once, "{character:?} U+{:04X}", u32::from(character));
        }
    }
}
