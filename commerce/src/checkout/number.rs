//! The number of an order: short enough for a telephone, with no order to guess others by.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// Digits and letters that nobody takes for another one, after Crockford's base 32 (<https://www.crockford.com/base32.html>).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The digits of a number: 40 bits.
const DIGITS: usize = 8;

/// The number of an order, written `7K3M-Q9XR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderNumber(u64);

/// A text that is no number of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the number of an order has {DIGITS} letters and digits, such as 7K3M-Q9XR")]
pub struct OrderNumberError;

impl OrderNumber {
    /// The number of 40 random bits; the bits above are left out.
    pub fn from_bits(bits: u64) -> OrderNumber {
        OrderNumber(bits & ((1 << (5 * DIGITS)) - 1))
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in 0..DIGITS {
            if place == DIGITS / 2 {
                formatter.write_str("-")?;
            }
            let value = (self.0 >> (5 * (DIGITS - 1 - place))) & 31;
            let digit = usize::try_from(value).ok().and_then(|value| ALPHABET.get(value)).copied().unwrap_or(b'0');
            fmt::Write::write_char(formatter, char::from(digit))?;
        }
        Ok(())
    }
}

impl FromStr for OrderNumber {
    type Err = OrderNumberError;

    /// Reads a number as people write it: in any case, with or without hyphens and spaces, `O` for zero, `I` or `L` for one.
    fn from_str(text: &str) -> Result<OrderNumber, OrderNumberError> {
        let (mut bits, mut digits) = (0_u64, 0);
        for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            let byte = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let value = ALPHABET.iter().position(|digit| *digit == byte).ok_or(OrderNumberError)?;
            digits += 1;
            if digits > DIGITS {
                return Err(OrderNumberError);
            }
            bits = (bits << 5) | value as u64;
        }
        if digits == DIGITS { Ok(OrderNumber(bits)) } else { Err(OrderNumberError) }
    }
}

impl TryFrom<String> for OrderNumber {
    type Error = OrderNumberError;

    fn try_from(text: String) -> Result<OrderNumber, OrderNumberError> {
        text.parse()
    }
}

impl From<OrderNumber> for String {
    fn from(number: OrderNumber) -> String {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::OrderNumber;

    #[test]
    fn a_number_reads_back_as_people_write_it() {
        for bits in [0, 1, 31, 32, 0xFF_FFFF_FFFF, 0x12_3456_789A] {
            let number = OrderNumber::from_bits(bits);
            assert_eq!(number.to_string().parse(), Ok(number));
            assert_eq!(number.to_string().len(), 9);
        }
        let number = OrderNumber::from_bits(0x01_2345_6789);
        let shown = number.to_string();
        let typed = [shown.to_lowercase(), shown.replace('-', ""), shown.replace('0', "o").replace('1', "l")];
        assert!(typed.iter().all(|text| text.parse() == Ok(number)), "{typed:?}");
        for wrong in ["", "7K3M", "7K3M-Q9XR-7", "7K3M-Q9XU", "7K3M-Q9X\u{e9}"] {
            assert!(wrong.parse::<OrderNumber>().is_err(), "{wrong}");
        }
    }
}
