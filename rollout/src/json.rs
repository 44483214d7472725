//! JSON documents, read field by field and written field by field. What is read is read strictly: a field that is unknown or
//! stands there twice is refused. Whether a text is JSON, and where a value in it ends, is `serde_json`'s to say; nothing here parses
//! a number but into whole ones, so that the Worker is spared readers and writers of fractions, a tenth of its size.

use std::fmt::{Display, Write as _};

use serde::de::{Error as _, IgnoredAny};
use serde_json::Error;
use web::foreign::excerpt;

/// A value as it stands in the document.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    /// Its text, which is known to be JSON.
    text: &'a str,
    /// The field that it is in.
    field: &'a str,
}

/// The fields of an object that were not taken yet, in the order of their names.
#[derive(Debug)]
pub struct Object<'a>(Vec<(String, Option<&'a str>)>);

impl<'a> Object<'a> {
    /// Reads a document that is one object, and makes sure that all of it is JSON.
    pub fn read(text: &'a [u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(text).map_err(refused)?;
        let IgnoredAny = serde_json::from_str(text)?;
        Value { text: trim(text), field: "document" }.object()
    }

    /// Takes a field that must be there.
    pub fn take<'n>(&mut self, name: &'n str) -> Result<Value<'n>, Error>
    where
        'a: 'n,
    {
        self.find(name)
            .map(|text| Value { text, field: name })
            .ok_or_else(|| refused(format_args!("missing field `{name}`")))
    }

    /// Takes a field that may be absent, or null.
    pub fn take_optional<'n>(&mut self, name: &'n str) -> Option<Value<'n>>
    where
        'a: 'n,
    {
        self.find(name).filter(|text| *text != "null").map(|text| Value { text, field: name })
    }

    /// Refuses what was not taken.
    pub fn end(self) -> Result<(), Error> {
        match self.0.into_iter().find(|(_, value)| value.is_some()) {
            Some((name, _)) => Err(refused(format_args!("unknown field `{}`", excerpt(&name)))),
            None => Ok(()),
        }
    }

    fn find(&mut self, name: &str) -> Option<&'a str> {
        let at = self.0.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        self.0.get_mut(at)?.1.take()
    }

    fn refuse_twice(self, say: impl FnOnce(&str) -> String) -> Result<Self, Error> {
        let twice = self.0.windows(2).find_map(|pair| match pair {
            [(before, _), (after, _)] if before == after => Some(after),
            _ => None,
        });
        match twice {
            // Of two values, one reader takes the first and another the last, and both were told something else.
            Some(name) => Err(refused(say(&excerpt(name)))),
            None => Ok(self),
        }
    }
}

impl<'a> Value<'a> {
    /// A whole number.
    pub fn u64(self) -> Result<u64, Error> {
        self.whole(u64::MAX, "u64")
    }

    /// A whole number that is smaller.
    pub fn u32(self) -> Result<u32, Error> {
        Ok(u32::try_from(self.whole(u64::from(u32::MAX), "u32")?).unwrap_or(u32::MAX))
    }

