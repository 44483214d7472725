//! The rules by which a character is folded, from the tables of Unicode. The build script applies them to every character once;
//! the shop itself has the outcome, which is a fifth as large as those tables.

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

/// What a character is searched as.
pub(crate) fn fold(character: char) -> String {
    let mut folded = String::new();
    // Lower case may bring a new accent (`İ`) and an accent may sit on a capital: hence apart, lower, and apart again.
    decompose_canonical(character, |part| {
        part.to_lowercase().for_each(|lower| decompose_canonical(lower, |letter| push_folded(letter, &mut folded)));
    });
    folded
}

/// Whether a character is a mark that belongs to a word, though it is neither letter nor digit.
pub(crate) fn is_mark(character: char) -> bool {
    canonical_combining_class(character) != 0 && !character.is_alphanumeric()
}

fn push_folded(character: char, folded: &mut String) {
    if is_accent(character) {
        return;
    }
    match plain_letters(character) {
        Some(letters) => folded.push_str(letters),
        None => folded.push(
            full_width(character).or_else(|| half_width(character)).or_else(|| digit(character)).unwrap_or(character),
        ),
    }
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
        // Arabic and Persian keyboards have letters of their own for the same ones, and writers leave out the dots of a last letter: the
        // folds of Lucene's Arabic and Persian normalisers.
        'ى' | 'ی' | 'ے' => "ي",
        'ک' => "ك",
        'ة' | 'ہ' => "ه",
        '’' | '‘' | 'ʼ' | '´' => "'",
        '‐' | '‑' | '‒' | '–' | '−' => "-",
        '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{3000}' => " ",
        // Hints for line breaking and joining, and the stroke that makes an Arabic word longer, which would cut a word in two.
        '\u{640}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "",
        _ => return None,
    })
}

/// Full-width forms of ASCII, as East Asian keyboards give them.
fn full_width(character: char) -> Option<char> {
    let offset = u32::from(character).checked_sub(u32::from('！'))?;
    let narrow = char::from_u32(u32::from('!') + offset)?;
    (offset < 94).then(|| narrow.to_ascii_lowercase())
}

/// Half-width forms of kana (U+FF66 to U+FF9F), as old tills write them; the last two are the marks that voice the one before.
fn half_width(character: char) -> Option<char> {
    const KANA: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309a}";
    let offset = u32::from(character).checked_sub(u32::from('ｦ'))?;
    KANA.chars().nth(usize::try_from(offset).ok()?)
}

/// Digits of Arabic and of Persian and Urdu.
fn digit(character: char) -> Option<char> {
    ['\u{660}', '\u{6f0}'].into_iter().find_map(|zero| {
        char::from_digit(u32::from(character).checked_sub(u32::from(zero)).filter(|digit| *digit < 10)?, 10)
    })
}
