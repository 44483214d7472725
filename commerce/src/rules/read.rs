//! From the document to the rules: every value is checked, and the first that breaks its rule is named by its path.

use catalog::{Amount, Currency};

use crate::cart::code::Code;
use crate::place::{Country, Destination, region_of};
use crate::rules::discount::{Discount, Worth};
use crate::rules::document::{self, Document};
use crate::rules::period::{Period, day};
use crate::rules::places::Places;
use crate::rules::rate::Rate;
use crate::rules::shipping::{Band, Measure, Method, Zone};
use crate::rules::tax::{Market, STANDARD, TaxRate};
use crate::rules::{Rules, RulesError};

/// The most rates, and the most discounts.
const MAX_ROWS: usize = 2_000;
/// The most zones, methods of one, and bands of one.
const MAX_ZONES: usize = 50;
/// The longest name, in characters.
const MAX_NAME: usize = 60;
/// The most days of a delivery.
const MAX_DAYS: u32 = 366;

/// The path of a value, and how one that breaks its rule is refused.
#[derive(Clone)]
struct At(String);

type Checked<T> = Result<T, RulesError>;

impl At {
    fn key(&self, key: &str) -> At {
        At(format!("{}.{key}", self.0))
    }

    fn row(&self, place: usize) -> At {
        At(format!("{}[{place}]", self.0))
    }

    fn refuse<T>(&self, value: impl std::fmt::Display, rule: &'static str) -> Checked<T> {
        let value = format!("{value}").chars().take(40).collect();
        Err(RulesError::Value { at: self.0.clone(), line: None, value, rule })
    }

    fn require(&self, holds: bool, value: impl std::fmt::Display, rule: &'static str) -> Checked<()> {
        if holds { Ok(()) } else { self.refuse(value, rule) }
    }
}

impl Rules {
    pub(super) fn new(document: Document, currency: Currency) -> Checked<Rules> {
        let root = |key: &str| At(key.to_owned());
        let tax = root("tax");
        let zones = zones(&root("shipping.zone"), &document.shipping.zone, currency)?;
        Ok(Rules {
            currency,
            is_tax_included: document.tax.included,
            markets: markets(&tax.key("market"), &document.tax.market)?,
            rates: rates(&tax.key("rate"), &document.tax.rate)?,
            default: default(&root("shipping.default"), document.shipping.default.as_deref(), &zones)?,
            served: served(&zones),
            zones,
            discounts: discounts(&root("discount"), &document.discount, currency)?,
            document,
        })
    }
}

fn markets(at: &At, rows: &[document::Market]) -> Checked<Vec<Market>> {
    let mut markets: Vec<Market> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let at = at.row(place).key("countries");
        let countries = countries(&at, &row.countries)?;
        let again = countries.iter().find(|country| markets.iter().any(|market| market.countries.contains(country)));
        if let Some(country) = again {
            return at.refuse(country.code(), "in one market");
        }
        at.require(!countries.is_empty(), "", "one country or more")?;
        markets.push(Market { countries, is_included: row.included });
    }
    Ok(markets)
}

fn rates(at: &At, rows: &[document::TaxRate]) -> Checked<Vec<TaxRate>> {
    at.require(rows.len() <= MAX_ROWS, rows.len(), "at most 2000 rates")?;
    let mut rates: Vec<TaxRate> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let at = at.row(place);
        let class = if row.class.is_empty() { STANDARD.to_owned() } else { name(&at.key("class"), &row.class)? };
        let rate = TaxRate {
            places: places(&at, &row.countries, &row.regions)?,
            class,
            rate: percent(&at.key("percent"), &row.percent)?,
            period: period(&at, row.from.as_deref(), row.until.as_deref())?,
        };
        let competes = |held: &TaxRate| {
            held.class.eq_ignore_ascii_case(&rate.class)
                && held.places.competes_with(&rate.places)
                && held.period.overlaps(&rate.period)
        };
        at.require(!rates.iter().any(competes), &row.percent, "the only rate of its class, place and day")?;
        rates.push(rate);
    }
    Ok(rates)
}

