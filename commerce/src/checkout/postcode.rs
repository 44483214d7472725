//! The form of postcodes by country, after the data of libaddressinput (<https://github.com/google/libaddressinput>). A country that is not
//! listed takes any text of up to 16 characters, or none.

use crate::checkout::fault::Fault;
use crate::place::Country;

/// Country, form and example. In a form `9` is a digit, `A` a letter; anything else stands for itself and may be left out when typing.
const FORMS: &[(&str, &[&str], &str)] = &[
    ("AT", &["9999"], "1010"),
    ("AU", &["9999"], "2000"),
    ("BE", &["9999"], "1000"),
    ("CA", &["A9A 9A9"], "H3Z 2Y7"),
    ("CH", &["9999"], "8001"),
    ("CZ", &["999 99"], "110 00"),
    ("DE", &["99999"], "10115"),
    ("DK", &["9999"], "1050"),
    ("ES", &["99999"], "28013"),
    ("FI", &["99999"], "00100"),
    ("FR", &["99999"], "75001"),
    ("GB", &["A9 9AA", "A99 9AA", "A9A 9AA", "AA9 9AA", "AA99 9AA", "AA9A 9AA"], "SW1A 1AA"),
    ("IT", &["99999"], "00144"),
    ("JP", &["999-9999"], "154-0023"),
    ("LU", &["9999"], "1009"),
    ("NL", &["9999 AA"], "1234 AB"),
    ("NO", &["9999"], "0025"),
    ("PL", &["99-999"], "00-950"),
    ("PT", &["9999-999"], "2725-079"),
    ("SE", &["999 99"], "114 55"),
    ("US", &["99999", "99999-9999"], "95014"),
];

/// The longest postcode of a country that is not listed.
const LONGEST: usize = 16;

/// Whether every address of a country has a postcode, so that the form asks for one.
pub fn needs_postcode(country: Country) -> bool {
    FORMS.iter().any(|(code, ..)| *code == country.code())
}

/// A regular expression for the postcodes that a form takes for a country, in the syntax of HTML's attribute `pattern`, and an example; the
/// example is empty where the country is not listed.
pub fn postcode_pattern(country: Country) -> (String, &'static str) {
    let Some((code, forms, example)) = FORMS.iter().find(|(code, ..)| *code == country.code()) else {
        return (format!(r"\s*[\p{{Alphabetic}}\p{{N}} \-]{{0,{LONGEST}}}\s*"), "");
    };
    let forms: Vec<String> = forms.iter().map(|form| form_pattern(form)).collect();
    let mut letters = code.chars().map(letter);
    let (first, second) = (letters.next().unwrap_or_default(), letters.next().unwrap_or_default());
    (format!(r"\s*({first}({second})?)?({})[ .\-]*\s*", forms.join("|")), example)
}

/// The places of a form, with the characters that people write between them.
fn form_pattern(form: &str) -> String {
    let place = |place| match place {
        '9' => r"[ .\-]*[0-9]",
        'A' => r"[ .\-]*[A-Za-z]",
        _ => "",
    };
    form.chars().map(place).collect()
}

/// A letter in either case, with what may stand before it.
fn letter(letter: char) -> String {
    format!(r"[ .\-]*[{letter}{}]", letter.to_ascii_lowercase())
}

/// The postcode in the usual form of its country.
pub(super) fn check(country: Country, typed: &str) -> Result<String, Fault> {
    let typed = typed.trim();
    let Some((code, forms, example)) = FORMS.iter().find(|(code, ..)| *code == country.code()) else {
        let is_plain = typed.chars().all(|character| character.is_alphanumeric() || " -".contains(character));
        return if typed.chars().count() <= LONGEST && is_plain {
            Ok(typed.to_uppercase())
        } else {
            Err(Fault::Malformed)
        };
    };
    if typed.is_empty() {
        return Err(Fault::Missing);
    }
    let bare: String = typed.chars().filter(|c| !" .-".contains(*c)).collect::<String>().to_uppercase();
    // `D-10115` and `SE-114 55`: the country in front.
    let prefixes = [*code, code.get(..1).unwrap_or_default()];
    let without = prefixes.iter().filter_map(|prefix| bare.strip_prefix(prefix));
    let found =
        std::iter::once(bare.as_str()).chain(without).find_map(|bare| forms.iter().find_map(|form| filled(form, bare)));
    found.ok_or_else(|| Fault::Postcode { example: (*example).to_owned() })
}

/// The form with these characters in it; `None` where they do not fit.
fn filled(form: &str, bare: &str) -> Option<String> {
    let mut typed = bare.chars();
    let mut written = String::with_capacity(form.len());
    for place in form.chars() {
        let character = match place {
            '9' => typed.next().filter(char::is_ascii_digit)?,
            'A' => typed.next().filter(char::is_ascii_uppercase)?,
            other => other,
        };
        written.push(character);
    }
    typed.next().is_none().then_some(written)
}

#[cfg(test)]
mod tests {
    use super::{FORMS, check, needs_postcode};
    use crate::checkout::fault::Fault;
    use crate::place::Country;

    #[test]
    fn every_form_takes_its_example() {
        for (code, forms, example) in FORMS {
            let country = Country::parse(code).unwrap();
            assert_eq!(check(country, example).as_deref(), Ok(*example), "{code}");
            let bare: String = example.chars().filter(char::is_ascii_alphanumeric).collect();
            assert_eq!(check(country, &bare.to_lowercase()).as_deref(), Ok(*example), "{code}");
            assert!(!forms.is_empty());
        }
        assert!(FORMS.is_sorted_by_key(|(code, ..)| *code));
    }

    #[test]
    fn postcodes_as_people_write_them() {
        #[track_caller]
        fn check_one(country: &str, typed: &str, expect: Option<&str>) {
            let found = check(Country::parse(country).unwrap(), typed);
            assert_eq!(found.as_deref().ok(), expect, "{country} {typed}");
        }
        check_one("DE", " D-10115 ", Some("10115"));
        check_one("SE", "se-11455", Some("114 55"));
        check_one("CH", "CH 8001", Some("8001"));
        check_one("GB", "sw1a1aa", Some("SW1A 1AA"));
        check_one("US", "950141234", Some("95014-1234"));
        check_one("DE", "1011", None);
        check_one("DE", "1011a", None);
        check_one("GB", "12345", None);
        check_one("HK", "", Some(""));
        check_one("BR", "01310-100", Some("01310-100"));
        check_one("BR", "<script>", None);
        assert_eq!(check(Country::parse("DE").unwrap(), ""), Err(Fault::Missing));
        assert!(needs_postcode(Country::parse("DE").unwrap()) && !needs_postcode(Country::parse("HK").unwrap()));
    }
}
