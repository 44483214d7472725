//! Exact decimal numbers with a fixed number of places, as money and ratings need them: text to the smallest unit and back.
//! No floating point and no sign: `0.1 + 0.2` has no place in a price.

use core::fmt;

/// Reads `digits` or `digits.digits` with one to `whole_digits` digits before the point and one to `places` after it.
pub(crate) fn parse(text: &str, whole_digits: usize, places: u8) -> Option<u64> {
    let places = usize::from(places);
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > whole_digits || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let missing = u32::try_from(places.checked_sub(fraction.len())?).ok()?;
    let digits = whole
        .bytes()
        .chain(fraction.bytes())
        .try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0'))))?;
    digits.checked_mul(10_u64.checked_pow(missing)?)
}

/// Writes a number of smallest units as the shortest decimal, the way JSON writes a number: `48`, `9.5`, `129.99`.
pub(crate) fn write(units: u64, places: u8, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut buffer = [0; LENGTH];
    formatter.write_str(core::str::from_utf8(text(units, places, &mut buffer)).unwrap_or_default())
}

/// Appends the same.
pub(crate) fn push(units: u64, places: u8, out: &mut Vec<u8>) {
    let mut buffer = [0; LENGTH];
    out.extend_from_slice(text(units, places, &mut buffer));
}

/// The digits of any number, a point, and a zero before it.
const LENGTH: usize = 24;

/// Fills the buffer from its end.
fn text(units: u64, places: u8, buffer: &mut [u8; LENGTH]) -> &[u8] {
    let scale = 10_u64.saturating_pow(places.into());
    let (mut whole, mut fraction, mut places) = (units / scale, units % scale, places);
    // Zeros at the end of a fraction are not written.
    while places > 0 && fraction.is_multiple_of(10) {
        (fraction, places) = (fraction / 10, places - 1);
    }
    let mut start = LENGTH;
    let mut put = |byte: u8| {
        start = start.saturating_sub(1);
        if let Some(slot) = buffer.get_mut(start) {
            *slot = byte;
        }
    };
    let digit = |number: u64| b'0' + u8::try_from(number % 10).unwrap_or_default();
    for _ in 0..places {
        put(digit(fraction));
        fraction /= 10;
    }
    if places > 0 {
        put(b'.');
    }
    loop {
        put(digit(whole));
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    buffer.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::{parse, push};

    fn written(units: u64, places: u8) -> String {
        let mut out = Vec::new();
        push(units, places, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_shortest_form_is_written() {
        for (units, places, expect) in [
            (0, 0, "0"),
            (0, 2, "0"),
            (4800, 2, "48"),
            (950, 2, "9.5"),
            (5, 2, "0.05"),
            (12999, 2, "129.99"),
            (1255, 3, "1.255"),
            (1200, 3, "1.2"),
            (1, 3, "0.001"),
            (980, 0, "980"),
            (u64::MAX, 2, "184467440737095516.15"),
        ] {
            assert_eq!(written(units, places), expect, "{units} with {places} places");
        }
    }

    #[test]
    fn a_number_keeps_its_places_and_its_digits() {
        assert_eq!(parse("1.5", 7, 2), Some(150));
        assert_eq!(parse("1.005", 7, 3), Some(1005));
        for text in ["", ".", "1.", ".5", "1.005", "12345678", "+1", "1e3", "1 000", "1,5", "½"] {
            assert_eq!(parse(text, 7, 2), None, "{text}");
        }
        assert_eq!(parse("980.0", 7, 0), None);
        assert_eq!(parse("99999999999999999999", 40, 2), None, "more than fits");
    }

    proptest! {
        #[test]
        fn numbers_come_back(units in 0_u64..1_000_000_000_000, places in 0_u8..=3) {
            let text = written(units, places);
            prop_assert!(!text.contains('.') || !text.ends_with('0'));
            prop_assert_eq!(parse(&text, 13, places), Some(units));
        }
    }
}
