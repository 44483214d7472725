//! A record of another shop's export: values taken for what they can only mean, each with the column that it comes from.
//! Makes up no name and no price; every other field that is missing is empty or unknown, and the report names it.

use web::foreign::excerpt;

use super::columns::Meaning;
use super::known::{Candidate, Known};
use super::number::{NumberError, Plain, parse_exact, parse_in, rounded};
use super::part::{Kind, Part, Stock};
use super::{more, visible, words};
use crate::build::field::Field;
use crate::build::limits::MAX_COUNT;
use crate::build::picture::Picture;
use crate::build::problem::Rule;
use crate::build::record::{CATEGORY, DESCRIPTION, NAME, TextRule, check_image_length};
use crate::build::report::{WarningKind, Warnings};
use crate::build::syntax::html;
use crate::build::syntax::value::{Loose, Value};
use crate::model::currency::Currency;
use crate::model::details::Image;
use crate::model::id::ProductId;
use crate::model::money::{Price, PriceError};
use crate::model::product::{Rating, RatingError};
use crate::model::sku;
use crate::text::slug::slug;

/// One record while it is read.
pub(super) struct Reader<'a, 'b> {
    pub(super) currency: Currency,
    pub(super) known: &'b mut Known,
    pub(super) warnings: &'b mut Warnings,
    /// In the order in which they count.
    pub(super) candidates: Vec<Candidate<'a>>,
    pub(super) line: usize,
    pub(super) problems: Vec<(Option<String>, Rule)>,
}

/// What a value says about a field: nothing, something, or something wrong.
pub(super) type Said<T> = Result<Option<T>, Rule>;

