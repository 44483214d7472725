//! Exact decimal numbers with at most two places, as money and ratings need them: text to hundredths and back.
//! No floating point and no sign: `0.1 + 0.2` has no place in a price.

use core::fmt;

use web::json::push_number;

/// Reads `digits` or `digits.digits` with one to `whole_digits` digits before the point and one or two after it.
pub(crate) fn parse(text: &str, whole_digits: usize) -> Option<u32> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > whole_digits || fraction.len() > 2 || !is_digits(whole) || !is_digits(fraction)
    {
        return None;
    }
    let tens = if fraction.len() == 1 { 10 } else { 1 };
    let fraction: u32 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(fraction * tens)
}

/// Writes hundredths as the shortest decimal, the way JSON writes a number: `48`, `9.5`, `129.99`.
pub(crate) fn write(hundredths: u32, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (whole, fraction) = (hundredths / 100, hundredths % 100);
    match (fraction, fraction % 10) {
        (0, _) => write!(formatter, "{whole}"),
        (_, 0) => write!(formatter, "{whole}.{}", fraction / 10),
        _ => write!(formatter, "{whole}.{fraction:02}"),
    }
}

/// Appends the same, without the formatting machinery: a page of products has two dozen of them.
pub(crate) fn push(hundredths: u32, out: &mut Vec<u8>) {
    push_number(out, hundredths / 100);
    let fraction = hundredths % 100;
    if fraction == 0 {
        return;
    }
    out.push(b'.');
    let digits = if fraction.is_multiple_of(10) { [fraction / 10, 10] } else { [fraction / 10, fraction % 10] };
    out.extend(
        digits
            .into_iter()
            .filter(|digit| *digit < 10)
            .filter_map(|digit| u8::try_from(digit).ok())
            .map(|digit| b'0' + digit),
    );
}
