//! The states, provinces and prefectures that an address has in countries whose post needs them, after the data of libaddressinput
//! (<https://github.com/google/libaddressinput>). Codes are those of ISO 3166-2 behind the country's, and of the US post for its forces.

use crate::place::Country;

/// Country, code and name of each, a line each, by country and in the order in which people look for them.
const REGIONS: &str = include_str!("regions.txt");

/// Codes and names of a country's regions; none where an address has none.
pub fn regions(country: Country) -> impl Iterator<Item = (&'static str, &'static str)> {
    REGIONS.lines().filter_map(move |line| line.strip_prefix(country.code())?.trim_start().split_once(' '))
}

/// Whether a country's addresses have the region of a code; `None` where they have none.
pub(super) fn has(country: Country, code: &str) -> Option<bool> {
    regions(country).next()?;
    Some(regions(country).any(|(known, _)| known == code))
}

/// The name of a region; `None` for one that is not listed.
pub fn region_name(country: Country, code: &str) -> Option<&'static str> {
    regions(country).find(|(known, _)| *known == code).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{REGIONS, has, region_name, regions};
    use crate::place::{Country, Destination};

    fn country(code: &str) -> Country {
        Country::parse(code).unwrap()
    }

    #[test]
    fn every_country_with_regions_has_all_of_them_once() {
        for (code, count) in [("AU", 8), ("CA", 13), ("ES", 52), ("IT", 107), ("JP", 47), ("US", 59), ("GB", 0)] {
            let mut codes: Vec<_> = regions(country(code)).map(|(code, _)| code).collect();
            assert_eq!(codes.len(), count, "{code}");
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), count, "{code}: a code stands twice");
        }
        for line in REGIONS.lines() {
            let mut parts = line.splitn(3, ' ');
            let (place, code) = (parts.next().unwrap(), parts.next().unwrap());
            assert_eq!(Destination::parse(place, code).unwrap().region, code, "{line}");
            assert!(parts.next().is_some_and(|name| name.chars().count() > 2), "{line}");
        }
    }

    #[test]
    fn a_region_has_a_name() {
        assert_eq!(region_name(country("US"), "CA"), Some("California"));
        assert_eq!(region_name(country("JP"), "13"), Some("Tokyo"));
        assert_eq!(region_name(country("GB"), "ENG"), None);
        assert_eq!(
            (has(country("ES"), "M"), has(country("ES"), "MAD"), has(country("GB"), "")),
            (Some(true), Some(false), None)
        );
    }
}