fn zones(at: &At, rows: &[document::Zone], currency: Currency) -> Checked<Vec<Zone>> {
    at.require(rows.len() <= MAX_ZONES, rows.len(), "at most 50 zones")?;
    let mut zones: Vec<Zone> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let at = at.row(place);
        name(&at.key("name"), &row.name)?;
        let places = places(&at, &row.countries, &row.regions)?;
        let competes = zones.iter().any(|held| held.places.competes_with(&places));
        at.key("countries").require(!competes, row.countries.join(", "), "in one zone")?;
        let methods = at.key("method");
        let number = row.method.len();
        methods.require((1..=MAX_ZONES).contains(&number), number, "1 to 50 methods")?;
        let mut held: Vec<Method> = Vec::new();
        for (place, method) in row.method.iter().enumerate() {
            let at = methods.row(place);
            let method = self::method(&at, method, currency)?;
            let is_new = !held.iter().any(|held| held.name == method.name);
            at.key("name").require(is_new, &method.name, "another name than that of an earlier method")?;
            held.push(method);
        }
        zones.push(Zone { places, methods: held });
    }
    Ok(zones)
}

/// The countries of all zones, each once.
fn served(zones: &[Zone]) -> Vec<Country> {
    let is_everywhere = zones.iter().any(|zone| zone.places.is_everywhere());
    let is_served = |country: &Country| is_everywhere || zones.iter().any(|zone| zone.places.names(*country));
    Country::all().filter(is_served).collect()
}

fn method(at: &At, row: &document::Method, currency: Currency) -> Checked<Method> {
    let days = row.days.map(|[least, most]| (least, most));
    if let Some((least, most)) = days {
        let is_range = least <= most && (1..=MAX_DAYS).contains(&most);
        at.key("days").require(
            is_range,
            format!("[{least}, {most}]"),
            "the fewest and the most days, from 0 to 366",
        )?;
    }
    let flat = row.cost.iter().map(|cost| Ok(Band { from: 0, cost: amount(&at.key("cost"), cost, currency)? }));
    let by_value = row.by_value.iter().enumerate().map(|(place, band)| {
        let at = at.key("by-value").row(place);
        let from = amount(&at.key("from"), &band.from, currency)?.minor();
        Ok(Band { from, cost: amount(&at.key("cost"), &band.cost, currency)? })
    });
    let by_weight = row.by_weight.iter().enumerate().map(|(place, band)| {
        let at = at.key("by-weight").row(place);
        Ok(Band { from: band.from, cost: amount(&at.key("cost"), &band.cost, currency)? })
    });
    let bands: Vec<Band> = flat.chain(by_value).chain(by_weight).collect::<Checked<_>>()?;
    let kinds = usize::from(row.cost.is_some())
        + usize::from(!row.by_value.is_empty())
        + usize::from(!row.by_weight.is_empty());
    at.require(kinds == 1, &row.name, "given one of `cost`, `by-value` and `by-weight`")?;
    let is_ascending = bands.iter().zip(bands.iter().skip(1)).all(|(band, next)| band.from < next.from);
    let is_from_zero = bands.first().is_some_and(|band| band.from == 0);
    at.require(is_ascending && is_from_zero, &row.name, "given bands that begin at 0 and ascend")?;
    at.require(bands.len() <= MAX_ZONES, bands.len(), "given at most 50 bands")?;
    Ok(Method {
        name: name(&at.key("name"), &row.name)?,
        days,
        measure: if row.by_weight.is_empty() { Measure::Value } else { Measure::Weight },
        bands,
        max_weight: row.max_weight,
    })
}

fn default(at: &At, code: Option<&str>, zones: &[Zone]) -> Checked<Destination> {
    let is_served =
        |country: Country| zones.iter().any(|zone| zone.places.is_everywhere() || zone.places.names(country));
    if let Some(code) = code {
        let country = self::country(at, code)?;
        at.require(zones.is_empty() || is_served(country), code, "a country of a zone")?;
        return Ok(Destination::of(country));
    }
    let first = zones.iter().find_map(|zone| zone.places.countries.first()).copied();
    Ok(Destination::of(first.unwrap_or(Country::FALLBACK)))
}

