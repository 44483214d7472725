//! Text from elsewhere, made safe to print or log: names, messages and paths from stores, shops, catalogs and requests.
//! Quotes and nothing else: parsers decide which values are acceptable.

use std::fmt::Write as _;

/// The longest excerpt that [`excerpt`] quotes, in characters of the source.
pub const EXCERPT: usize = 64;

/// The start of `text` as one safe line of readable length, for messages that quote a value: at most [`EXCERPT`] characters.
pub fn excerpt(text: &str) -> String {
    line(text, EXCERPT)
}

/// `text` as one line that a terminal or a log shows as it is: at most `longest` characters of it, followed by `…` where
/// characters are missing.
///
/// Characters that end a line, drive a terminal, reorder their neighbours or stay invisible appear as escapes (`\n`, `\u{9b}`).
pub fn line(text: &str, longest: usize) -> String {
    let mut characters = text.chars();
    let mut line = String::with_capacity(text.len().min(longest));
    for character in characters.by_ref().take(longest) {
        if is_plain(character) {
            line.push(character);
        } else {
            line.extend(character.escape_debug());
        }
    }
    if characters.next().is_some() {
        line.push('…');
    }
    line
}

/// A JSON document with every character outside printable ASCII written as an escape, which leaves its meaning unchanged.
///
/// For log lines: no terminal or log tool takes a part of such a line for a line end, a colour or a change of direction.
/// `json` must be JSON without line breaks between its tokens.
pub fn ascii_json(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, ' '..='~') {
            ascii.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(ascii, "\\u{unit:04x}");
        }
    }
    ascii
}

/// Whether a character stands for nothing but itself: no control character, and none that hides or reorders its neighbours
/// (<https://www.unicode.org/reports/tr36/>).
pub fn is_plain(character: char) -> bool {
    let hides = matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !character.is_control() && !hides
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines() {
        #[track_caller]
        fn check(text: &str, longest: usize, expect: &str) {
            assert_eq!(line(text, longest), expect);
        }
        check("Enamel mug, café", 64, "Enamel mug, café");
        check("", 64, "");
        check("abcdef", 6, "abcdef");
        check("abcdefg", 6, "abcdef…");
        check("ééé", 2, "éé…");
        check("\u{1b}[2J\u{9b}31m", 64, "\\u{1b}[2J\\u{9b}31m");
        check("first\nerror: forged\r\n", 64, "first\\nerror: forged\\r\\n");
        check("a\u{202e}b\u{2028}c\u{feff}", 64, "a\\u{202e}b\\u{2028}c\\u{feff}");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let source = r#"{"path":"/é\u2028","name":"🛒"}"#;
        let ascii = ascii_json(source);
        assert_eq!(ascii, r#"{"path":"/\u00e9\u2028","name":"\ud83d\uded2"}"#);
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(parse(&ascii), parse(source));
    }

    proptest! {
        #[test]
        fn a_line_is_plain_and_bounded(text in any::<String>(), longest in 0_usize..200) {
            let line = line(&text, longest);
            prop_assert!(line.chars().all(is_plain));
            // `\u{10ffff}` is the longest escape.
            prop_assert!(line.chars().count() <= longest * 10 + 1);
        }

        #[test]
        fn json_of_any_text_is_ascii_and_means_the_same(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let ascii = ascii_json(&json);
            prop_assert!(ascii.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            prop_assert_eq!(serde_json::from_str::<String>(&ascii).unwrap(), text);
        }
    }
}
