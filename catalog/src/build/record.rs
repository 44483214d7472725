//! A record that keeps every rule, and how one of our own format is read: strictly, each field as it stands.
//! Finds everything that is wrong with a record; numbers are read from their text, never through a float.

use std::borrow::Cow;

use web::foreign::excerpt;

use crate::build::limits::{
    FIELDS, MAX_CATEGORY_LENGTH, MAX_COUNT, MAX_DESCRIPTION_LENGTH, MAX_IMAGE_URL_LENGTH, MAX_NAME_LENGTH,
};
use crate::build::optional::{self, OPTIONAL, Optional, split_path};
use crate::build::picture::Picture;
use crate::build::problem::Rule;
use crate::build::report::{WarningKind, Warnings};
use crate::build::syntax::html;
use crate::build::syntax::value::Value;
use crate::model::currency::Currency;
use crate::model::details::{Details, Image};
use crate::model::id::ProductId;
use crate::model::money::Price;
use crate::model::picture::{Source, source};
use crate::model::product::Rating;

/// A record that keeps every rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) id: String,
    /// Empty until [`super::prepare`] has given it one, unless the file has one.
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) description: String,
    /// Of variants the one that leads, as the next two.
    pub(super) price: Price,
    pub(super) compare_at: Option<Price>,
    pub(super) image_url: String,
    /// The origins of all pictures that come from another one.
    pub(super) image_origins: Vec<String>,
    pub(super) category: String,
    /// The categories above it, from the top.
    pub(super) parents: Vec<String>,
    pub(super) brand: String,
    pub(super) stock: u32,
    pub(super) rating: Rating,
    pub(super) reviews: u32,
    /// When it was published, in seconds since 1970; 0 where that is unknown.
    pub(super) published: u32,
    pub(super) details: Details,
}

/// What came of reading a record.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The record, if every field could be read.
    pub(super) record: Option<Record>,
    /// Its id, if it has a text there.
    pub(super) id: Option<String>,
    /// Whether the record says that it is not published.
    pub(super) is_unpublished: bool,
    /// What is wrong with it, and the column of an export where that is.
    pub(super) problems: Vec<(Option<String>, Rule)>,
}

/// Which limits a text has.
pub(super) struct TextRule {
    pub(super) field: &'static str,
    pub(super) maximum: usize,
    /// Names are compared and listed as they stand: not empty, nothing around them, one line.
    pub(super) is_name: bool,
}

pub(super) const NAME: TextRule = TextRule { field: "name", maximum: MAX_NAME_LENGTH, is_name: true };
pub(super) const CATEGORY: TextRule = TextRule { field: "category", maximum: MAX_CATEGORY_LENGTH, is_name: true };
pub(super) const DESCRIPTION: TextRule =
    TextRule { field: "description", maximum: MAX_DESCRIPTION_LENGTH, is_name: false };

/// Reads a record of our own format.
pub(super) fn read<'a>(
    members: impl Iterator<Item = (Cow<'a, str>, Value<'a>)>,
    currency: Currency,
    line: usize,
    warnings: &mut Warnings,
) -> Outcome {
    let mut reader = Reader { currency, values: [None; 9], optional: Vec::new(), problems: Vec::new() };
    for (name, value) in members {
        if let Some(known) = OPTIONAL.iter().find(|known| **known == name) {
            if reader.optional.iter().any(|(earlier, _)| earlier == known) {
                reader.problems.push(Rule::Repeated { field: name.into_owned() });
            } else {
                reader.optional.push((known, value));
            }
            continue;
        }
        let place = FIELDS.iter().position(|field| *field == name);
        match place.and_then(|place| reader.values.get_mut(place)) {
            None => reader.problems.push(Rule::Unknown { field: excerpt(&name) }),
            Some(Some(_)) => reader.problems.push(Rule::Repeated { field: name.into_owned() }),
            Some(empty) => *empty = Some(value),
        }
    }
    let optional = optional::read(&reader.optional, currency, &mut reader.problems);
    let is_unpublished = optional.published.is_none();
    let record = reader.record(line, warnings).map(|record| record.with(optional));
    let id = reader.value("id").and_then(Value::text).map(Cow::into_owned);
    let problems = reader.problems.into_iter().map(|rule| (None, rule)).collect();
    Outcome { record, id, is_unpublished, problems }
}

