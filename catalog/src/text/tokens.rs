//! Text to the terms that are searched for: words, cut the same way in a product's text and in a query, and brought to the form
//! that their inflections share. English alone, and lightly: plurals.

use std::borrow::Cow;

use crate::text::fold::words;

/// The longest word, in bytes; a longer one is cut to it, in the index and in a query alike.
pub(crate) const WORD_LIMIT: usize = 64;

/// Longest unit that is cut off the number before it: `ml`, `kg`, `mah`.
const UNIT_LIMIT: usize = 3;

/// Shortest word that is taken for a plural; below it are `gas`, `bus` and the like.
const PLURAL_LEAST: usize = 4;

/// Calls `visit` with each word of a folded text, in order.
///
/// A number keeps its decimal point and loses its unit, which becomes a word of its own: `1.5m` and `1.5 m` are both `1.5` and `m`.
/// A model such as `swv2913w` stays whole.
pub(crate) fn each<'t>(folded: &'t str, mut visit: impl FnMut(&'t str)) {
    let mut run = words(folded).peekable();
    while let Some(word) = run.next() {
        let word = match run.peek() {
            Some(next) if is_number(word) => match decimal(folded, word, next) {
                Some(decimal) => {
                    run.next();
                    decimal
                }
                None => word,
            },
            _ => word,
        };
        match unit(word) {
            Some((number, unit)) => {
                visit(number);
                visit(unit);
            }
            None => visit(cut(word)),
        }
    }
}

/// The form that a word shares with its plural: `mugs` and `mug`, `batteries` and `battery`, `boxes` and `box`.
pub(crate) fn stem(word: &str) -> Cow<'_, str> {
    let is_word = word.len() >= PLURAL_LEAST && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_word {
        return Cow::Borrowed(word);
    }
    let without = |length: usize| word.get(..word.len() - length).unwrap_or(word);
    let ends_with = |ending: &str| word.ends_with(ending);
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

/// Two neighbours of a text as the one word that they may be written as, too. A model is always found either way, `TN-2110` and
/// `tn2110`; two plain words only if the catalog has the one word as well (`is_written`), as with `note book`.
pub(crate) fn joined(folded: &str, before: &str, word: &str, is_written: impl Fn(&str) -> bool) -> Option<String> {
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let is_plain = |word: &str| word.len() > 1 && word.chars().all(char::is_alphabetic);
    let between = offset(folded, before)? + before.len()..offset(folded, word)?;
    let is_model = matches!(folded.get(between)?, "-" | "/")
        && (has_digit(before) || has_digit(word))
        && !(is_number(before) && is_number(word));
    let are_plain = is_plain(before) && is_plain(word) && before != word;
    if before.len() + word.len() > WORD_LIMIT || !(is_model || are_plain) {
        return None;
    }
    let joined = [before, word].concat();
    (is_model || is_written(&joined)).then_some(joined)
}

/// `1` and `5m` are one, if nothing but a point stands between them.
fn decimal<'t>(folded: &'t str, whole: &'t str, next: &'t str) -> Option<&'t str> {
    let start = offset(folded, whole)?;
    let between = start + whole.len();
    let is_decimal = offset(folded, next)? == between + 1
        && folded.as_bytes().get(between) == Some(&b'.')
        && next.starts_with(|first: char| first.is_ascii_digit());
    is_decimal.then(|| folded.get(start..between + 1 + next.len()))?
}

/// Where a part of a text starts in it.
fn offset(text: &str, part: &str) -> Option<usize> {
    part.as_ptr().addr().checked_sub(text.as_ptr().addr()).filter(|offset| *offset <= text.len())
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number and the unit behind it.
fn unit(word: &str) -> Option<(&str, &str)> {
    let is_digit = |character: char| character.is_ascii_digit() || character == '.';
    if !word.starts_with(is_digit) {
        return None;
    }
    let (number, unit) = word.split_at(word.find(|character| !is_digit(character))?);
    let is_unit = unit.len() <= UNIT_LIMIT && unit.bytes().all(|byte| byte.is_ascii_lowercase());
    is_unit.then_some((number, unit))
}

fn cut(word: &str) -> &str {
    let end = (0..=word.len().min(WORD_LIMIT)).rev().find(|end| word.is_char_boundary(*end)).unwrap_or_default();
    word.get(..end).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::{each, stem};

    #[track_caller]
    fn check(folded: &str, expect: &str) {
        let mut found = Vec::new();
        each(folded, |word| found.push(word));
        assert_eq!(found.join(" "), expect);
    }

    #[test]
    fn numbers_units_and_models() {
        check("cable 1.5m, 1.5 m", "cable 1.5 m 1.5 m");
        check("350ml 2.4ghz 10000mah", "350 ml 2.4 ghz 10000 mah");
        check("swv2913w/10 tn-2110", "swv2913w 10 tn 2110");
        check("1.2.3 a1.5 .5 5.", "1.2 3 a1 5 5 5");
        check("usb 3.0, 4k; 2nd", "usb 3.0 4 k 2 nd");
        check("1,000 3d-print", "1 000 3 d print");
        check("", "");
    }

    #[test]
    fn a_word_is_cut_to_its_limit() {
        check(&"ö".repeat(40), &"ö".repeat(32));
    }

    #[test]
    fn plurals_share_a_stem() {
        for (plural, singular) in [
            ("mugs", "mug"),
            ("batteries", "battery"),
            ("boxes", "box"),
            ("dishes", "dish"),
            ("glasses", "glass"),
            ("lenses", "lense"),
            ("headphones", "headphone"),
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
}
