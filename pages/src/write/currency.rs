//! The currency of the shop's prices and how a price is written for a shopper.
//! Writes the way English does: symbol or code first, groups of three, two decimals. Converts nothing.

use catalog::Price;
use maud::Render;

use crate::write::number::{write_digits, write_grouped};

/// Why a currency was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CurrencyError {
    /// Not one of the active codes of ISO 4217.
    #[error("`{0}` is no currency code of ISO 4217, such as USD or CHF")]
    Unknown(String),
}

/// An active currency of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    code: &'static str,
    /// What stands before the amount: a symbol, or the code and a space that does not break.
    prefix: Prefix,
    /// Whether the currency has no minor unit in daily use, so that `.00` would look wrong.
    whole: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Symbol(&'static str),
    Code,
}

/// A price as a shopper reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Money {
    pub(crate) currency: Currency,
    pub(crate) price: Price,
}

impl Default for Currency {
    /// US dollars.
    fn default() -> Self {
        Self { code: "USD", prefix: Prefix::Symbol("$"), whole: false }
    }
}

impl Currency {
    /// Accepts an active code of ISO 4217, in capitals.
    ///
    /// ```
    /// use pages::Currency;
    /// assert_eq!(Currency::parse("USD")?.code(), "USD");
    /// assert!(Currency::parse("dollars").is_err());
    /// # Ok::<(), pages::CurrencyError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        let code = CODES
            .split_ascii_whitespace()
            .find(|code| *code == text)
            .ok_or_else(|| CurrencyError::Unknown(text.chars().take(64).collect()))?;
        let prefix =
            SYMBOLS.iter().find(|(known, _)| *known == code).map_or(Prefix::Code, |(_, symbol)| Prefix::Symbol(symbol));
        let whole = WHOLE.split_ascii_whitespace().any(|known| known == code);
        Ok(Self { code, prefix, whole })
    }

    /// The three letters.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Writes a price as a shopper reads it: `$1,299.00`.
    pub fn write(&self, price: Price, out: &mut String) {
        match self.prefix {
            Prefix::Symbol(symbol) => out.push_str(symbol),
            Prefix::Code => {
                out.push_str(self.code);
                out.push('\u{a0}');
            }
        }
        let (units, cents) = (price.minor() / 100, price.minor() % 100);
        write_grouped(units, out);
        if cents != 0 || !self.whole {
            out.push('.');
            write_digits(cents, 2, out);
        }
    }
}

impl Render for Money {
    fn render_to(&self, out: &mut String) {
        self.currency.write(self.price, out);
    }
}

/// Writes a price for machines: `48.00`, no groups, always two decimals.
pub(crate) fn write_decimal(price: Price, out: &mut String) {
    write_digits(price.minor() / 100, 1, out);
    out.push('.');
    write_digits(price.minor() % 100, 2, out);
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

/// Currencies without a minor unit in ISO 4217.
const WHOLE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

/// The active codes of ISO 4217 that money is paid in: no metals, no funds, no test codes.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP \
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR \
    IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR \
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE \
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER \
    ZAR ZMW ZWG";
