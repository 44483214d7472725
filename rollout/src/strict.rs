//! Strict reading of JSON: an object where fields are expected, a text where a name is, every field known and none twice, and errors
//! that name the field. `serde_json` parses; the caller limits the size of the text.
//!
//! Derived code alone is more lenient: it accepts a list of values in place of an object, and an object in place of a variant. A
//! document would then have several forms, and two readers of it could disagree.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{Deserialize, Deserializer, Error as _, IntoDeserializer as _, MapAccess, Visitor};
use serde_json::error::Category;
use web::foreign;

/// Most characters of an error's message, and of the place in the document that it names.
const MESSAGE_LIMIT: usize = 180;
const PLACE_LIMIT: usize = 60;

/// The reason of a refusal: the rule, and the field that breaks it. One plain line for every text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

/// Reads a text that is one object and nothing else.
pub fn read<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, JsonError> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let mut place = serde_path_to_error::Track::new();
    let value = object(serde_path_to_error::Deserializer::new(&mut json, &mut place))
        .map_err(|error| JsonError::at(&place.path().to_string(), &error))?;
    json.end().map_err(|error| JsonError::at(".", &error))?;
    Ok(value)
}

/// Reads a value from an object alone; for `#[serde(deserialize_with)]`.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Fields<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(fields))
        }
    }

    deserializer.deserialize_map(Fields(PhantomData))
}

/// Reads a variant from a text alone; for `#[serde(deserialize_with)]`.
pub fn text<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text: StringDeserializer<D::Error> = String::deserialize(deserializer)?.into_deserializer();
    T::deserialize(text)
}

/// Reads a map in which no name stands twice: of two values, one reader would take the first and another the last.
pub(crate) fn map<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord + Display,
    V: Deserialize<'de>,
{
    struct Entries<K, V>(PhantomData<(K, V)>);

    impl<'de, K: Deserialize<'de> + Ord + Display, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
        type Value = BTreeMap<K, V>;

        fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some(name) = entries.next_key::<K>()? {
                if map.contains_key(&name) {
                    return Err(A::Error::custom(format_args!("`{name}` stands there twice")));
                }
                map.insert(name, entries.next_value()?);
            }
            Ok(map)
        }
    }

    deserializer.deserialize_map(Entries(PhantomData))
}

/// Implements `Serialize` and `Deserialize` of types that derive both for `remote = "Self"`, so that they are read from an object
/// alone wherever they stand.
macro_rules! objects {
    ($($name:ty),+) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields($name);

                impl<'de> serde::Deserialize<'de> for Fields {
                    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                        <$name>::deserialize(deserializer).map(Self)
                    }
                }

                $crate::strict::object(deserializer).map(|Fields(value)| value)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                <$name>::serialize(self, serializer)
            }
        }
    )+};
}

pub(crate) use objects;

impl JsonError {
    fn at(place: &str, error: &serde_json::Error) -> Self {
        let mut message = error.to_string();
        if error.classify() == Category::Data {
            // The field is the better place, and the same document with other spaces has the same error.
            let position = format!(" at line {} column {}", error.line(), error.column());
            if let Some(rest) = message.strip_suffix(&position) {
                message.truncate(rest.len());
            }
        }
        let message = plain(&message, MESSAGE_LIMIT);
        // Between two fields there is a place without a name.
        let place = place.trim_end_matches(['.', '?']);
        if place.is_empty() {
            return Self(message);
        }
        Self(format!("{message}, in field `{}`", plain(place, PLACE_LIMIT)))
    }
}

/// Escapes first and cuts then, so that a text of escapes is no longer than another one.
fn plain(text: &str, longest: usize) -> String {
    let start: String = text.chars().take(longest + 1).collect();
    foreign::line(&foreign::line(&start, longest + 1), longest)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{JsonError, read};

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Fields {
        a: String,
        #[serde(default, deserialize_with = "super::map")]
        map: std::collections::BTreeMap<String, u32>,
        #[serde(default, deserialize_with = "super::text")]
        kind: Kind,
        #[serde(default)]
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize, PartialEq, Default)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        #[default]
        One,
        Two,
    }

    #[derive(Debug, Deserialize, serde::Serialize, PartialEq)]
    #[serde(remote = "Self", deny_unknown_fields)]
    struct Inner {
        b: u32,
    }

    objects!(Inner);

    fn fields(text: &str) -> Result<Fields, JsonError> {
        read(text.as_bytes())
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(fields(text).expect_err(text).to_string(), expect);
    }

    #[test]
    fn an_object_of_these_fields_is_read() {
        let read = fields(" {\"\\u0061\":\"é\\n\", \"kind\":\"two\",\"map\":{\"x\":1},\"inner\":{\"b\":2}}\n").unwrap();
        assert_eq!((read.a.as_str(), read.kind, read.map["x"]), ("é\n", Kind::Two, 1));
        assert_eq!(serde_json::to_string(&read.inner).unwrap(), r#"{"b":2}"#);
        assert_eq!(fields(r#"{"a":"","inner":null}"#).unwrap().inner, None);
    }

    #[test]
    fn every_other_text_is_refused() {
        check(r#"{"a":"","b":1}"#, "unknown field `b`, expected one of `a`, `map`, `kind`, `inner`, in field `b`");
        check(r#"{"inner":{"b":1}}"#, "missing field `a`");
        check(r#"{"a":"","\u0061":""}"#, "duplicate field `a`");
        check(r#"{"a":[1,{"a":2}]}"#, "invalid type: sequence, expected a string, in field `a`");
        check(r#"{"a":"","map":{"x":1,"\u0078":2}}"#, "`x` stands there twice, in field `map`");
        check(r#"{"a":"","map":{"x":-1}}"#, "invalid value: integer `-1`, expected u32, in field `map.x`");
        check(r#"{"a":"","inner":{"b":1.5}}"#, "invalid type: floating point `1.5`, expected u32, in field `inner.b`");
        check(r#"{"a":"","inner":{"b":1,"c":2}}"#, "unknown field `c`, expected `b`, in field `inner.c`");
        check(r#"{"a":"","kind":"three"}"#, "unknown variant `three`, expected `one` or `two`, in field `kind`");
        check(r#"{"a":"",}"#, "trailing comma at line 1 column 9");
        check(r#"{"a":""}{"#, "trailing characters at line 1 column 9");
        check(r#"{"a":"\x"}"#, "invalid escape at line 1 column 8, in field `a`");
    }

    #[test]
    fn what_derived_code_would_accept_besides_is_refused() {
        check(r#"["",{},"one",null]"#, "invalid type: sequence, expected an object");
        check(r#"{"a":"","inner":[2]}"#, "invalid type: sequence, expected an object, in field `inner`");
        check(r#"{"a":"","kind":{"two":null}}"#, "invalid type: map, expected a string, in field `kind`");
        check(r#"{"a":"","map":[["x",1]]}"#, "invalid type: sequence, expected an object, in field `map`");
    }

    #[test]
    fn a_message_is_one_plain_line_of_limited_length() {
        for hostile in ["\u{1b}[2J\n", &"\u{202e}".repeat(10_000), &"x".repeat(10_000), &"\u{1f6d2}".repeat(10_000)] {
            let name = serde_json::to_string(hostile).unwrap();
            for text in [format!("{{{name}:1}}"), format!(r#"{{"a":"","map":{{{name}:-1}}}}"#)] {
                let message = fields(&text).unwrap_err().to_string();
                assert!(message.chars().all(web::foreign::is_plain), "{message:?}");
                assert!(message.len() < 1_000, "{} bytes", message.len());
            }
        }
    }
}