    /// True or false.
    pub fn bool(self) -> Result<bool, Error> {
        match self.text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.mistaken("a boolean")),
        }
    }

    /// A text.
    pub fn string(self) -> Result<String, Error> {
        let Some(quoted) = self.text.strip_prefix('"') else { return Err(self.mistaken("a string")) };
        unescape(quoted.strip_suffix('"').unwrap_or(quoted)).ok_or_else(|| self.refuse(&"lone surrogate in an escape"))
    }

    /// A text that `accept` makes something of.
    pub fn text<T, E: Display>(self, accept: impl FnOnce(&str) -> Result<T, E>) -> Result<T, Error> {
        self.accept(&self.string()?, accept)
    }

    /// What `accept` makes of a text that belongs to this value, such as its name.
    pub fn accept<T, E: Display>(self, text: &str, accept: impl FnOnce(&str) -> Result<T, E>) -> Result<T, Error> {
        accept(text).map_err(|error| self.refuse(&error))
    }

    /// One of these texts.
    pub fn variant<T: Copy + Display>(self, variants: &[T]) -> Result<T, Error> {
        let text = self.string()?;
        let found = variants.iter().find(|variant| variant.to_string() == text);
        found.copied().ok_or_else(|| self.refuse(&format_args!("unknown variant `{}`", excerpt(&text))))
    }

    /// A list.
    pub fn list(self) -> Result<impl Iterator<Item = Value<'a>>, Error> {
        let mut rest = self.text.strip_prefix('[').map(trim).ok_or_else(|| self.mistaken("a list"))?;
        let mut list = Vec::new();
        while rest != "]" {
            list.push(Value { text: part(&mut rest)?, ..self });
            rest = trim(rest.strip_prefix(',').unwrap_or(rest));
        }
        Ok(list.into_iter())
    }

    /// An object with fields of its own.
    pub fn object(self) -> Result<Object<'a>, Error> {
        self.map()?.refuse_twice(|name| format!("duplicate field `{name}`"))
    }

    /// An object from names to things of one kind, by `read`.
    pub fn entries<T>(self, mut read: impl FnMut(&str, Value<'_>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let Object(entries) = self.map()?.refuse_twice(|name| format!("`{name}` stands there twice"))?;
        let mut read =
            |(name, text): (String, Option<&str>)| text.map(|text| read(&name, Value { text, field: &name }));
        entries.into_iter().filter_map(&mut read).collect()
    }

    /// The refusal of this value.
    pub fn refuse(self, why: &dyn Display) -> Error {
        refused(format_args!("{why}, in field `{}`", excerpt(self.field)))
    }

    fn map(self) -> Result<Object<'a>, Error> {
        let mut rest = self.text.strip_prefix('{').map(trim).ok_or_else(|| self.mistaken("an object"))?;
        let mut fields = Vec::new();
        while rest != "}" {
            let name = Value { text: part(&mut rest)?, ..self }.string()?;
            rest = trim(rest.strip_prefix(':').unwrap_or(rest));
            fields.push((name, Some(part(&mut rest)?)));
            rest = trim(rest.strip_prefix(',').unwrap_or(rest));
        }
        fields.sort_unstable_by(|(before, _), (after, _)| before.cmp(after));
        Ok(Object(fields))
    }

    fn whole(self, limit: u64, kind: &str) -> Result<u64, Error> {
        let text = self.text;
        if let Some(number) = text.parse().ok().filter(|number| *number <= limit) {
            return Ok(number);
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.refuse(&format_args!("invalid value: integer `{}`, expected {kind}", excerpt(text))));
        }
        Err(self.mistaken(kind))
    }

    fn mistaken(self, expected: &str) -> Error {
        let text = self.text;
        let kind = match text.bytes().next() {
            Some(b'"') => "string",
            Some(b'{') => "map",
            Some(b'[') => "sequence",
            Some(b't' | b'f') => "boolean",
            Some(b'n') => "null",
            _ if text.contains(['.', 'e', 'E']) => "floating point",
            _ => "integer",
        };
        self.refuse(&format_args!("invalid type: {kind} `{}`, expected {expected}", excerpt(text)))
    }
}

/// Takes the first value off a text of several.
fn part<'a>(rest: &mut &'a str) -> Result<&'a str, Error> {
    let mut values = serde_json::Deserializer::from_str(rest).into_iter();
    match values.next() {
        Some(Ok(IgnoredAny)) => {}
        Some(Err(error)) => return Err(error),
        None => return Err(refused("a value is missing")),
    }
    let (value, after) = rest.split_at_checked(values.byte_offset()).unwrap_or((rest, ""));
    *rest = trim(after);
    Ok(trim(value))
}

/// Without the spaces that JSON knows.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// What a text between quotes means. `None` for half a character.
fn unescape(mut quoted: &str) -> Option<String> {
    let mut text = String::with_capacity(quoted.len());
    while let Some((plain, escape)) = quoted.split_once('\\') {
        text.push_str(plain);
        let mut rest = escape.chars();
        match rest.next()? {
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => {
                let unit = |digits: Option<&str>| u16::from_str_radix(digits?, 16).ok();
                let first = unit(escape.get(1..5))?;
                rest = escape.get(5..)?.chars();
                let second = if matches!(first, 0xd800..=0xdbff) {
                    let second = unit(rest.as_str().strip_prefix("\\u").and_then(|digits| digits.get(..4)))?;
                    rest = rest.as_str().get(6..)?.chars();
                    Some(second)
                } else {
                    None
                };
                for character in char::decode_utf16([first].into_iter().chain(second)) {
                    text.push(character.ok()?);
                }
            }
            other => text.push(other),
        }
        quoted = rest.as_str();
    }
    text.push_str(quoted);
    Some(text)
}