impl<'a> Reader<'a, '_> {
    /// All that the record says. Of one that is not for sale by itself only its names are read, since drafts may lack anything.
    pub(super) fn read(mut self) -> (Part, Option<&'static str>) {
        let mut part = self.names();
        let left_out = visible::left_out(&self.candidates)
            .filter(|reason| *reason == visible::NOT_ALONE || !self.known.takes_unpublished());
        if left_out.is_some_and(|reason| reason != visible::NOT_ALONE) {
            return (part, left_out);
        }
        self.texts(&mut part);
        self.money(&mut part);
        part.images = self.images(&mut part.variant_image);
        if let Some((path, others)) = self.lenient(Field::Category, Self::category) {
            part.category = path;
            part.collections = others;
        }
        part.stock = self.stock();
        part.rating = self.lenient(Field::Rating, Self::rating).unwrap_or_default();
        part.reviews = self.lenient(Field::Reviews, |_, candidate| reviews(candidate.value)).unwrap_or_default();
        more::read(&mut self, &mut part);
        part.problems = self.problems;
        (part, left_out)
    }

    /// What names the record and those that it belongs to.
    fn names(&mut self) -> Part {
        let kind = visible::kind(&self.candidates);
        let (handle, sku) = (self.text(Field::Handle), self.text(Field::Sku));
        let (name, group) = (self.text(Field::Name), self.text(Field::Group));
        let name = html::line(&name);
        let source = self.known.id_field();
        let is_name = source == Field::Name || (source == Field::Sku && sku.is_empty());
        let foreign_id = match source {
            Field::Handle => handle.clone(),
            Field::Sku if !sku.is_empty() => sku.clone(),
            Field::Sku | Field::Name => name.clone(),
            _ => self.text(Field::Id),
        };
        let mut part = Part { line: self.line, kind, handle, sku, group, name, ..Part::default() };
        part.parent = self.text(Field::Parent);
        part.id = match (source, ProductId::new(&foreign_id)) {
            (_, Ok(id)) if !is_name => id.as_str().to_owned(),
            _ if foreign_id.is_empty() => String::new(),
            (Field::Id, Err(error)) => {
                let meaning = self.of(Field::Id).next().map(|candidate| candidate.meaning);
                self.refuse(meaning, Rule::Id(error));
                String::new()
            }
            _ => sku::derived(&slug(&foreign_id), core::iter::once(foreign_id.as_str())),
        };
        part.foreign_id = foreign_id;
        part
    }

    fn texts(&mut self, part: &mut Part) {
        let name = core::mem::take(&mut part.name);
        let name = (!name.is_empty()).then_some(name);
        match self.checked(&NAME, name) {
            Ok(name) => part.name = name.unwrap_or_default(),
            Err(rule) => {
                let meaning = self.of(Field::Name).next().map(|candidate| candidate.meaning);
                // The record has a name, if not one that can be shown.
                "?".clone_into(&mut part.name);
                self.refuse(meaning, rule);
            }
        }
        if let Some((description, html)) = self.lenient(Field::Description, Self::description) {
            (part.description, part.html) = (description, html);
        }
        part.brand = self.label(Field::Brand);
    }

    fn money(&mut self, part: &mut Part) {
        let price = self.lenient(Field::Price, Self::price);
        let sale = self.lenient(Field::SalePrice, Self::price).filter(|sale| sale.minor() > 0);
        let ends = !self.text(Field::SaleEnd).is_empty();
        let before = self.lenient(Field::CompareAt, Self::price);
        part.price = price;
        // Where a price stands beside a regular one, it is the one that holds.
        let regular: Vec<Candidate<'a>> =
            self.of(Field::Price).filter(|candidate| candidate.meaning.name.ends_with("regular_price")).collect();
        let regular = regular.into_iter().find_map(|candidate| self.price(candidate).ok().flatten());
        let before = before.or(regular.filter(|regular| price.is_some_and(|price| price < *regular)));
        part.compare_at = before;
        match (price, sale) {
            (None, Some(sale)) => part.price = Some(sale),
            (Some(_), Some(_)) if ends => self.warnings.add(WarningKind::SaleEnds, self.line),
            (Some(price), Some(sale)) if sale < price => {
                part.price = Some(sale);
                part.compare_at = Some(before.filter(|before| *before > price).unwrap_or(price));
            }
            _ => {}
        }
    }

    pub(super) fn of(&self, field: Field) -> impl Iterator<Item = Candidate<'a>> + '_ {
        let first = self.candidates.partition_point(|candidate| candidate.meaning.field < field);
        let rest = self.candidates.get(first..).unwrap_or_default();
        rest.iter().copied().take_while(move |candidate| candidate.meaning.field == field)
    }

    /// The first value among a field's columns that says something and is not wrong. A value that is wrong is a problem only where no
    /// other column says anything.
    pub(super) fn lenient<T>(&mut self, field: Field, read: fn(&mut Self, Candidate<'a>) -> Said<T>) -> Option<T> {
        let candidates: Vec<Candidate<'a>> = self.of(field).collect();
        let mut wrong: Option<(Meaning, Rule)> = None;
        for candidate in candidates {
            match read(self, candidate) {
                Ok(None) => {}
                Ok(said) => {
                    if let Some((meaning, _)) = wrong {
                        self.warn_unfit(meaning);
                    }
                    return said;
                }
                // Of two prices one must not be chosen because the other cannot be read.
                Err(rule) if wrong.is_none() => {
                    let is_final = matches!(rule, Rule::Ambiguous { .. } | Rule::Currency { .. });
                    wrong = Some((candidate.meaning, rule));
                    if is_final {
                        break;
                    }
                }
                Err(_) => {}
            }
        }
        if let Some((meaning, rule)) = wrong {
            self.refuse(Some(meaning), rule);
        }
        None
    }

    fn warn_unfit(&mut self, meaning: Meaning) {
        let column = self.known.column(meaning).unwrap_or(meaning.name).to_owned();
        self.warnings.add(WarningKind::Unfit { column: excerpt(&column), field: meaning.field.name() }, self.line);
    }

    /// The text of the first column of a field that has one.
    pub(super) fn text(&self, field: Field) -> String {
        let texts = self.of(field).filter_map(|candidate| match candidate.value.loose() {
            Loose::Text(text) => Some(text.trim().to_owned()),
            _ => None,
        });
        texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    pub(super) fn refuse(&mut self, meaning: Option<Meaning>, rule: Rule) {
        let column = meaning.and_then(|meaning| self.known.column_beside(meaning));
        self.problems.push((column, rule));
    }

    fn description(&mut self, candidate: Candidate<'a>) -> Said<(String, String)> {
        let Some(text) = text(Field::Description, candidate.value)? else { return Ok(None) };
        let plain = html::text(&text);
        let rich = if text.contains('<') { crate::build::markup::clean(&text) } else { String::new() };
        let plain = self.checked(&DESCRIPTION, (!plain.is_empty()).then_some(plain))?;
        Ok(plain.map(|plain| (plain, rich)))
    }

    /// The path of the first category, and the names of the others.
    fn category(&mut self, candidate: Candidate<'a>) -> Said<(Vec<String>, Vec<String>)> {
        let object = candidate.value.members().map(|_| vec![candidate.value]);
        let texts: Vec<Vec<String>> = match candidate.value.list().or(object) {
            Some(list) => {
                let names = list.into_iter().map(|value| match value.members() {
                    Some(members) => {
                        let name = members.0.iter().find(|(name, _)| name == "name").map(|(_, name)| Value::Json(name));
                        name.map_or(Ok(None), |name| text(Field::Category, name))
                    }
                    None => text(Field::Category, value),
                });
                let names: Vec<_> = names.collect::<Result<_, _>>()?;
                names.into_iter().flatten().map(|name| vec![html::line(&name)]).collect()
            }
            None => match text(Field::Category, candidate.value)? {
                Some(text) => words::paths(&text, candidate.meaning),
                None => return Ok(None),
            },
        };
        let Some((path, others)) = words::chosen(&texts) else { return Ok(None) };
        let mut checked = Vec::new();
        for name in path {
            checked.extend(self.checked(&CATEGORY, Some(name))?);
        }
        Ok((!checked.is_empty()).then_some((checked, others)))
    }

    pub(super) fn checked(&mut self, rule: &TextRule, text: Option<String>) -> Said<String> {
        let text = text.filter(|text| !text.is_empty());
        text.map(|text| rule.read(text.into(), self.line, self.warnings)).transpose()
    }

    fn price(&mut self, candidate: Candidate<'a>) -> Said<Price> {
        let Some(text) = text(Field::Price, candidate.value)? else { return Ok(None) };
        let currency = self.currency;
        let field = Field::Price.name();
        let malformed = || {
            Rule::Price(PriceError::Malformed {
                value: excerpt(&text),
                largest: currency.decimal(currency.largest()),
                places: currency.exponent(),
            })
        };
        let number = if candidate.value.is_exact() { parse_exact(&text) } else { parse_in(&text, currency.exponent()) };
        let Plain { digits, mark } = number.map_err(|error| match error {
            NumberError::Ambiguous => Rule::Ambiguous { field, value: excerpt(&text) },
            NumberError::NotANumber => malformed(),
        })?;
        let price = currency.price(&digits).map_err(|_| malformed())?;
        if let Some(mark) = mark {
            let first = self.known.currency.get_or_insert_with(|| mark.clone());
            if *first != mark {
                return Err(Rule::Currency { first: first.clone(), found: mark });
            }
            self.warnings.add(WarningKind::Currency { mark }, self.line);
        }
        Ok(Some(price))
    }

    /// All pictures, in the order in which their columns count; the one of a variant apart.
    fn images(&mut self, of_variant: &mut Option<Image>) -> Vec<Image> {
        let candidates: Vec<Candidate<'a>> = self.of(Field::Image).chain(self.of(Field::MoreImages)).collect();
        let mut images: Vec<Image> = Vec::new();
        let alt = self.text(Field::ImageAlt);
        for candidate in candidates {
            for found in words::pictures(candidate.value) {
                let Some(mut image) = self.picture(found) else { continue };
                if candidate.meaning.name.starts_with("variant") {
                    *of_variant = Some(image);
                } else if !images.iter().any(|known| known.url == image.url) {
                    if images.is_empty() && image.alt.is_empty() {
                        alt.clone_into(&mut image.alt);
                    }
                    images.push(image);
                }
            }
        }
        images
    }

    fn picture(&mut self, image: Image) -> Option<Image> {
        if let Err(rule) = check_image_length(&image.url) {
            self.refuse(None, rule);
            return None;
        }
        match Picture::of_export(&image.url) {
            Picture::Shown(url, _) if check_image_length(&url).is_ok() => Some(Image { url, ..image }),
            Picture::Missing => None,
            _ => {
                self.warnings.add_example(|example| WarningKind::Picture { example }, &image.url, self.line);
                self.known.has_refused_picture = true;
                None
            }
        }
    }

    fn stock(&mut self) -> Stock {
        let locations: Vec<Candidate<'a>> =
            self.of(Field::Stock).filter(|candidate| candidate.meaning.name == "location quantity").collect();
        let mut stock = Stock::default();
        for location in locations {
            if let Ok(Some(Stock { count: Some(count), .. })) = self.count(location) {
                stock.count = Some(stock.count.unwrap_or_default().saturating_add(count).min(MAX_COUNT));
            }
        }
        if stock.count.is_none() {
            let candidates = self.of(Field::Stock).count() + self.of(Field::Available).count();
            let said = if candidates > 0 { self.lenient_stock() } else { None };
            stock = said.unwrap_or_default();
        }
        stock.is_there = stock.is_there.or_else(|| words::availability(&self.text(Field::Available), true));
        if let Some(tracked) = self.of(Field::Tracked).next() {
            stock.is_tracked = Some(words::is_tracked(&self.text(Field::Tracked), tracked.meaning));
        }
        stock.is_sold_without = words::is_sold_without(&self.text(Field::Policy));
        stock
    }

    /// What the columns of the count say, or where none does, those that say whether there is any.
    fn lenient_stock(&mut self) -> Option<Stock> {
        let before = self.problems.len();
        let counted = self.lenient(Field::Stock, Self::count);
        if counted.is_some() {
            return counted;
        }
        let said = self.lenient(Field::Available, Self::count);
        let is_unfit = self.problems.get(before).is_some_and(|(_, rule)| matches!(rule, Rule::Availability { .. }));
        if said.is_some() && is_unfit {
            let unfit = self.of(Field::Stock).find(|candidate| candidate.value.loose() != Loose::Nothing);
            self.problems.truncate(before);
            if let Some(unfit) = unfit {
                self.warn_unfit(unfit.meaning);
            }
        }
        said
    }

    fn count(&mut self, candidate: Candidate<'a>) -> Said<Stock> {
        let Some(text) = text(Field::Stock, candidate.value)? else { return Ok(None) };
        if let Some(is_there) = words::availability(&text, candidate.meaning.is_availability()) {
            if is_there {
                self.warnings.add(WarningKind::InStock, self.line);
            }
            return Ok(Some(Stock { is_there: Some(is_there), ..Stock::default() }));
        }
        let value = excerpt(&text);
        let Plain { digits, .. } = number(candidate.value, &text).map_err(|error| match error {
            NumberError::Ambiguous => Rule::Ambiguous { field: Field::Stock.name(), value: value.clone() },
            NumberError::NotANumber => Rule::Availability { value: value.clone() },
        })?;
        if digits.starts_with('-') {
            self.warnings.add(WarningKind::NegativeStock, self.line);
            return Ok(Some(Stock { count: Some(0), ..Stock::default() }));
        }
        let count = count(&digits).ok_or(Rule::Count { field: Field::Stock.name(), value })?;
        Ok(Some(Stock { count: Some(count), ..Stock::default() }))
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

impl Kind {
    /// Whether a record of the kind may lack a price.
    pub(super) fn may_lack_price(self) -> bool {
        matches!(self, Kind::Parent | Kind::Variant | Kind::Set | Kind::Elsewhere)
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

pub(super) fn text(field: Field, value: Value<'_>) -> Said<std::borrow::Cow<'_, str>> {
    match value.loose() {
        Loose::Nothing => Ok(None),
        Loose::Text(text) => Ok(Some(text)),
        Loose::Other => {
            Err(Rule::Type { field: field.name(), expected: "a text or a number", value: excerpt(value.source()) })
        }
    }
}

fn number(value: Value<'_>, text: &str) -> Result<Plain, NumberError> {
    if value.is_exact() { parse_exact(text) } else { parse_in(text, 2) }
}

fn count(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|number| *number <= MAX_COUNT)
}
