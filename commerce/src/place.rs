//! Countries, and where a cart goes. Codes and English names of ISO 3166-1; regions are the codes that tax and shipping rules name.

use core::cmp::Ordering;
use core::fmt;

/// A country: its two letters in ISO 3166-1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// Where a cart goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The country.
    pub country: Country,
    /// The region, such as `CA` for California: the part of an ISO 3166-2 code behind the country's. Empty where none is known.
    pub region: String,
    /// The name of the method of shipping that the shopper chose, where one is.
    pub method: Option<String>,
}

/// Why a text is no country or region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Not a code of ISO 3166-1.
    #[error("`{0}` is no country code of ISO 3166-1, such as DE or US")]
    Country(String),
    /// Not the shape of a region's code.
    #[error("`{0}` is no region: a region has 1 to 3 letters or digits, such as CA")]
    Region(String),
}

/// Code and name of each country, a line each, by code.
const COUNTRIES: &str = include_str!("countries.txt");

impl Country {
    /// Where a shop that names no country sells: the largest market of the default currency.
    pub(crate) const FALLBACK: Country = Country(*b"US");

    /// Reads a code in any case.
    pub fn parse(text: &str) -> Result<Country, PlaceError> {
        let unknown = || PlaceError::Country(text.chars().take(16).collect());
        let letters: [u8; 2] = text.as_bytes().try_into().map_err(|_| unknown())?;
        let country = Country(letters.map(|letter| letter.to_ascii_uppercase()));
        if country.row().is_some() { Ok(country) } else { Err(unknown()) }
    }

    /// The two letters.
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The English name.
    pub fn name(self) -> &'static str {
        self.row().unwrap_or_default()
    }

    /// All countries, by code.
    pub fn all() -> impl Iterator<Item = Country> {
        COUNTRIES.lines().filter_map(|line| Some(Country(line.as_bytes().get(..2)?.try_into().ok()?)))
    }

    /// The name, found by halving the sorted text: a page names a dozen countries or two hundred.
    fn row(self) -> Option<&'static str> {
        let mut rest = COUNTRIES;
        while !rest.is_empty() {
            let middle = rest.as_bytes().get(..rest.len() / 2)?.iter().rposition(|byte| *byte == b'\n');
            let (before, from) = rest.split_at_checked(middle.map_or(0, |end| end + 1))?;
            let (line, after) = from.split_once('\n').unwrap_or((from, ""));
            let (code, name) = line.split_once(' ')?;
            match code.as_bytes().cmp(&self.0) {
                Ordering::Equal => return Some(name),
                Ordering::Less => rest = after,
                Ordering::Greater => rest = before,
            }
        }
        None
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl Destination {
    /// A country and no region.
    pub fn of(country: Country) -> Destination {
        Destination { country, region: String::new(), method: None }
    }

    /// Reads country and region. An empty region stands for the whole country.
    pub fn parse(country: &str, region: &str) -> Result<Destination, PlaceError> {
        Ok(Destination { country: Country::parse(country)?, region: region_of(region)?, method: None })
    }
}

/// A region's code in capitals; empty for none.
pub(crate) fn region_of(text: &str) -> Result<String, PlaceError> {
    if text.len() > 3 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(PlaceError::Region(text.chars().take(16).collect()));
    }
    Ok(text.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, Country, Destination};

    #[test]
    fn countries_are_sorted_named_and_complete() {
        let lines: Vec<&str> = COUNTRIES.lines().collect();
        assert_eq!(lines.len(), 249, "ISO 3166-1 has 249 codes in 2026");
        assert!(lines.is_sorted() && Country::all().count() == 249);
        assert!(
            Country::all().all(|country| Country::parse(country.code()) == Ok(country) && country.name().len() > 2)
        );
    }

    #[test]
    fn a_code_is_read_in_any_case() {
        assert_eq!(Country::parse("de").map(Country::name), Ok("Germany"));
        for wrong in ["", "D", "DEU", "XX", "ZZ", "é", "d\u{0}"] {
            assert!(Country::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_region_is_short_and_plain() {
        assert_eq!(Destination::parse("us", "ca").unwrap().region, "CA");
        assert!(["CALI", "C A", "é"].iter().all(|region| Destination::parse("US", region).is_err()));
    }
}
