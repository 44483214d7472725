//! A record of another shop's export: values taken for what they can only mean, each with the column that it comes from.
//! Makes up no id, name, price or category; every other field that is missing is empty or 0, and the report names it.

use web::foreign::excerpt;

use super::columns::{Field, Meaning};
use super::export::{Candidate, Export};
use super::number::{NumberError, Plain, parse, parse_exact, rounded};
use super::{html, words};
use crate::build::limits::MAX_COUNT;
use crate::build::picture::Picture;
use crate::build::problem::Rule;
use crate::build::record::{CATEGORY, DESCRIPTION, NAME, Outcome, Record, TextRule, check_image_length};
use crate::build::report::{WarningKind, Warnings};
use crate::build::syntax::value::{Loose, Value};
use crate::model::currency::Currency;
use crate::model::id::ProductId;
use crate::model::money::{Price, PriceError};
use crate::model::product::{Rating, RatingError};

/// One record while it is read.
pub(super) struct Reader<'a, 'b> {
    pub(super) currency: Currency,
    pub(super) export: &'b mut Export,
    pub(super) warnings: &'b mut Warnings,
    /// In the order in which they count.
    pub(super) candidates: Vec<Candidate<'a>>,
    pub(super) line: usize,
    pub(super) problems: Vec<(Option<String>, Rule)>,
}

/// What a value says about a field: nothing, something, or something wrong.
type Said<T> = Result<Option<T>, Rule>;

/// A value is wrong; what is wrong with it stands among the problems.
struct Refused;

