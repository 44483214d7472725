//! Text to the form in which it is searched: case and accents folded, cut into words.
//! Knows no language: no stemming, no stop words, no dictionary.

use std::borrow::Cow;

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

/// Folds case and accents, and the compatibility forms that texts of a shop have: `Crème` and `CREME` both become `creme`.
///
/// Folding a folded text changes nothing. ASCII, which is nearly all there is, never touches the Unicode tables, and lower-case
/// ASCII is returned as it is.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        // Lower case may bring a new accent (`İ`) and an accent may sit on a capital: hence apart, lower, and apart again.
        decompose_canonical(character, |part| {
            part.to_lowercase().for_each(|lower| decompose_canonical(lower, |letter| push_folded(letter, &mut folded)));
        });
    }
    Cow::Owned(folded)
}

fn push_folded(character: char, folded: &mut String) {
    if is_accent(character) {
        return;
    }
    match plain_letters(character) {
        Some(letters) => folded.push_str(letters),
        None => folded.push(full_width(character).unwrap_or(character)),
    }
}

/// The words of a folded text: runs of letters, digits and the marks that belong to them.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|character| !is_word(character)).filter(|word| !word.is_empty())
}

fn is_word(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric();
    }
    character.is_alphanumeric() || canonical_combining_class(character) != 0
}

/// Marks that a shopper leaves out when typing: accents of European scripts (combining classes 200 and up), Hebrew points and
/// Arabic vowels (10 to 36). Marks of other classes tell words apart, as the voicing of kana or the tones of Thai do, and stay.
fn is_accent(character: char) -> bool {
    matches!(canonical_combining_class(character), 10..=36 | 200..=255)
}

/// Letters that are typed as others, and signs that stand for letters or digits; all are lower case here. Unicode's own
/// compatibility decompositions would add 60 KB of tables to the Worker for scripts' presentation forms and the like.
fn plain_letters(character: char) -> Option<&'static str> {
    Some(match character {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' | 'º' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'ŋ' => "n",
        'ς' => "σ",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        'ĳ' => "ij",
        'ª' => "a",
        '⁰' => "0",
        '¹' | '₁' => "1",
        '²' | '₂' => "2",
        '³' | '₃' => "3",
        '½' => "1/2",
        '¼' => "1/4",
        '¾' => "3/4",
        '№' => "no",
        '℡' => "tel",
        '™' => "tm",
        '℃' => "°c",
        '℉' => "°f",
        'µ' => "μ",
        '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{3000}' => " ",
        // Invisible hints for line breaking and joining, which would cut a word in two.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "",
        _ => return None,
    })
}

/// Full-width forms of ASCII, as East Asian keyboards give them.
fn full_width(character: char) -> Option<char> {
    let offset = u32::from(character).checked_sub(u32::from('！'))?;
    let narrow = char::from_u32(u32::from('!') + offset)?;
    (offset < 94).then(|| narrow.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{fold, words};

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
    fn folding_a_folded_character_changes_nothing() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            let once = fold(&text).into_owned();
            assert_eq!(fold(&once), once, "{character:?} U+{:04X}", u32::from(character));
        }
    }
}
