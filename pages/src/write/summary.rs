//! A text in short: whole sentences where they fit, otherwise words and an ellipsis. Cards show a summary of the description, not
//! all of it behind a clamp of CSS: readers would hear it in full, and a page of twelve would carry kilobytes that nobody sees.
//! Knows widths and marks by range, no dictionary: text without spaces is cut between characters, never within one.

use std::borrow::Cow;

/// Columns of a summary: three lines of a card. A character of a wide script takes two.
const SUMMARY: usize = 120;

/// Fewer columns of whole sentences than this say too little, and end in an abbreviation as often as not.
const ENOUGH: usize = 40;

/// A description in at most [`SUMMARY`] columns: the whole of it, as many whole sentences as fit, or as many words as fit and an
/// ellipsis.
pub(crate) fn summary(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let Some(end) = end_of(text, SUMMARY) else { return Cow::Borrowed(text) };
    match sentences(text, end) {
        Some(sentences) => Cow::Borrowed(sentences),
        None => Cow::Owned(cut(text, end)),
    }
}

/// A text in at most `limit` columns: the whole of it, or as many words as fit and an ellipsis.
pub(crate) fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    match end_of(text, limit) {
        None => Cow::Borrowed(text),
        Some(end) => Cow::Owned(cut(text, end)),
    }
}

/// Where a text passes a number of columns; `None` if it does not.
fn end_of(text: &str, limit: usize) -> Option<usize> {
    // A column is a byte at least, and in plain text just one.
    if text.len() <= limit {
        return None;
    }
    if text.as_bytes().get(..limit).is_some_and(<[u8]>::is_ascii) && text.is_char_boundary(limit) {
        return Some(limit);
    }
    let mut columns = 0;
    text.char_indices().find_map(|(position, character)| {
        columns += width(character);
        (columns > limit).then_some(position)
    })
}

/// The whole sentences before `end`, if they say enough.
fn sentences(text: &str, end: usize) -> Option<&str> {
    // Backwards: the last sentence that fits is near the end. The bytes of interest begin a character, so positions are boundaries.
    let head = text.get(..end)?;
    for (position, _) in head.bytes().enumerate().rev().filter(|(_, byte)| matches!(byte, b'.' | b'!' | b'?' | 0xc0..))
    {
        let mut rest = text.get(position..)?.chars();
        let (stop, next) = (rest.next()?, rest.next());
        let ends = match stop {
            '。' | '！' | '？' | '।' | '۔' => true,
            '.' | '!' | '?' | '…' | '؟' => next.is_some_and(char::is_whitespace) && begins_sentence(rest.as_str()),
            _ => false,
        };
        if ends {
            let sentences = text.get(..position + stop.len_utf8())?;
            return Some(sentences).filter(|sentences| columns(sentences) >= ENOUGH);
        }
    }
    None
}

/// Whether what follows a full stop and its blank can begin a sentence: after an abbreviation comes a small letter or a figure.
fn begins_sentence(rest: &str) -> bool {
    rest.trim_start().chars().next().is_some_and(|next| !next.is_lowercase() && !next.is_numeric())
}

/// Cuts at the last blank before `end`, or where there is none in the second half, between two characters.
fn cut(text: &str, end: usize) -> String {
    let head = text.get(..end).unwrap_or(text);
    // A word that ends just here is whole.
    let is_between_words = text.get(end..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
    let blank = if is_between_words { Some(end) } else { head.rfind(char::is_whitespace) };
    let kept = match blank.and_then(|blank| text.get(..blank)) {
        Some(words) if columns(words) * 2 >= columns(head) => words,
        _ => text.get(..boundary(text, end)).unwrap_or_default(),
    };
    let mut short = String::with_capacity(kept.len() + 3);
    short.push_str(kept.trim_end_matches(|last: char| last.is_whitespace() || is_stop(last)));
    short.push('…');
    short
}

/// The last place up to `end` that lies between two characters as people see them: not before a mark, nor within a joined sign.
fn boundary(text: &str, end: usize) -> usize {
    let head = text.get(..end).unwrap_or_default();
    let next = text.get(end..).and_then(|rest| rest.chars().next());
    let mut follows = next;
    for (position, character) in head.char_indices().rev() {
        let joined = follows.is_some_and(extends) || character == JOINER;
        if !joined {
            return position + character.len_utf8();
        }
        follows = Some(character);
    }
    // Nothing but marks: there is no better place.
    end
}

/// Joins two signs to one, as in most pictures of families.
const JOINER: char = '\u{200d}';

fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(width).sum() }
}

