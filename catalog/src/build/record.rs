//! Records of a catalog file, read and held against every rule; numbers are read from their text, never through a float.
//! Finds all problems of all records, each with the record's place, id and the rule it breaks.

use core::fmt;
use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::build::picture::{Source, source};
use crate::build::{MAX_CATEGORY_LENGTH, MAX_COUNT, MAX_DESCRIPTION_LENGTH, MAX_IMAGE_URL_LENGTH, MAX_NAME_LENGTH};
use crate::id::{IdError, ProductId};
use crate::money::{Price, PriceError};
use crate::product::{Rating, RatingError};

/// A record that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordProblem {
    /// The record's place in the file, from 1.
    pub position: usize,
    /// The line it starts on, from 1.
    pub line: usize,
    /// Its id, if it has a text there.
    pub id: Option<String>,
    /// The rule.
    pub rule: Rule,
}

/// A rule for records, broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Not an object.
    #[error("a record must be an object")]
    NotAnObject,
    /// A field that every record has.
    #[error("the field `{field}` is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field that no record has.
    #[error("the field `{field}` is unknown; the fields are {}", FIELDS.map(|name| format!("`{name}`")).join(", "))]
    Unknown {
        /// The field.
        field: String,
    },
    /// A field that stands twice.
    #[error("the field `{field}` is there twice")]
    Repeated {
        /// The field.
        field: &'static str,
    },
    /// A value of another type.
    #[error("`{field}` must be {expected}, not `{value}`")]
    Type {
        /// The field.
        field: &'static str,
        /// The type it must have.
        expected: &'static str,
        /// The JSON text of the value.
        value: String,
    },
    /// Against the rule for ids.
    #[error("`id` breaks a rule: {0}")]
    Id(IdError),
    /// An id that an earlier record has.
    #[error("`id` is taken by record {first} already")]
    Duplicate {
        /// The earlier record's place, from 1.
        first: usize,
    },
    /// No text where there must be some.
    #[error("`{field}` must not be empty")]
    Empty {
        /// The field.
        field: &'static str,
    },
    /// White space around a text that is compared as it stands.
    #[error("`{field}` must not start or end with white space")]
    Untrimmed {
        /// The field.
        field: &'static str,
    },
    /// Characters that cannot be shown.
    #[error("`{field}` must not have control characters")]
    Control {
        /// The field.
        field: &'static str,
    },
    /// A text past its limit.
    #[error("`{field}` must have at most {maximum} characters, not {length}")]
    TooLong {
        /// The field.
        field: &'static str,
        /// The limit.
        maximum: usize,
        /// The characters it has.
        length: usize,
    },
    /// Negative, too precise, too large or written with an exponent.
    #[error("`price` breaks a rule: {0}")]
    Price(PriceError),
    /// Negative, over 5, too precise or written with an exponent.
    #[error("`rating` breaks a rule: {0}")]
    Rating(RatingError),
    /// Negative, not whole or too large.
    #[error("`{field}` must be a whole number from 0 to {MAX_COUNT}, not `{value}`")]
    Count {
        /// The field.
        field: &'static str,
        /// The value's text.
        value: String,
    },
    /// A picture that no page may show.
    #[error("`imageUrl` must be an absolute path such as `/assets/mug.svg` or an `https` URL, not `{value}`")]
    Image {
        /// The value.
        value: String,
    },
}

/// A record that keeps every rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) price: Price,
    pub(super) image_url: String,
    pub(super) image_origin: Option<String>,
    pub(super) category: String,
    pub(super) stock: u32,
    pub(super) rating: Rating,
    pub(super) reviews: u32,
}

/// Reads the elements of a catalog file; `text` is the file that they are slices of.
pub(super) fn read(text: &str, elements: &[&RawValue]) -> Result<Vec<Record>, Vec<RecordProblem>> {
    let mut records = Vec::with_capacity(elements.len());
    let mut problems = Vec::new();
    let mut first_uses: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = Lines { text, offset: 0, line: 1 };
    for (index, element) in elements.iter().enumerate() {
        let (position, line) = (index + 1, lines.of(element.get()));
        let mut reader = Reader::of(element);
        let record = reader.record();
        let id = reader.text_of("id");
        if let Some(id) = &id {
            let first = *first_uses.entry(id.clone()).or_insert(position);
            if first != position {
                reader.problems.push(Rule::Duplicate { first });
            }
        }
        problems.extend(reader.problems.into_iter().map(|rule| RecordProblem { position, line, id: id.clone(), rule }));
        records.extend(record);
    }
    if problems.is_empty() { Ok(records) } else { Err(problems) }
}

impl fmt::Display for RecordProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RecordProblem { position, line, id, rule } = self;
        match id {
            Some(id) => write!(formatter, "record {position} (id `{}`, line {line}): {rule}", excerpt(id)),
            None => write!(formatter, "record {position} (line {line}): {rule}"),
        }
    }
}

const FIELDS: [&str; 9] = ["id", "name", "description", "price", "imageUrl", "category", "stock", "rating", "reviews"];

/// Reads the fields of one record and collects what is wrong with them.
struct Reader<'a> {
    fields: Vec<(&'static str, &'a RawValue)>,
    problems: Vec<Rule>,
    is_object: bool,
}

/// Which limits a text has.
struct TextRule {
    field: &'static str,
    maximum: usize,
    /// Names are compared and listed as they stand: not empty, nothing around them, one line.
    is_name: bool,
}

