//! Numbers as a shopper reads them: digits, groups of three, and the noun that goes with a count.

use maud::Render;

/// A count in groups of three digits.
pub(crate) struct Grouped(pub(crate) u32);

impl Render for Grouped {
    fn render_to(&self, out: &mut String) {
        write_grouped(self.0.into(), out);
    }
}

pub(crate) fn plural<'a>(count: u32, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// Writes a number in groups of three digits.
pub(crate) fn write_grouped(number: u64, out: &mut String) {
    if number < 1000 {
        return write_digits(number, 1, out);
    }
    write_grouped(number / 1000, out);
    out.push(',');
    write_digits(number % 1000, 3, out);
}

/// Writes a number with at least so many digits. Formatting with `format_args!` costs several times as much, and a
/// listing writes dozens of prices.
pub(crate) fn write_digits(number: u64, at_least: u32, out: &mut String) {
    let mut width = at_least.max(1);
    while width < 19 && number >= 10_u64.pow(width) {
        width += 1;
    }
    for place in (0..width).rev() {
        let digit = number / 10_u64.pow(place) % 10;
        out.push(u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or('0'));
    }
}