/// How many columns a character takes. Marks count: whoever stacks hundreds of them does not get a longer summary.
fn width(character: char) -> usize {
    let is_wide = matches!(character,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}');
    if is_wide { 2 } else { 1 }
}

/// Whether a character belongs to the one before it: accents, vowel signs, variations, skin tones, joiners.
fn extends(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{93c}' | '\u{93e}'..='\u{94f}'
        | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}' | '\u{a3c}'..='\u{a4d}' | '\u{abc}'..='\u{acd}' | '\u{b3c}'..='\u{b4d}'
        | '\u{bbe}'..='\u{bcd}' | '\u{c3e}'..='\u{c4d}' | '\u{cbc}'..='\u{ccd}' | '\u{d3b}'..='\u{d4d}' | '\u{dca}'..='\u{ddf}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}'
        | '\u{102b}'..='\u{103e}' | '\u{17b6}'..='\u{17d3}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}' | JOINER)
}

/// Punctuation that looks lost before an ellipsis.
fn is_stop(character: char) -> bool {
    character.is_ascii_punctuation()
        || matches!(character, '、' | '，' | '。' | '：' | '；' | '（' | '「' | '–' | '—' | '،' | '؛')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(summary(text), expect);
    }

    #[test]
    fn a_short_text_stays_whole() {
        check("", "");
        check("Brass, brushed, one screw.", "Brass, brushed, one screw.");
        check(&"x".repeat(120), &"x".repeat(120));
    }

    #[test]
    fn whole_sentences_need_no_ellipsis() {
        let text = "A stool of solid oak, 45 cm high. It carries 120 kg and wants oil once a year. The legs are wedged and glued into the seat, \
                    so that nothing comes loose.";
        check(text, "A stool of solid oak, 45 cm high. It carries 120 kg and wants oil once a year.");
    }

    #[test]
    fn a_long_sentence_ends_at_a_word() {
        let text = "Serrated blade of twenty-four centimetres with a riveted handle of oiled beech, which wants to be washed by hand, dried at \
                    once and kept out of the drawer";
        check(
            text,
            "Serrated blade of twenty-four centimetres with a riveted handle of oiled beech, which wants to be washed by hand, dried…",
        );
        // Punctuation does not stand before the ellipsis.
        check(
            &format!("{}, and {}", "word ".repeat(22).trim_end(), "y".repeat(40)),
            &format!("{}, and…", "word ".repeat(22).trim_end()),
        );
    }

    #[test]
    fn an_abbreviation_ends_no_sentence() {
        let text = "Holds up to approx. 40 litres of water, soil or whatever else a large pot on a balcony has to hold through a summer, and drains well";
        let short = summary(text);
        assert!(short.ends_with('…') && short.len() > 100, "{short}");
    }

    #[test]
    fn text_without_spaces_is_cut_between_characters() {
        check(&"木".repeat(200), &format!("{}…", "木".repeat(60)));
        check(&format!("{}。{}", "木".repeat(40), "石".repeat(80)), &format!("{}。", "木".repeat(40)));
        check(&"x".repeat(200), &format!("{}…", "x".repeat(120)));
        // e and an accent of its own.
        let accents = "e\u{301}".repeat(100);
        check(&accents, &format!("{}…", "e\u{301}".repeat(60)));
        check(&format!("x{accents}"), &format!("x{}…", "e\u{301}".repeat(59)));
        let family = "👩\u{200d}👩\u{200d}👧";
        let short = summary(&family.repeat(30)).into_owned();
        assert_eq!(short.trim_end_matches('…').len() % family.len(), 0, "{short}");
    }

    #[test]
    fn a_word_longer_than_the_summary_is_cut_within() {
        check(&format!("A {}", "x".repeat(300)), &format!("A {}…", "x".repeat(118)));
    }

    #[test]
    fn right_to_left_text_ends_at_a_word_too() {
        let text = "كرسي من خشب البلوط ".repeat(20);
        let short = summary(&text).into_owned();
        assert!(short.ends_with('…') && text.starts_with(short.trim_end_matches('…')), "{short}");
        assert!(text[short.len() - '…'.len_utf8()..].starts_with(' '), "{short}");
    }

    proptest! {
        #[test]
        fn a_summary_is_the_beginning_of_its_text(text in "([a-zA-Z]{1,30}|[.!?,] ?| |[木石。]{1,9}|e\u{301}|[👩\u{200d}👧🏽]{1,5}|\u{301}{1,90}){0,60}") {
            let short = summary(&text);
            let kept = short.strip_suffix('…').unwrap_or(&short);
            prop_assert!(text.trim().starts_with(kept));
            prop_assert!(columns(kept) <= SUMMARY);
        }
    }
}
