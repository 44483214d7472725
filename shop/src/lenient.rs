//! The leniency of pages towards filters as shoppers type them: `9,50`, `$50`, `50 €`, blanks, the lower price above the upper one.
//! Parameters that stay unusable are ignored and named; the API reads the same parameters strictly and refuses them.

use std::borrow::Cow;

use catalog::{Currency, Decimal, ParameterError, Price, Query};
use pages::Ignored;

/// A query that a page can answer, and the parameters that were left out of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Understood {
    pub(crate) query: Query,
    /// The parameters that were ignored, with their values as submitted; empty when everything was understood.
    pub(crate) ignored: Vec<Ignored>,
}

/// Reads the query string of a page. Never fails: in the worst case nothing of it is understood.
pub(crate) fn understand(query_string: &str, currency: Currency) -> Understood {
    let mut error = match Query::parse(query_string, currency) {
        Ok(query) => return Understood { query, ignored: Vec::new() },
        Err(error) => error,
    };
    let mut ignored = Vec::new();
    let mut pairs = Pairs::read(query_string);
    // Each round mends or drops one parameter, so there are at most two for each pair.
    for _ in 0..=pairs.0.len().saturating_mul(2) {
        if !pairs.mend(&error, currency) {
            ignored.push(pairs.drop(&error, currency));
        }
        match Query::parse(&pairs.to_form(), currency) {
            Ok(query) => return Understood { query, ignored },
            Err(next) => error = next,
        }
    }
    Understood { query: Query { currency, ..Query::default() }, ignored }
}

/// The parameters in their order: names, and values unless they cannot be decoded.
struct Pairs<'q>(Vec<(Cow<'q, str>, Option<Cow<'q, str>>)>);

impl<'q> Pairs<'q> {
    fn read(query_string: &'q str) -> Self {
        let pairs = web::decode_form(query_string).filter_map(|pair| match pair {
            Ok((name, value)) => Some((name, Some(value))),
            Err(error) => error.parameter.map(|name| (name, None)),
        });
        Self(pairs.collect())
    }

    /// Mends what has one possible meaning. Returns whether anything was changed.
    fn mend(&mut self, error: &ParameterError, currency: Currency) -> bool {
        match error {
            ParameterError::Price { parameter, value, .. } => {
                let Some(price) = amount(value, currency) else { return false };
                self.set(parameter, currency.decimal(price));
                true
            }
            ParameterError::PriceRange { minimum, maximum } => {
                self.set("minPrice", *maximum);
                self.set("maxPrice", *minimum);
                true
            }
            // Which of several values is meant is not guessed; the same one several times is one.
            ParameterError::Repeated { parameter } => {
                let values: Vec<_> = self.given(parameter).map(|value| value.trim().to_owned()).collect();
                let is_one = values.iter().all(|value| Some(value) == values.first());
                let mut is_first = true;
                if is_one {
                    self.0.retain(|(name, value)| {
                        let is_given = name == parameter && value.as_ref().is_none_or(|value| !value.is_empty());
                        !is_given || std::mem::take(&mut is_first)
                    });
                }
                is_one
            }
            _ => false,
        }
    }

    fn set(&mut self, parameter: &str, price: Decimal) {
        for (name, value) in &mut self.0 {
            if name == parameter && value.as_ref().is_some_and(|value| !value.is_empty()) {
                *value = Some(Cow::Owned(price.to_string()));
            }
        }
    }

    /// The values of a parameter that are not empty.
    fn given<'s>(&'s self, parameter: &'s str) -> impl Iterator<Item = &'s str> {
        let values =
            self.0.iter().filter(move |(name, _)| is_named(name, parameter)).filter_map(|(_, value)| value.as_deref());
        values.filter(|value| !value.trim().is_empty())
    }