/// What is wrong with the header line of a CSV file in our own format.
pub(super) fn header_problems(header: &[String]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (place, name) in header.iter().enumerate() {
        if !FIELDS.contains(&name.as_str()) && !OPTIONAL.contains(&name.as_str()) {
            rules.push(Rule::Unknown { field: excerpt(name) });
        } else if header.iter().take(place).any(|earlier| earlier == name) {
            rules.push(Rule::Repeated { field: name.clone() });
        }
    }
    rules
}

impl TextRule {
    /// Checks a text. What cannot be seen is put right with a warning: white space around a name, and control characters in a
    /// description, each of which becomes a space.
    pub(super) fn read(&self, text: Cow<'_, str>, line: usize, warnings: &mut Warnings) -> Result<String, Rule> {
        let &TextRule { field, maximum, is_name } = self;
        // A text has at most as many characters as bytes.
        let length = if text.len() > maximum { text.chars().count() } else { 0 };
        if length > maximum {
            return Err(Rule::TooLong { field, maximum, length });
        }
        let trimmed = if is_name { text.trim() } else { &text };
        if is_name && trimmed.is_empty() {
            return Err(Rule::Empty { field });
        }
        if trimmed.len() < text.len() {
            warnings.add(WarningKind::Trimmed { field }, line);
        }
        let is_line_break = |character: char| !is_name && matches!(character, '\n' | '\r' | '\t');
        let is_unseen = |character: char| character.is_control() && !is_line_break(character);
        if !trimmed.contains(is_unseen) {
            let is_whole = trimmed.len() == text.len();
            return Ok(if is_whole { text.into_owned() } else { trimmed.to_owned() });
        }
        if is_name || trimmed.contains('\0') {
            return Err(Rule::Control { field });
        }
        warnings.add(WarningKind::Control { field }, line);
        Ok(trimmed.replace(is_unseen, " "))
    }
}

/// Checks the length of a picture's address.
pub(super) fn check_image_length(url: &str) -> Result<(), Rule> {
    match url.chars().count() {
        length if length > MAX_IMAGE_URL_LENGTH => {
            Err(Rule::TooLong { field: "imageUrl", maximum: MAX_IMAGE_URL_LENGTH, length })
        }
        _ => Ok(()),
    }
}

impl Record {
    /// The same with what the other fields say.
    fn with(mut self, optional: Optional) -> Record {
        let mut path = split_path(&self.category);
        if path.len() > 1 {
            self.category = path.pop().unwrap_or_default();
            self.parents = path;
        }
        let mut path = optional.path;
        if path.last() == Some(&self.category) {
            path.pop();
        }
        if !path.is_empty() {
            self.parents = path;
        }
        let mut details = optional.details;
        if self.image_url.is_empty() {
            self.image_url = details.images.first().map(|image| image.url.clone()).unwrap_or_default();
        }
        let is_first = details.images.first().is_none_or(|image| image.url == self.image_url);
        if !is_first {
            let place = details.images.iter().position(|image| image.url == self.image_url);
            let own = place.map(|place| details.images.remove(place));
            let own = own.unwrap_or_else(|| Image { url: self.image_url.clone(), ..Image::default() });
            details.images.insert(0, own);
            // The places of variants' pictures follow.
            for image in details.variants.iter_mut().filter_map(|variant| variant.image.as_mut()) {
                let number = usize::try_from(*image).unwrap_or_default();
                let moved = match place {
                    Some(place) if number == place => 0,
                    Some(place) if number > place => number,
                    _ => number + 1,
                };
                *image = u32::try_from(moved).unwrap_or_default();
            }
        }
        for image in &details.images {
            if let Some(Source::Origin(origin)) = source(&image.url)
                && !self.image_origins.contains(&origin)
            {
                self.image_origins.push(origin);
            }
        }
        if let [only] = details.images.as_slice()
            && *only == (Image { url: only.url.clone(), ..Image::default() })
            && details.variants.iter().all(|variant| variant.image.is_none())
        {
            details.images.clear();
        }
        if self.description.is_empty() && !details.html.is_empty() {
            self.description = html::text(&details.html).chars().take(MAX_DESCRIPTION_LENGTH).collect();
        }
        self.handle = optional.handle;
        self.brand = optional.brand;
        self.compare_at = optional.compare_at;
        self.published = optional.published.unwrap_or_default();
        self.details = details;
        self
    }
}