impl<'a> Reader<'a, '_> {
    /// The record and what is wrong with it; `None` if it only continues the one before it.
    pub(super) fn read(mut self) -> Option<Outcome> {
        let id = self.id_text();
        if self.is_continuation(id.as_deref()) {
            self.warnings.add(WarningKind::Continued, self.line);
            return None;
        }
        let record = self.record();
        Some(Outcome { record, id, problems: self.problems })
    }

    fn record(&mut self) -> Option<Record> {
        let id = self.required(Field::Id, |_, candidate| id(candidate.value));
        let name = self.required(Field::Name, Self::name);
        let description = self.optional(Field::Description, Self::description);
        let price = self.required(Field::Price, Self::price);
        let image = self.optional(Field::Image, Self::image);
        let category = self.required(Field::Category, Self::category);
        let stock = self.optional(Field::Stock, Self::stock);
        let rating = self.optional(Field::Rating, Self::rating);
        let reviews = self.optional(Field::Reviews, |_, candidate| reviews(candidate.value));
        if matches!(stock, Ok(None)) {
            self.warnings.add(WarningKind::NoStock, self.line);
        }
        if matches!(image, Ok(None)) {
            self.warnings.add(WarningKind::NoPicture, self.line);
        }
        let (image_url, image_origin) = image.ok()?.unwrap_or_default();
        let image_origins = image_origin.into_iter().collect();
        Some(Record {
            id: id?,
            name: name?,
            description: description.ok()?.unwrap_or_default(),
            price: price?,
            image_url,
            image_origins,
            category: category?,
            stock: stock.ok()?.unwrap_or_default(),
            rating: rating.ok()?.unwrap_or_default(),
            reviews: reviews.ok()?.unwrap_or_default(),
            ..Record::default()
        })
    }

    fn id_text(&self) -> Option<String> {
        let id = self.candidates.iter().find(|candidate| candidate.meaning.field == Field::Id)?;
        match id.value.loose() {
            Loose::Text(text) => Some(text.trim().to_owned()),
            _ => None,
        }
    }

    /// A handle names all rows of a product; the first one has its title, the others add variants and pictures.
    fn is_continuation(&self, id: Option<&str>) -> bool {
        let of = |field: Field| self.candidates.iter().filter(move |candidate| candidate.meaning.field == field);
        let is_handle = of(Field::Id).any(|candidate| candidate.meaning.name() == "handle");
        let has_no_name = of(Field::Name).all(|candidate| candidate.value.loose() == Loose::Nothing);
        is_handle && has_no_name && id.is_some() && id == self.export.last_id.as_deref()
    }

    /// The first value among a field's columns that says something, if any does and it is not wrong.
    fn optional<T>(
        &mut self,
        field: Field,
        read: fn(&mut Self, Candidate<'a>) -> Said<T>,
    ) -> Result<Option<T>, Refused> {
        let first = self.candidates.partition_point(|candidate| candidate.meaning.field < field);
        let mut place = first;
        while let Some(candidate) = self.candidates.get(place).copied().filter(|found| found.meaning.field == field) {
            match read(self, candidate) {
                Ok(None) => place += 1,
                Ok(said) => return Ok(said),
                Err(rule) => {
                    self.refuse(Some(candidate.meaning), rule);
                    return Err(Refused);
                }
            }
        }
        Ok(None)
    }

    fn required<T>(&mut self, field: Field, read: fn(&mut Self, Candidate<'a>) -> Said<T>) -> Option<T> {
        if let Some(found) = self.optional(field, read).ok()? {
            return Some(found);
        }
        let meaning = self.candidates.iter().map(|candidate| candidate.meaning).find(|meaning| meaning.field == field);
        let rule = if meaning.is_some() || self.export.has(field) {
            Rule::Empty { field: field.name() }
        } else {
            Rule::NoColumn { field: field.name(), names: field.names() }
        };
        self.refuse(meaning, rule);
        None
    }

    fn refuse(&mut self, meaning: Option<Meaning>, rule: Rule) {
        let column = meaning.and_then(|meaning| {
            let column = self.export.column(meaning)?;
            (column != meaning.field.name()).then(|| column.to_owned())
        });
        self.problems.push((column, rule));
    }

    fn name(&mut self, candidate: Candidate<'a>) -> Said<String> {
        let name = text(Field::Name, candidate.value)?.map(|text| html::line(&text));
        self.checked(&NAME, name)
    }

    fn description(&mut self, candidate: Candidate<'a>) -> Said<String> {
        let description = text(Field::Description, candidate.value)?.map(|text| html::text(&text));
        self.checked(&DESCRIPTION, description)
    }

    fn category(&mut self, candidate: Candidate<'a>) -> Said<String> {
        let value = match candidate.value.list() {
            Some(list) => list.first().copied(),
            None => Some(candidate.value),
        };
        let text = value.map_or(Ok(None), |value| text(Field::Category, value))?;
        let category = text.map(|text| words::category(&text, candidate.meaning.name()));
        self.checked(&CATEGORY, category)
    }

    fn checked(&mut self, rule: &TextRule, text: Option<String>) -> Said<String> {
        let text = text.filter(|text| !text.is_empty());
        text.map(|text| rule.read(text.into(), self.line, self.warnings)).transpose()
    }

    fn price(&mut self, candidate: Candidate<'a>) -> Said<Price> {
        let Some(text) = text(Field::Price, candidate.value)? else { return Ok(None) };
        let currency = self.currency;
        let malformed = || {
            Rule::Price(PriceError::Malformed {
                value: excerpt(&text),
                largest: currency.decimal(currency.largest()),
                places: currency.exponent(),
            })
        };
        let Plain { digits, mark } = number(candidate.value, &text).map_err(|error| match error {
            NumberError::Ambiguous => Rule::Ambiguous { field: Field::Price.name(), value: excerpt(&text) },
            NumberError::NotANumber => malformed(),
        })?;
        let price = currency.price(&digits).map_err(|_| malformed())?;
        if let Some(mark) = mark {
            let first = self.export.currency.get_or_insert_with(|| mark.clone());
            if *first != mark {
                return Err(Rule::Currency { first: first.clone(), found: mark });
            }
            self.warnings.add(WarningKind::Currency { mark }, self.line);
        }
        Ok(Some(price))
    }

    fn image(&mut self, candidate: Candidate<'a>) -> Said<(String, Option<String>)> {
        let Some(url) = words::first_picture(candidate.value) else { return Ok(None) };
        check_image_length(&url)?;
        match Picture::of_export(&url) {
            Picture::Shown(url, origin) => {
                check_image_length(&url)?;
                Ok(Some((url, origin)))
            }
            Picture::Missing => Ok(None),
            Picture::Insecure | Picture::Wrong => {
                self.warnings.add_example(|example| WarningKind::Picture { example }, &url, self.line);
                Ok(Some(Default::default()))
            }
        }
    }

    fn stock(&mut self, candidate: Candidate<'a>) -> Said<u32> {
        let Some(text) = text(Field::Stock, candidate.value)? else { return Ok(None) };
        if let Some(is_there) = words::availability(&text, candidate.meaning.name()) {
            if is_there {
                self.warnings.add(WarningKind::InStock, self.line);
            }
            return Ok(Some(is_there.into()));
        }
        let value = excerpt(&text);
        let Plain { digits, .. } = number(candidate.value, &text).map_err(|error| match error {
            NumberError::Ambiguous => Rule::Ambiguous { field: Field::Stock.name(), value: value.clone() },
            NumberError::NotANumber => Rule::Availability { value: value.clone() },
        })?;
        if digits.starts_with('-') {
            self.warnings.add(WarningKind::NegativeStock, self.line);
            return Ok(Some(0));
        }
        count(&digits).map(Some).ok_or(Rule::Count { field: Field::Stock.name(), value })
    }

    fn rating(&mut self, candidate: Candidate<'a>) -> Said<Rating> {
        let Some(text) = text(Field::Rating, candidate.value)? else { return Ok(None) };
        let malformed = || Rule::Rating(RatingError::Malformed { value: excerpt(&text) });
        let trimmed = text.trim();
        // Both say no more than the scale that ours has too.
        let stars = [" out of 5 stars", " out of 5", "/5"].iter().find_map(|scale| trimmed.strip_suffix(scale));
        let stars = stars.unwrap_or(trimmed);
        // Nobody gives a thousand stars, so a comma or a point is the decimal one.
        let plain = if candidate.value.is_exact() || stars.contains('.') {
            parse_exact(stars)
        } else {
            parse_exact(&stars.replacen(',', ".", 1))
        };
        let (digits, is_cut) = rounded(&plain.map_err(|_| malformed())?.digits);
        let rating = Rating::parse(&digits).map_err(|_| malformed())?;
        if is_cut {
            self.warnings.add_example(|example| WarningKind::Rounded { example }, stars, self.line);
        }
        Ok(Some(rating))
    }
}

fn id(value: Value<'_>) -> Said<String> {
    let Some(id) = text(Field::Id, value)? else { return Ok(None) };
    match ProductId::new(id.trim()) {
        Ok(id) => Ok(Some(id.as_str().to_owned())),
        Err(error) => Err(Rule::Id(error)),
    }
}

/// How many reviews there are: a number, or the reviews themselves.
fn reviews(value: Value<'_>) -> Said<u32> {
    if let Some(length) = value.list_length() {
        return Ok(u32::try_from(length).ok());
    }
    let Some(text) = text(Field::Reviews, value)? else { return Ok(None) };
    let plain = number(value, &text).or_else(|error| match error {
        // Reviews are whole, so what stands between their digits parts thousands.
        NumberError::Ambiguous => parse_exact(&text.trim().replace([',', '.'], "")),
        NumberError::NotANumber => Err(error),
    });
    let number = plain.ok().and_then(|plain| count(&plain.digits));
    number.map(Some).ok_or_else(|| Rule::Count { field: Field::Reviews.name(), value: excerpt(&text) })
}

fn text(field: Field, value: Value<'_>) -> Said<std::borrow::Cow<'_, str>> {
    match value.loose() {
        Loose::Nothing => Ok(None),
        Loose::Text(text) => Ok(Some(text)),
        Loose::Other => {
            Err(Rule::Type { field: field.name(), expected: "a text or a number", value: excerpt(value.source()) })
        }
    }
}

fn number(value: Value<'_>, text: &str) -> Result<Plain, NumberError> {
    if value.is_exact() { parse_exact(text) } else { parse(text) }
}

fn count(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|number| *number <= MAX_COUNT)
}
