//! A value of a record as its file has it: a cell of CSV, which is always a text, or a piece of JSON, which has a type.
//! Numbers stay texts, so that money is read exactly and never through a float.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::json::Members;

/// A value.
#[derive(Clone, Copy, Debug)]
pub(in crate::build) enum Value<'a> {
    /// A cell of CSV.
    Cell(&'a str),
    /// A piece of JSON.
    Json(&'a RawValue),
}

/// What a value says once its type is put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::build) enum Loose<'a> {
    /// An empty cell, a text of white space, `null`.
    Nothing,
    /// A text, or the text of a number or a truth value.
    Text(Cow<'a, str>),
    /// A list or an object.
    Other,
}

impl<'a> Value<'a> {
    /// The text as the file has it, to be quoted in a message.
    pub(in crate::build) fn source(self) -> &'a str {
        match self {
            Value::Cell(text) => text,
            Value::Json(json) => json.get(),
        }
    }

    /// A text, and nothing that would have to be made one.
    pub(in crate::build) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Value::Cell(text) => Some(Cow::Borrowed(text)),
            Value::Json(json) => text_of(json.get()),
        }
    }

    /// The text of a number; whether it is one is seen by whoever parses it.
    pub(in crate::build) fn number(self) -> Option<&'a str> {
        match self {
            Value::Cell(text) => Some(text),
            Value::Json(json) => is_number(json.get()).then_some(json.get()),
        }
    }

    /// Whether it is a JSON number, which means the same everywhere.
    pub(in crate::build) fn is_exact(self) -> bool {
        matches!(self, Value::Json(json) if is_number(json.get()))
    }

    pub(in crate::build) fn loose(self) -> Loose<'a> {
        let text = match self {
            Value::Cell(text) => Cow::Borrowed(text),
            Value::Json(json) => match json.get().as_bytes() {
                b"null" => return Loose::Nothing,
                [b'[' | b'{', ..] => return Loose::Other,
                [b'"', ..] => match text_of(json.get()) {
                    Some(text) => text,
                    None => return Loose::Other,
                },
                _ => Cow::Borrowed(json.get()),
            },
        };
        if text.trim().is_empty() { Loose::Nothing } else { Loose::Text(text) }
    }

    /// The elements of a JSON list.
    pub(in crate::build) fn list(self) -> Option<Vec<Value<'a>>> {
        let elements = self.json('[').and_then(|json| serde_json::from_str::<Vec<&RawValue>>(json).ok());
        elements.map(|elements| elements.into_iter().map(Value::Json).collect())
    }

    /// The number of elements of a JSON list.
    pub(in crate::build) fn list_length(self) -> Option<usize> {
        self.json('[').and_then(|json| serde_json::from_str::<Vec<IgnoredAny>>(json).ok()).map(|list| list.len())
    }

    /// The members of a JSON object, or of the first object in a list of them.
    pub(in crate::build) fn members(self) -> Option<Members<'a>> {
        if let Some(object) = self.json('{') {
            return serde_json::from_str(object).ok();
        }
        self.list()?.first().and_then(|first| serde_json::from_str(first.json('{')?).ok())
    }

    fn json(self, bracket: char) -> Option<&'a str> {
        match self {
            Value::Json(json) if json.get().starts_with(bracket) => Some(json.get()),
            _ => None,
        }
    }
}

fn is_number(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// The text of a JSON string; one without escapes is a slice of the file.
fn text_of(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(json).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}