/// The values of one record, and what is wrong with them.
struct Reader<'a> {
    currency: Currency,
    values: [Option<Value<'a>>; 9],
    optional: Vec<(&'static str, Value<'a>)>,
    problems: Vec<Rule>,
}

impl<'a> Reader<'a> {
    /// The record, if all its fields could be read; every field is looked at in any case.
    fn record(&mut self, line: usize, warnings: &mut Warnings) -> Option<Record> {
        let id = self.text("id").and_then(|id| match ProductId::new(&id).err() {
            Some(error) => self.refuse(Rule::Id(error)),
            None => Some(id.into_owned()),
        });
        let name = self.checked_text(&NAME, line, warnings);
        let description = self.checked_text(&DESCRIPTION, line, warnings);
        let price = self.number("price").and_then(|value| match self.currency.price(value) {
            Ok(price) => Some(price),
            Err(error) => self.refuse(Rule::Price(error)),
        });
        let image = self.image(line, warnings);
        let category = self.checked_text(&CATEGORY, line, warnings);
        let stock = self.count("stock");
        let rating = self.number("rating").and_then(|value| match Rating::parse(value) {
            Ok(rating) => Some(rating),
            Err(error) => self.refuse(Rule::Rating(error)),
        });
        let reviews = self.count("reviews");
        let (image_url, image_origin) = image?;
        let image_origins = image_origin.into_iter().collect();
        Some(Record {
            id: id?,
            name: name?,
            description: description?,
            price: price?,
            image_url,
            image_origins,
            category: category?,
            stock: stock?,
            rating: rating?,
            reviews: reviews?,
            ..Record::default()
        })
    }

    fn value(&self, field: &str) -> Option<Value<'a>> {
        let place = FIELDS.iter().position(|name| *name == field)?;
        self.values.get(place).copied().flatten()
    }

    fn required(&mut self, field: &'static str) -> Option<Value<'a>> {
        match self.value(field) {
            Some(value) => Some(value),
            None => self.refuse(Rule::Missing { field }),
        }
    }

    fn text(&mut self, field: &'static str) -> Option<Cow<'a, str>> {
        let value = self.required(field)?;
        match value.text() {
            Some(text) => Some(text),
            None => self.refuse(Rule::Type { field, expected: "a text", value: excerpt(value.source()) }),
        }
    }

    fn checked_text(&mut self, rule: &TextRule, line: usize, warnings: &mut Warnings) -> Option<String> {
        let text = self.text(rule.field)?;
        rule.read(text, line, warnings).map_or_else(|broken| self.refuse(broken), Some)
    }

    fn image(&mut self, line: usize, warnings: &mut Warnings) -> Option<(String, Option<String>)> {
        let url = self.text("imageUrl")?;
        if let Err(broken) = check_image_length(&url) {
            return self.refuse(broken);
        }
        match Picture::of(&url) {
            Picture::Shown(url, origin) => return Some((url, origin)),
            Picture::Missing => warnings.add(WarningKind::NoPicture, line),
            Picture::Insecure => {
                warnings.add_example(|example| WarningKind::Picture { example }, &url, line);
            }
            Picture::Wrong => return self.refuse(Rule::Image { value: excerpt(&url) }),
        }
        Some((String::new(), None))
    }

    /// The text of a number.
    fn number(&mut self, field: &'static str) -> Option<&'a str> {
        let value = self.required(field)?;
        match value.number() {
            Some(text) => Some(text),
            None => self.refuse(Rule::Type { field, expected: "a number", value: excerpt(value.source()) }),
        }
    }

    fn count(&mut self, field: &'static str) -> Option<u32> {
        let text = self.number(field)?;
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| is_digits && *number <= MAX_COUNT);
        number.or_else(|| self.refuse(Rule::Count { field, value: excerpt(text) }))
    }

    fn refuse<T>(&mut self, rule: Rule) -> Option<T> {
        self.problems.push(rule);
        None
    }
}
