//! Numbers as exports write them: with currency marks, thousands separators and decimal commas, wherever they can mean one thing only.
//! Works on the text, so that no digit is made up; a text that could be two numbers is refused.

/// A number as digits with a decimal point, and what stood around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plain {
    /// Digits, and a point with more digits if there are any but zeros after it; `-` before them if it is below 0.
    pub(super) digits: String,
    /// The currency as written, if there was one.
    pub(super) mark: Option<String>,
}

/// Why a text is not one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// The text is not a number.
    NotANumber,
    /// It is one of two.
    Ambiguous,
}

/// The longest text that is taken for a number.
const LONGEST: usize = 64;

/// Reads a number that people or programs wrote: `1,299.00`, `1.299,00`, `1 299`, `$12.50`, `12.50 EUR`.
///
/// `places` are the decimal places of the currency: three digits behind the only point are decimals where there are three, and behind the
/// only comma or point thousands where there are none.
pub(super) fn parse_in(text: &str, places: u8) -> Result<Plain, NumberError> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(NumberError::NotANumber);
    }
    let (sign, text) = split_sign(text);
    let (mark, number) = without_mark(text);
    let (late_sign, number) = if sign.is_empty() { split_sign(number) } else { ("", number) };
    let digits = plain(number, places)?;
    Ok(Plain { digits: format!("{sign}{late_sign}{digits}"), mark })
}

/// Reads a number whose point can only be the decimal one, as in JSON.
pub(super) fn parse_exact(text: &str) -> Result<Plain, NumberError> {
    let (sign, digits) = split_sign(text.trim());
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return Err(NumberError::NotANumber);
    }
    Ok(Plain { digits: format!("{sign}{}", joined(whole, fraction)), mark: None })
}

/// Cuts a number that [`parse`] gave to two decimal places, rounding half up; whether that changed it.
pub(super) fn rounded(digits: &str) -> (String, bool) {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let kept = fraction.get(..2).unwrap_or(fraction);
    let is_cut = kept.len() < fraction.len();
    let hundredths = format!("{whole}{kept:0<2}");
    match hundredths.parse::<u64>() {
        Ok(number) if is_cut => {
            let number = number + u64::from(fraction.as_bytes().get(2).is_some_and(|digit| *digit >= b'5'));
            (format!("{}.{:02}", number / 100, number % 100), true)
        }
        _ => (digits.to_owned(), false),
    }
}

fn split_sign(text: &str) -> (&'static str, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Takes a currency from either end: three capital letters, `kr`, `zł`, `Kč`, `Fr.`, or a sign such as `€`, `US$`, `R$`.
fn without_mark(text: &str) -> (Option<String>, &str) {
    // The point of `Rs.` does not belong to the number.
    let word_end = text.find(|character: char| character.is_ascii_digit()).unwrap_or_default();
    if let Some((before, rest)) = text.split_at_checked(word_end) {
        let mark = before.trim();
        let is_all = rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' ' | b'\''));
        if mark.ends_with('.') && is_currency(mark) && is_all {
            return (Some(mark.to_owned()), rest);
        }
    }
    let is_number = |character: char| character.is_ascii_digit() || matches!(character, '.' | ',' | '-' | '\u{2212}');
    let start = text.find(is_number).unwrap_or(text.len());
    let end = text.rfind(|character: char| character.is_ascii_digit()).map_or(start, |place| place + 1);
    let (before, rest) = text.split_at(start.min(end));
    let (number, after) = rest.split_at(end.saturating_sub(start.min(end)));
    // `12,-` and `12.-` are how some write a price without cents.
    let after = after.strip_prefix(",-").or_else(|| after.strip_prefix(".-")).unwrap_or(after);
    let marks = [before.trim(), after.trim()];
    match marks {
        ["", ""] => (None, number),
        [mark, ""] | ["", mark] if is_currency(mark) => (Some(mark.to_owned()), number),
        // Whatever else stands there makes it no number.
        _ => (None, text),
    }
}