/// Finds lines by going through the text once, since records come in order.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

/// The members of an object in their order, with those that stand twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Reader<'a> {
    fn of(element: &'a RawValue) -> Reader<'a> {
        let mut reader = Reader { fields: Vec::new(), problems: Vec::new(), is_object: true };
        let Ok(Members(members)) = serde_json::from_str(element.get()) else {
            reader.is_object = false;
            reader.problems.push(Rule::NotAnObject);
            return reader;
        };
        for (name, value) in members {
            match FIELDS.into_iter().find(|field| *field == name) {
                None => reader.problems.push(Rule::Unknown { field: excerpt(&name) }),
                Some(field) if reader.value(field).is_some() => reader.problems.push(Rule::Repeated { field }),
                Some(field) => reader.fields.push((field, value)),
            }
        }
        reader
    }

    /// The record, if all its fields could be read; every field is looked at in any case.
    fn record(&mut self) -> Option<Record> {
        if !self.is_object {
            return None;
        }
        let id = self.text(&TextRule { field: "id", maximum: usize::MAX, is_name: false });
        let id = id.and_then(|id| match ProductId::new(&id).err() {
            Some(error) => self.refuse(Rule::Id(error)),
            None => Some(id),
        });
        let name = self.text(&TextRule { field: "name", maximum: MAX_NAME_LENGTH, is_name: true });
        let description =
            self.text(&TextRule { field: "description", maximum: MAX_DESCRIPTION_LENGTH, is_name: false });
        let price = self.number("price").and_then(|value| match Price::parse(value) {
            Ok(price) => Some(price),
            Err(error) => self.refuse(Rule::Price(error)),
        });
        let image_url = self.text(&TextRule { field: "imageUrl", maximum: MAX_IMAGE_URL_LENGTH, is_name: false });
        let image = image_url.and_then(|url| match source(&url) {
            Some(Source::Local) => Some((url, None)),
            Some(Source::Origin(origin)) => Some((url, Some(origin))),
            None => self.refuse(Rule::Image { value: excerpt(&url) }),
        });
        let category = self.text(&TextRule { field: "category", maximum: MAX_CATEGORY_LENGTH, is_name: true });
        let stock = self.count("stock");
        let rating = self.number("rating").and_then(|value| match Rating::parse(value) {
            Ok(rating) => Some(rating),
            Err(error) => self.refuse(Rule::Rating(error)),
        });
        let reviews = self.count("reviews");
        let (image_url, image_origin) = image?;
        Some(Record {
            id: id?,
            name: name?,
            description: description?,
            price: price?,
            image_url,
            image_origin,
            category: category?,
            stock: stock?,
            rating: rating?,
            reviews: reviews?,
        })
    }

    /// The text of a field without any rule.
    fn text_of(&self, field: &str) -> Option<String> {
        self.value(field).and_then(|value| serde_json::from_str(value.get()).ok())
    }

    fn value(&self, field: &str) -> Option<&'a RawValue> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, value)| *value)
    }

    fn required(&mut self, field: &'static str) -> Option<&'a RawValue> {
        match self.value(field) {
            Some(value) => Some(value),
            None => self.refuse(Rule::Missing { field }),
        }
    }

    fn text(&mut self, rule: &TextRule) -> Option<String> {
        let &TextRule { field, maximum, is_name } = rule;
        let value = self.required(field)?;
        let Ok(text) = serde_json::from_str::<String>(value.get()) else {
            return self.refuse(Rule::Type { field, expected: "a text", value: excerpt(value.get()) });
        };
        let length = text.chars().count();
        if length > maximum {
            return self.refuse(Rule::TooLong { field, maximum, length });
        }
        if is_name && text.trim().is_empty() {
            return self.refuse(Rule::Empty { field });
        }
        if is_name && text.trim() != text {
            return self.refuse(Rule::Untrimmed { field });
        }
        let is_line_break = |character: char| !is_name && matches!(character, '\n' | '\r' | '\t');
        // The rule for ids and that for pictures name the character themselves.
        let is_checked_here = is_name || field == "description";
        if is_checked_here && text.chars().any(|character| character.is_control() && !is_line_break(character)) {
            return self.refuse(Rule::Control { field });
        }
        Some(text)
    }

    /// The text of a JSON number.
    fn number(&mut self, field: &'static str) -> Option<&'a str> {
        let text = self.required(field)?.get();
        if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Some(text);
        }
        self.refuse(Rule::Type { field, expected: "a number", value: excerpt(text) })
    }

    fn count(&mut self, field: &'static str) -> Option<u32> {
        let text = self.number(field)?;
        let number = text.parse().ok().filter(|number| *number <= MAX_COUNT);
        number.or_else(|| self.refuse(Rule::Count { field, value: excerpt(text) }))
    }

    fn refuse<T>(&mut self, rule: Rule) -> Option<T> {
        self.problems.push(rule);
        None
    }
}

impl Lines<'_> {
    /// The line on which an element starts. Elements are slices of the text, so their addresses tell their places.
    fn of(&mut self, element: &str) -> usize {
        let offset = element.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        self.line += self.text.get(self.offset..offset).unwrap_or_default().matches('\n').count();
        self.offset = self.offset.max(offset);
        self.line
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// A value as it is quoted in a message: one line of readable length.
fn excerpt(value: &str) -> String {
    const LONGEST: usize = 60;
    let mut text: String =
        value.chars().take(LONGEST).map(|character| if character.is_control() { ' ' } else { character }).collect();
    if value.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}