fn discounts(at: &At, rows: &[document::Discount], currency: Currency) -> Checked<Vec<Discount>> {
    at.require(rows.len() <= MAX_ROWS, rows.len(), "at most 2000 discounts")?;
    let mut discounts: Vec<Discount> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let at = at.row(place);
        let Ok(code) = Code::new(&row.code) else {
            return at.key("code").refuse(&row.code, "1 to 32 letters, digits, `_` and `-`");
        };
        let is_new = !discounts.iter().any(|held| held.code == code);
        at.key("code").require(is_new, &row.code, "another code than that of an earlier discount")?;
        let worth = match (&row.percent, &row.amount, row.free_shipping) {
            (Some(text), None, false) => {
                let rate = percent(&at.key("percent"), text)?;
                at.key("percent").require(rate.thousandths() > 0, text, "above 0")?;
                Worth::Share(rate)
            }
            (None, Some(text), false) => {
                let amount = amount(&at.key("amount"), text, currency)?;
                at.key("amount").require(amount > Amount::ZERO, text, "above 0")?;
                Worth::Amount(amount)
            }
            (None, None, true) => Worth::Shipping,
            _ => return at.refuse(&row.code, "given one of `percent`, `amount` and `free-shipping = true`"),
        };
        for (key, list) in [("products", &row.products), ("categories", &row.categories)] {
            at.key(key).require(list.len() <= MAX_ROWS, list.len(), "at most 2000 names")?;
        }
        if let Some(uses) = row.uses {
            at.key("uses").require(uses > 0, uses, "above 0")?;
        }
        discounts.push(Discount {
            code,
            worth,
            minimum: row
                .minimum
                .as_ref()
                .map_or(Ok(Amount::ZERO), |text| amount(&at.key("minimum"), text, currency))?,
            products: row.products.clone(),
            categories: row.categories.clone(),
            period: period(&at, row.from.as_deref(), row.until.as_deref())?,
            uses: row.uses,
            is_once_per_customer: row.once_per_customer,
            is_combinable: row.combinable,
        });
    }
    Ok(discounts)
}

fn places(at: &At, codes: &[String], regions: &[String]) -> Checked<Places> {
    let countries_at = at.key("countries");
    countries_at.require(!codes.is_empty(), "", "one country or more, or `*` for everywhere else")?;
    let is_everywhere = codes.iter().any(|code| code == "*");
    countries_at.require(!is_everywhere || codes.len() == 1, "*", "alone")?;
    let countries = if is_everywhere { Vec::new() } else { countries(&countries_at, codes)? };
    let regions_at = at.key("regions");
    regions_at.require(regions.is_empty() || countries.len() == 1, regions.join(", "), "regions of one country")?;
    let mut held = Vec::new();
    for (place, text) in regions.iter().enumerate() {
        match region_of(text) {
            Ok(region) if !region.is_empty() => held.push(region),
            _ => return regions_at.row(place).refuse(text, "1 to 3 letters or digits, such as CA"),
        }
    }
    Ok(Places { countries, regions: held })
}

fn countries(at: &At, codes: &[String]) -> Checked<Vec<Country>> {
    codes.iter().enumerate().map(|(place, code)| country(&at.row(place), code)).collect()
}

fn country(at: &At, code: &str) -> Checked<Country> {
    Country::parse(code).or_else(|_| at.refuse(code, "a country code of ISO 3166-1, such as DE"))
}

fn amount(at: &At, text: &str, currency: Currency) -> Checked<Amount> {
    let read = currency.price(text.trim()).map(Amount::from);
    read.or_else(|_| {
        at.refuse(text, "an amount in the shop's currency, such as \"4.90\", with no more places than it has")
    })
}

fn percent(at: &At, text: &str) -> Checked<Rate> {
    Rate::parse(text.trim())
        .map_or_else(|| at.refuse(text, "percents from 0 to 100, such as \"7.5\", with at most 3 places"), Ok)
}

fn period(at: &At, from: Option<&str>, until: Option<&str>) -> Checked<Period> {
    let date = |key: &str, text: Option<&str>| match text {
        None => Ok(None),
        Some(text) => match day(text) {
            Some(day) => Ok(Some(day)),
            None => at.key(key).refuse(text, "a date such as 2026-11-28"),
        },
    };
    let (first, last) = (date("from", from)?, date("until", until)?);
    match Period::new(first, last) {
        Some(period) => Ok(period),
        None => at.key("until").refuse(until.unwrap_or_default(), "no day before `from`"),
    }
}

fn name(at: &At, text: &str) -> Checked<String> {
    let text = text.trim();
    let fits = (1..=MAX_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { at.refuse(text, "one line of 1 to 60 characters") }
}
