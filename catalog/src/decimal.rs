//! Exact decimal numbers with at most two places, as money and ratings need them: text to hundredths and back.
//! No floating point and no sign: `0.1 + 0.2` has no place in a price.

use core::fmt;

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
