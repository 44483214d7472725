//! The currency of the shop's prices and how a price is written for a shopper.
//! Writes the way English does: symbol or code first, groups of three, the currency's decimal places. Converts nothing.

use catalog::{Amount, CurrencyError};
use maud::Render;

use crate::write::number::{write_digits, write_grouped};

/// The currency of the shop's prices, with what stands before an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    iso: catalog::Currency,
    prefix: Prefix,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Symbol(&'static str),
    /// The code and a space that does not break.
    Code,
}

/// A price or another amount as a shopper reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Money<P> {
    pub(crate) currency: Currency,
    pub(crate) price: P,
}

impl Default for Currency {
    /// US dollars.
    fn default() -> Self {
        Self::from(catalog::Currency::default())
    }
}

impl From<catalog::Currency> for Currency {
    fn from(iso: catalog::Currency) -> Self {
        let symbol = SYMBOLS.iter().find(|(known, _)| *known == iso.code());
        Self { iso, prefix: symbol.map_or(Prefix::Code, |(_, symbol)| Prefix::Symbol(symbol)) }
    }
}

impl Currency {
    /// Accepts an active code of ISO 4217, in capitals.
    ///
    /// ```
    /// use pages::Currency;
    /// assert_eq!(Currency::parse("USD")?.code(), "USD");
    /// assert!(Currency::parse("dollars").is_err());
    /// # Ok::<(), catalog::CurrencyError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        catalog::Currency::parse(text).map(Self::from)
    }

    /// The three letters.
    pub fn code(&self) -> &'static str {
        self.iso.code()
    }

    /// The currency as the catalog has it.
    pub fn iso(&self) -> catalog::Currency {
        self.iso
    }

    /// Writes a price as a shopper reads it, with all of the currency's decimal places: `$1,299.00`.
    pub fn write(&self, price: impl Into<Amount>, out: &mut String) {
        match self.prefix {
            Prefix::Symbol(symbol) => out.push_str(symbol),
            Prefix::Code => {
                out.push_str(self.iso.code());
                out.push('\u{a0}');
            }
        }
        let (units, rest) = self.parts(price.into());
        write_grouped(units, out);
        self.write_places(rest, out);
    }

    /// Writes a price for machines: `48.00`, no groups, all decimal places.
    pub(crate) fn write_decimal(&self, price: impl Into<Amount>, out: &mut String) {
        let (units, rest) = self.parts(price.into());
        write_digits(units, 1, out);
        self.write_places(rest, out);
    }

    fn parts(&self, price: Amount) -> (u64, u64) {
        let scale = 10_u64.pow(self.iso.exponent().into());
        (price.minor() / scale, price.minor() % scale)
    }

    fn write_places(&self, rest: u64, out: &mut String) {
        let places = self.iso.exponent();
        if places > 0 {
            out.push('.');
            write_digits(rest, places.into(), out);
        }
    }
}

impl<P: Into<Amount> + Copy> Render for Money<P> {
    fn render_to(&self, out: &mut String) {
        self.currency.write(self.price, out);
    }
}

/// Symbols that an English reader takes for exactly this currency.
const SYMBOLS: [(&str, &str); 18] = [
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("PHP", "₱"),
    ("TRY", "₺"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
];
