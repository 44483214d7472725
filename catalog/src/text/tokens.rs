//! Text to the words that are searched for, cut the same way in a product's text and in a query. `plurals.rs` brings them to the form
//! that their inflections share, `forms.rs` has the further ways in which a product's words may be written.

use crate::text::fold::words;
use crate::text::scripts::{self, Part};

/// The longest word, in bytes; a longer one is cut to it, in the index and in a query alike.
pub(crate) const WORD_LIMIT: usize = 64;

/// Longest unit, in letters, that is cut off the number before it: `ml`, `kg`, `mah`, `кг`, `مل`.
const UNIT_LIMIT: usize = 3;

/// Calls `visit` with each word of a folded text, in order.
///
/// A number keeps its decimal point and loses its unit, which becomes a word of its own: `1.5m` and `1.5 m` are both `1.5` and `m`.
/// A model such as `swv2913w` stays whole. A run of a script without spaces becomes its pairs of letters (`scripts.rs`).
pub(crate) fn each<'t>(folded: &'t str, mut visit: impl FnMut(&'t str)) {
    visit_each(folded, &mut visit);
}

/// The same, compiled once for all visitors: the Worker pays for each copy.
fn visit_each<'t>(folded: &'t str, visit: &mut dyn FnMut(&'t str)) {
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
        for part in scripts::parts(word) {
            match part {
                Part::Word(word) => match unit(word) {
                    Some((number, unit)) => {
                        visit(number);
                        visit(unit);
                    }
                    None => visit(cut(word)),
                },
                Part::Run(run) => scripts::pairs(run, |pair| visit(cut(pair))),
            }
        }
    }
}

/// Two neighbours of a text as the one word that they may be written as, too. A model is always found either way, `TN-2110` and
/// `tn2110`; two plain words only if the catalog has the one word as well (`is_written`), as with `note book`. Of single letters the article and
/// the `s` of a genitive belong to no word.
pub(crate) fn joined(folded: &str, before: &str, word: &str, is_written: impl Fn(&str) -> bool) -> Option<String> {
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let is_plain = |word: &str| !matches!(word, "a" | "s") && word.chars().all(char::is_alphabetic);
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
pub(crate) fn offset(text: &str, part: &str) -> Option<usize> {
    part.as_ptr().addr().checked_sub(text.as_ptr().addr()).filter(|offset| *offset <= text.len())
}

pub(crate) fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number and the unit behind it.
fn unit(word: &str) -> Option<(&str, &str)> {
    let is_digit = |character: char| character.is_ascii_digit() || character == '.';
    if !word.starts_with(is_digit) {
        return None;
    }
    let (number, unit) = word.split_at(word.find(|character| !is_digit(character))?);
    let is_unit = unit.chars().count() <= UNIT_LIMIT && unit.chars().all(char::is_alphabetic);
    is_unit.then_some((number, unit))
}

fn cut(word: &str) -> &str {
    let end = (0..=word.len().min(WORD_LIMIT)).rev().find(|end| word.is_char_boundary(*end)).unwrap_or_default();
    word.get(..end).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::each;

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
        check("5кг 100مل 2个装", "5 кг 100 مل 2 个装");
        check("", "");
    }

    #[test]
    fn a_word_is_cut_to_its_limit() {
        check(&"ö".repeat(40), &"ö".repeat(32));
    }
}