fn refused(why: impl Display) -> Error {
    Error::custom(why)
}

/// A document in the making: fields in the order in which they are written, no spaces.
#[derive(Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// A document that is one object.
    pub fn document(fields: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self::default();
        writer.object(fields);
        writer.0
    }

    /// Begins a field; its value is to follow.
    pub fn field(&mut self, name: &str) -> &mut Self {
        self.string(name);
        self.0.push(':');
        self
    }

    /// Writes a text.
    pub fn string(&mut self, text: &str) {
        self.separate();
        // Writing a text into memory cannot fail.
        self.0.push_str(&serde_json::to_string(text).unwrap_or_default());
    }

    /// Writes something by its own text form, as a text.
    pub fn text(&mut self, value: &dyn Display) {
        self.string(&value.to_string());
    }

    /// Writes something by its own text form, which is one of a number or true, false or null.
    pub fn bare(&mut self, value: &dyn Display) {
        self.separate();
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{value}");
    }

    /// Writes an object.
    pub fn object(&mut self, fields: impl FnOnce(&mut Self)) {
        self.enclose('{', '}', fields);
    }

    /// Writes a list.
    pub fn list(&mut self, items: impl FnOnce(&mut Self)) {
        self.enclose('[', ']', items);
    }

    fn enclose(&mut self, first: char, last: char, inner: impl FnOnce(&mut Self)) {
        self.separate();
        self.0.push(first);
        inner(self);
        self.0.push(last);
    }

    /// A comma belongs before everything but the first of its kind and what a field's name announces.
    fn separate(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[', ':']) {
            self.0.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Object, Writer};

    #[track_caller]
    fn check(text: &str, expect: Result<&str, &str>) {
        let read = || {
            let mut fields = Object::read(text.as_bytes())?;
            let found = fields.take("a")?.string()?;
            fields.end()?;
            Ok::<_, serde_json::Error>(found)
        };
        let found = read().map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expect, "{text}");
    }

    #[test]
    fn texts_are_read_as_serde_json_reads_them() {
        for text in [
            r#""""#,
            r#""plain é😀""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u0041\u00e9\u2028""#,
            r#""\ud83d\ude00 \uD83D\uDE00!""#,
            r#""\\u0041""#,
            r#""\u0000""#,
        ] {
            let expect: String = serde_json::from_str(text).unwrap();
            check(&format!(" {{ \"a\" :\n{text}\t}} "), Ok(&expect));
        }
        for half in [r#""\ud83d""#, r#""\ude00""#, r#""\ud83d\u0041""#, r#""\ud83dx""#, r#""\ud83d\n""#] {
            assert!(serde_json::from_str::<String>(half).is_err(), "{half}");
            check(&format!("{{\"a\":{half}}}"), Err("lone surrogate in an escape, in field `a`"));
        }
    }

    #[test]
    fn what_is_no_object_of_these_fields_is_refused() {
        check(r#"{"a":"","b":1}"#, Err("unknown field `b`"));
        check(r#"{"b":1}"#, Err("missing field `a`"));
        check(r#"{"a":"","\u0061":""}"#, Err("duplicate field `a`"));
        check(r#"{"a":[1,{"a":2}]}"#, Err("invalid type: sequence `[1,{\"a\":2}]`, expected a string, in field `a`"));
        check("[]", Err("invalid type: sequence `[]`, expected an object, in field `document`"));
        check(r#"{"a":"",}"#, Err("key must be a string at line 1 column 9"));
        check(r#"{"a":""}{"#, Err("trailing characters at line 1 column 9"));
        check(
            "{\"a\":\"\n\"}",
            Err("control character (\\u0000-\\u001F) found while parsing a string at line 1 column 6"),
        );
        check(r#"{"a":"\x"}"#, Err("invalid escape at line 1 column 8"));
    }

    #[test]
    fn what_is_written_is_json() {
        let text = Writer::document(|fields| {
            fields.field("empty").object(|_| {});
            fields.field("list").list(|list| (1..=3).for_each(|number| list.bare(&number)));
            fields.field("in\"side").object(|fields| fields.field("a").string("{[:,\n"));
            fields.field("none").bare(&"null");
        });
        assert_eq!(text, r#"{"empty":{},"list":[1,2,3],"in\"side":{"a":"{[:,\n"},"none":null}"#);
    }
}