fn is_currency(mark: &str) -> bool {
    const WORDS: [&str; 22] = [
        "kr", "kr.", "Kr", "Kr.", "zł", "Kč", "Fr.", "Fr", "SFr.", "Ft", "lei", "R", "Rs.", "Rs", "Rp", "RM", "円",
        "元", "원", "лв.", "руб.", "د.إ",
    ];
    let signs = |character: char| matches!(character, '$' | '¢' | '£' | '¤' | '¥' | '\u{20a0}'..='\u{20cf}');
    let is_code = mark.len() == 3 && mark.bytes().all(|byte| byte.is_ascii_uppercase());
    let letters = mark.trim_matches(signs);
    let has_sign = letters.len() < mark.len();
    is_code
        || WORDS.contains(&mark)
        || (has_sign && letters.len() <= 3 && letters.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// The digits with a decimal point, if the separators can be read in one way only.
fn plain(text: &str, places: u8) -> Result<String, NumberError> {
    let is_group = |character: char| matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}');
    let commas = text.matches(',').count();
    let points = text.matches('.').count();
    let has_groups = text.contains(is_group);
    let last = text.rfind([',', '.']);
    let Some((whole, mark, fraction)) = last.and_then(|place| split_at_byte(text, place)) else {
        let parts: Vec<&str> = text.split(is_group).collect();
        return grouped(&parts).map(|whole| joined(&whole, "0"));
    };
    let (same, other) = if mark == ',' { (commas, points) } else { (points, commas) };
    if same > 1 {
        // Only a thousands separator comes twice; a decimal mark before it would make no sense.
        let parts: Vec<&str> = text.split(mark).collect();
        return if other == 0 && !has_groups {
            grouped(&parts).map(|whole| joined(&whole, "0"))
        } else {
            Err(NumberError::NotANumber)
        };
    }
    if !is_digits(fraction) {
        return Err(NumberError::NotANumber);
    }
    if other == 0 && !has_groups {
        // `1,299` may be a thousand or a bit more than one; `0,299`, `12,5` and `34.0000` are no thousands.
        let may_be_thousands = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
        if may_be_thousands {
            let is_zero = fraction.bytes().all(|digit| digit == b'0');
            if is_digits(whole) && places == 3 && mark == '.' {
                return Ok(joined(whole, fraction));
            }
            if is_digits(whole) && places == 0 && (mark == ',' || !is_zero) {
                return Ok(joined(&format!("{whole}{fraction}"), "0"));
            }
            return if is_digits(whole) { Err(NumberError::Ambiguous) } else { Err(NumberError::NotANumber) };
        }
        return if is_digits(whole) { Ok(joined(whole, fraction)) } else { Err(NumberError::NotANumber) };
    }
    let other_mark = if mark == ',' { '.' } else { ',' };
    let parts: Vec<&str> = if other > 0 { whole.split(other_mark).collect() } else { whole.split(is_group).collect() };
    grouped(&parts).map(|whole| joined(&whole, fraction))
}

/// Groups of three digits after a first one of one to three, or a single group of any length. In India groups before the last one have
/// two digits.
fn grouped(parts: &[&str]) -> Result<String, NumberError> {
    let is_right = match parts {
        [only] => is_digits(only),
        [first, rest @ ..] => {
            let are_digits = is_digits(first) && rest.iter().all(|part| is_digits(part));
            let is_usual = (1..=3).contains(&first.len()) && rest.iter().all(|part| part.len() == 3);
            let is_indian = (1..=2).contains(&first.len())
                && rest.split_last().is_some_and(|(last, middle)| {
                    last.len() == 3 && !middle.is_empty() && middle.iter().all(|part| part.len() == 2)
                });
            are_digits && (is_usual || is_indian)
        }
        [] => false,
    };
    if is_right { Ok(parts.concat()) } else { Err(NumberError::NotANumber) }
}

fn joined(whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn split_at_byte(text: &str, place: usize) -> Option<(&str, char, &str)> {
    let mark = text.get(place..)?.chars().next()?;
    Some((text.get(..place)?, mark, text.get(place + mark.len_utf8()..)?))
}