    /// Drops a parameter; of one that may repeat, only what is wrong by itself or too much.
    fn drop(&mut self, error: &ParameterError, currency: Currency) -> Ignored {
        let parameter = error.parameter();
        let repeats = matches!(parameter, "category" | "brand" | "collection") || parameter.ends_with("<name>");
        let mut room =
            if let ParameterError::TooMany { maximum, .. } = error { Some(Room::of(*maximum)) } else { None };
        let is_too_much = room.is_some();
        let (kept, dropped): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.0).into_iter().partition(|pair| match &mut room {
                _ if !is_named(&pair.0, parameter) => true,
                _ if !repeats => false,
                Some(room) => pair.1.as_ref().is_none_or(|value| value.is_empty()) || room.takes(&pair.0),
                None => Query::parse(&Pairs(vec![pair.clone()]).to_form(), currency).is_ok(),
            });
        self.0 = kept;
        let shown = |text: Cow<'_, str>| text.chars().take(Query::MAX_TEXT_LENGTH).collect();
        let given = |value: &Cow<'_, str>| !value.trim().is_empty();
        let name = dropped.first().and_then(|(name, _)| name.split_once('.')).map(|(_, name)| name.to_owned().into());
        let submitted = dropped.into_iter().filter_map(|(_, value)| value).find(given).filter(|_| !is_too_much);
        Ignored {
            parameter,
            name: name.map(shown).unwrap_or_default(),
            submitted: submitted.map(shown).unwrap_or_default(),
        }
    }

    fn to_form(&self) -> String {
        let mut form = String::new();
        for (name, value) in &self.0 {
            if !form.is_empty() {
                form.push('&');
            }
            web::form::encode(name, &mut form);
            form.push('=');
            match value {
                Some(value) => web::form::encode(value, &mut form),
                // Stays what it is: a sequence that cannot be decoded.
                None => form.push('%'),
            }
        }
        form
    }
}

/// The room for values of one parameter: for so many names of options, and for so many values of each name.
struct Room {
    most: usize,
    taken: Vec<(String, usize)>,
}

impl Room {
    fn of(most: usize) -> Self {
        Self { most, taken: Vec::new() }
    }

    /// Whether there is room for one more value of a name, which takes it then. However a name is spelled, it is one.
    fn takes(&mut self, name: &str) -> bool {
        let folded = catalog::fold(name);
        if let Some((_, count)) = self.taken.iter_mut().find(|(taken, _)| *taken == folded) {
            *count = count.saturating_add(1);
            return *count <= self.most;
        }
        let has_room = self.taken.len() < self.most;
        if has_room {
            self.taken.push((folded.into_owned(), 1));
        }
        has_room
    }
}

/// Whether an error about a parameter is about this name: `option.<name>` is about the options of all names.
fn is_named(name: &str, parameter: &str) -> bool {
    name == parameter || parameter.strip_suffix("<name>").is_some_and(|prefix| name.starts_with(prefix))
}

/// An amount as shoppers write it: with the currency before or after it, blanks, a comma or a point before the decimals, and groups of
/// three digits. `None` where that is no amount.
fn amount(text: &str, currency: Currency) -> Option<Price> {
    let is_sign = |character: char| matches!(character, '$' | '£' | '¥' | '¢' | '\u{20a0}'..='\u{20cf}');
    let compact: String = text.chars().filter(|character| !character.is_whitespace() && !is_sign(*character)).collect();
    let code = currency.code();
    let strip = |text: &str| {
        let begins = text.get(..code.len()).filter(|start| start.eq_ignore_ascii_case(code));
        let rest = if begins.is_some() { text.get(code.len()..) } else { None };
        let rest = rest.or_else(|| {
            let at = text.len().checked_sub(code.len())?;
            text.get(at..).filter(|end| end.eq_ignore_ascii_case(code)).and(text.get(..at))
        });
        rest.unwrap_or(text).to_owned()
    };
    let digits = strip(&compact);
    currency.price(&plain(&digits, currency.exponent().into())?).ok()
}

