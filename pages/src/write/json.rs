//! The one place where text becomes JSON: structured data, the import map, the boot data.
//! Writes only, and always so that the result can stand inside a `<script>` element. Numbers are whole or given as text.

use crate::write::number::write_digits;

/// A JSON text under construction. Commas take care of themselves; matching brackets is the caller's part.
#[derive(Debug, Default)]
pub(crate) struct Json {
    text: String,
}

impl Json {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity) }
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }

    pub(crate) fn begin_object(&mut self) -> &mut Self {
        self.separate();
        self.text.push('{');
        self
    }

    pub(crate) fn end_object(&mut self) -> &mut Self {
        self.text.push('}');
        self
    }

    pub(crate) fn begin_array(&mut self) -> &mut Self {
        self.separate();
        self.text.push('[');
        self
    }

    pub(crate) fn end_array(&mut self) -> &mut Self {
        self.text.push(']');
        self
    }

    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.text.push(':');
        self
    }

    pub(crate) fn string(&mut self, text: &str) -> &mut Self {
        self.strings(&[text])
    }

    /// One string, put together from parts.
    pub(crate) fn strings(&mut self, parts: &[&str]) -> &mut Self {
        self.separate();
        self.text.push('"');
        for part in parts {
            write_escaped(part, &mut self.text);
        }
        self.text.push('"');
        self
    }

    /// One string that a function writes. What it writes may hold nothing that needs escaping.
    pub(crate) fn plain_string(&mut self, write: impl FnOnce(&mut String)) -> &mut Self {
        self.separate();
        self.text.push('"');
        write(&mut self.text);
        self.text.push('"');
        self
    }

    pub(crate) fn number(&mut self, number: u32) -> &mut Self {
        self.separate();
        write_digits(number.into(), 1, &mut self.text);
        self
    }

    /// Members of an object that another writer has made.
    pub(crate) fn members(&mut self, members: &str) -> &mut Self {
        self.separate();
        self.text.push_str(members);
        self
    }

    /// A value follows another value or a finished member only after a comma. What came before shows in the last byte,
    /// since a string always ends in its quote.
    fn separate(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }
}

/// Writes members of an object, each value put together from parts, for [`Json::members`].
pub(crate) fn write_members(members: &[(&str, &[&str])], out: &mut String) {
    for (index, (key, parts)) in members.iter().enumerate() {
        out.push_str(if index == 0 { "\"" } else { ",\"" });
        write_escaped(key, out);
        out.push_str("\":\"");
        for part in *parts {
            write_escaped(part, out);
        }
        out.push('"');
    }
}

/// Escapes for JSON and HTML at once. `<`, `>` and `&` never stand bare, so no text can close the script element or open a
/// comment in it (<https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements>);
/// U+2028 and U+2029 end a line in older JavaScript.
fn write_escaped(text: &str, out: &mut String) {
    const HEXADECIMAL: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let special = |character: char| {
        matches!(character, '\0'..='\u{1f}' | '"' | '\\' | '<' | '>' | '&' | '\u{7f}' | '\u{2028}' | '\u{2029}')
    };
    // Without a branch in the loop the compiler checks many bytes at once. 0xe2 begins U+2028, U+2029 and little else.
    let mark = |byte: u8| {
        u8::from(byte < 0x20)
            | u8::from(byte == b'"')
            | u8::from(byte == b'\\')
            | u8::from(byte == b'<')
            | u8::from(byte == b'>')
            | u8::from(byte == b'&')
            | u8::from(byte == 0x7f)
            | u8::from(byte == 0xe2)
    };
    if text.bytes().fold(0, |found, byte| found | mark(byte)) == 0 {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(position) = rest.find(special) {
        let (plain, tail) = rest.split_at(position);
        out.push_str(plain);
        let mut characters = tail.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some(character) => {
                out.push_str("\\u");
                let code = u32::from(character);
                for shift in [12, 8, 4, 0] {
                    let digit = (code >> shift) & 0xf;
                    out.push(HEXADECIMAL.get(digit as usize).copied().unwrap_or('0'));
                }
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        let mut json = Json::default();
        json.begin_object().key(text).begin_array().string(text).number(7).end_array().end_object();
        json.into_string()
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let mut out = String::new();
        write_escaped(text, &mut out);
        assert_eq!(out, expect);
    }

    #[test]
    fn escapes_what_html_or_json_reads() {
        check("plain, 48 €", "plain, 48 €");
        check("</script>", "\\u003c/script\\u003e");
        check("<!-- & -->", "\\u003c!-- \\u0026 --\\u003e");
        check("a\"b\\c\n", "a\\\"b\\\\c\\u000a");
        check("\u{2028}\u{2029}\0\u{7f}", "\\u2028\\u2029\\u0000\\u007f");
    }

    #[test]
    fn commas_stand_between_values_alone() {
        let mut json = Json::default();
        json.begin_object().key("a").begin_array().end_array().key("b").begin_object().end_object().key("c").number(0);
        json.key("d")
            .strings(&["x", ":"])
            .key("e")
            .string("{")
            .key("f")
            .begin_array()
            .number(1)
            .number(20)
            .end_array()
            .end_object();
        assert_eq!(json.into_string(), r#"{"a":[],"b":{},"c":0,"d":"x:","e":"{","f":[1,20]}"#);
    }

    proptest! {
        #[test]
        fn any_text_survives_and_never_leaves_the_script_element(text in any::<String>()) {
            let json = written(&text);
            let is_bare = json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
            prop_assert!(!is_bare);
            let expected = serde_json::json!({ text.clone(): [text, 7] });
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), expected);
        }

        #[test]
        fn hostile_markup_survives_too(text in "(</|<!--|script|-->|[\"\\\\<>&/!]){0,20}") {
            let json = written(&text);
            prop_assert!(!json.contains("</") && !json.contains("<!--"));
            let expected = serde_json::json!({ text.clone(): [text, 7] });
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), expected);
        }
    }
}