/// Digits with a point before the decimals, of digits with separators.
fn plain(text: &str, places: usize) -> Option<String> {
    let last = text.rfind([',', '.']);
    let Some((whole, fraction)) = last.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) else {
        return grouped(text);
    };
    // The sign that stands twice is the one between groups.
    let is_twice = last.and_then(|at| text.get(at..=at)).is_some_and(|sign| whole.contains(sign));
    // A separator before three digits stands between thousands; `50,` and `50.-` have no decimals.
    match fraction.trim_matches(['-', '–']) {
        "" => grouped(whole),
        decimals if decimals.len() <= places && !is_twice => {
            Some(format!("{}.{decimals}", grouped(whole).filter(|_| fraction == decimals)?))
        }
        _ => grouped(text),
    }
}

/// Whole units without the separators of their groups: the same one each time, before three digits.
fn grouped(text: &str) -> Option<String> {
    let is_separator = |character: char| matches!(character, ',' | '.' | '\'' | '’');
    let Some(separator) = text.chars().find(|character| is_separator(*character)) else {
        return Some(text.to_owned()).filter(|text| !text.is_empty());
    };
    let mut groups = text.split(separator);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let mut digits = first.to_owned();
    for group in groups {
        digits.push_str(Some(group).filter(|group| group.len() == 3)?);
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, canonical: &str, ignored: &[(&str, &str)]) {
        check_in("USD", query, canonical, ignored);
    }

    #[track_caller]
    fn check_in(currency: &str, query: &str, canonical: &str, ignored: &[(&str, &str)]) {
        let understood = understand(query, Currency::parse(currency).unwrap());
        assert_eq!(understood.query.canonical(), canonical, "{query}");
        let found: Vec<_> =
            understood.ignored.iter().map(|ignored| (ignored.parameter, ignored.submitted.as_str())).collect();
        assert_eq!(found, ignored, "{query}");
    }

    #[test]
    fn amounts_as_shoppers_type_them() {
        for (typed, price) in [
            ("9,50", "9.5"),
            ("$50", "50"),
            ("50 €", "50"),
            (" 50 ", "50"),
            ("50.-", "50"),
            ("50,", "50"),
            ("USD 12.5", "12.5"),
            ("12.50usd", "12.5"),
            ("1,299", "1299"),
            ("1.299", "1299"),
            ("1.299,95", "1299.95"),
            ("1,299.95", "1299.95"),
            ("1 299,95", "1299.95"),
            ("1'299.95", "1299.95"),
            ("1,234,567", "1234567"),
            ("\u{a0}7", "7"),
        ] {
            let mut form = "minPrice=".to_owned();
            web::form::encode(typed, &mut form);
            check(&form, &format!("minPrice={price}"), &[]);
        }
    }

    #[test]
    fn amounts_have_the_decimal_places_of_the_currency() {
        for (currency, typed, price) in [
            ("KWD", "1.234", "1.234"),
            ("KWD", "1,234", "1.234"),
            ("KWD", "KWD 2.500", "2.5"),
            ("KWD", "1,299.005", "1299.005"),
            ("KWD", "1.299.005", "1299005"),
            ("JPY", "4800", "4800"),
            ("JPY", "¥4,800", "4800"),
            ("JPY", "4.800", "4800"),
            ("JPY", "1,250,000", "1250000"),
            ("JPY", "4,800.-", "4800"),
        ] {
            let mut form = "minPrice=".to_owned();
            web::form::encode(typed, &mut form);
            check_in(currency, &form, &format!("minPrice={price}"), &[]);
        }
        // More decimal places than the currency has are no amount, and none is cut off.
        for (currency, typed) in [("KWD", "1.2345"), ("JPY", "48.5"), ("JPY", "48.00"), ("USD", "1.2345")] {
            check_in(currency, &format!("minPrice={typed}"), "", &[("minPrice", typed)]);
        }
    }

    #[test]
    fn what_is_no_amount_is_ignored_and_named() {
        for typed in
            ["cheap", "-5", "1,2,3", "12,34,567.8", "9.50.20", "12345678", "1e3", "$", "5-", "1,2345", "€€", "9,5x"]
        {
            let mut form = "category=Kitchen&minPrice=".to_owned();
            web::form::encode(typed, &mut form);
            check(&form, "category=Kitchen", &[("minPrice", typed)]);
        }
    }

    #[test]
    fn a_range_from_above_to_is_turned_around() {
        check("minPrice=50&maxPrice=9,50", "minPrice=9.5&maxPrice=50", &[]);
        check("maxPrice=%2410&minPrice=20", "minPrice=10&maxPrice=20", &[]);
    }

    #[test]
    fn every_other_parameter_is_kept() {
        check(
            "minPrice=x&search=lamp&sort=size&page=0",
            "search=lamp",
            &[("minPrice", "x"), ("sort", "size"), ("page", "0")],
        );
        check("inStock=maybe&maxPrice=5", "maxPrice=5", &[("inStock", "maybe")]);
        check("search=%FF&category=Desk", "category=Desk", &[("search", "")]);
        let long = "a".repeat(201);
        check(&format!("search={long}&sort=name"), "sort=name", &[("search", &long[..200])]);
    }

    #[test]
    fn which_of_two_values_counts_is_not_guessed() {
        check("sort=name&sort=rating&search=lamp", "search=lamp", &[("sort", "name")]);
        check("sort=name&sort=name", "sort=name", &[]);
        check("minPrice=&minPrice=$5", "minPrice=5", &[]);
    }

    #[test]
    fn of_a_filter_with_several_values_the_unusable_ones_alone_are_left_out() {
        let long = "a".repeat(201);
        let (cut, parameter) = (&long[..200], "option.<name>");
        check(
            &format!("option.Size=M&option.Size={long}&option.Colour=Red"),
            "option.Colour=Red&option.Size=M",
            &[(parameter, cut)],
        );
        check(&format!("category=Desk&category={long}"), "category=Desk", &[("category", cut)]);
        check("brand=Acme&brand=%FF&attr.Material=Oak", "brand=Acme&attr.Material=Oak", &[("brand", "")]);
        let many: Vec<String> = (10..61).map(|number| format!("brand=B{number}")).collect();
        check(&format!("page=2&{}", many.join("&")), &format!("{}&page=2", many[..50].join("&")), &[("brand", "")]);
    }

    #[test]
    fn too_many_values_of_one_name_cost_no_other_name_its_values() {
        let values = |name: &str, count: usize| (10..10 + count).map(|n| format!("{name}=B{n}")).collect::<Vec<_>>();
        let sizes = values("option.Size", 51);
        check(
            &format!("{}&option.Colour=Red", sizes.join("&")),
            &format!("option.Colour=Red&{}", sizes[..50].join("&")),
            &[("option.<name>", "")],
        );
        let brands = values("brand", 51);
        check(&format!("{}{}", "brand=&".repeat(50), brands.join("&")), &brands[..50].join("&"), &[("brand", "")]);
        let names: Vec<String> = (10..61).map(|n| format!("option.N{n}=x&option.n{n}=y")).collect();
        let kept: Vec<String> = (10..60).map(|n| format!("option.N{n}=x&option.N{n}=y")).collect();
        check(&names.join("&"), &kept.join("&"), &[("option.<name>", "")]);
    }

    #[test]
    fn an_option_is_named_as_it_was_submitted() {
        let understood = understand(&format!("option.Shoe+size={}", "4".repeat(201)), Currency::default());
        assert_eq!(understood.ignored[0].name, "Shoe size");
        let understood = understand("inStock=x", Currency::default());
        assert_eq!(understood.ignored[0].name, "");
    }

    #[test]
    fn a_query_that_the_api_understands_stays_as_it_is() {
        check("category=Kitchen&minPrice=1.5&page=2", "category=Kitchen&minPrice=1.5&page=2", &[]);
        check("", "", &[]);
        check("utm_source=%FF&x=%zz", "", &[]);
    }
}
