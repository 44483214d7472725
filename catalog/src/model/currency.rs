//! Currencies: the active codes of ISO 4217 with their number of decimal places, and how a price is read and written in one.
//! Knows no symbols and no grouping, which are the pages' business, and converts nothing.

use core::fmt;

use crate::model::decimal;
use crate::model::money::{Amount, Price, PriceError};

/// An active currency of ISO 4217: its code, and how many decimal places its minor unit has.
///
/// ```
/// use catalog::Currency;
///
/// let dinar = Currency::parse("KWD")?;
/// assert_eq!(dinar.exponent(), 3);
/// let price = dinar.price("1.25")?;
/// assert_eq!(price.minor(), 1250);
/// assert_eq!(dinar.decimal(price).to_string(), "1.25");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency {
    code: &'static str,
    exponent: u8,
    whole_digits: u8,
}

/// Why a text is not a currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CurrencyError {
    /// Not one of the active codes of ISO 4217.
    #[error("`{0}` is no currency code of ISO 4217, such as USD or CHF")]
    Unknown(String),
}

/// An amount as a plain decimal number, the way JSON writes it: `48`, `9.5`, `129.99`, and with three places `1.255`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    currency: Currency,
    amount: Amount,
}

impl Default for Currency {
    /// US dollars.
    fn default() -> Currency {
        Currency { code: "USD", exponent: 2, whole_digits: 7 }
    }
}

impl Currency {
    /// Accepts an active code of ISO 4217, in capitals.
    pub fn parse(text: &str) -> Result<Currency, CurrencyError> {
        let is_in = |codes: &str| codes.split_ascii_whitespace().any(|code| code == text);
        let code = CODES
            .split_ascii_whitespace()
            .find(|code| *code == text)
            .ok_or_else(|| CurrencyError::Unknown(text.chars().take(64).collect()))?;
        let exponent = match () {
            () if is_in(NO_PLACES) => 0,
            () if is_in(THREE_PLACES) => 3,
            () => 2,
        };
        // Seven digits buy anything in most currencies; of these a thousand units buy a meal, and a piece of furniture has eight.
        let whole_digits = if is_in(SMALL_UNITS) { 10 - u8::from(exponent == 3) } else { 7 };
        Ok(Currency { code, exponent, whole_digits })
    }

    /// The three letters.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// The number of decimal places of the minor unit: 0, 2 or 3.
    pub fn exponent(self) -> u8 {
        self.exponent
    }

    /// The most digits that a price may have before the decimal point.
    pub fn whole_digits(self) -> u8 {
        self.whole_digits
    }

    /// The largest price: as many nines as there is room for.
    pub fn largest(self) -> Price {
        Price::of(10_u64.pow(u32::from(self.whole_digits) + u32::from(self.exponent)).saturating_sub(1))
    }

    /// Reads a plain decimal number with at most [`Currency::whole_digits`] digits before the point and [`Currency::exponent`] behind
    /// it; no sign, power of ten, grouping or white space.
    pub fn price(self, text: &str) -> Result<Price, PriceError> {
        decimal::parse(text, self.whole_digits.into(), self.exponent).map(Price::of).ok_or_else(|| {
            PriceError::Malformed {
                value: text.to_owned(),
                largest: self.decimal(self.largest()),
                places: self.exponent,
            }
        })
    }

    /// The price in this many minor units, if the currency has one so large.
    pub fn price_of_minor(self, minor: u64) -> Result<Price, PriceError> {
        let largest = self.largest();
        if minor > largest.minor() {
            return Err(PriceError::TooLarge { minor, largest: largest.minor() });
        }
        Ok(Price::of(minor))
    }

    /// A price or another amount of this currency as a decimal number.
    pub fn decimal(self, amount: impl Into<Amount>) -> Decimal {
        Decimal { currency: self, amount: amount.into() }
    }

    /// Appends such a number without the formatting machinery: a page of products has dozens of them.
    pub(crate) fn push(self, price: Price, out: &mut Vec<u8>) {
        decimal::push(price.minor(), self.exponent, out);
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(self.amount.minor(), self.currency.exponent, formatter)
    }
}

/// Currencies without a minor unit in ISO 4217.
const NO_PLACES: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

/// Currencies whose minor unit is a thousandth.
const THREE_PLACES: &str = "BHD IQD JOD KWD LYD OMR TND";

/// Currencies of which a US dollar buys fifty units or more, as of 2026: their prices are long.
const SMALL_UNITS: &str = "AFN ALL AMD AOA ARS BDT BIF BTN CDF CLP COP CRC CUP CVE DJF DZD GMD GNF GYD HTG HUF IDR INR IQD IRR ISK JMD \
    JPY KES KGS KHR KMF KPW KRW KZT LAK LBP LKR LRD MGA MKD MMK MNT MUR MWK MZN NGN NPR PHP PKR PYG RSD RUB RWF SDG SLE SOS SSP STN SYP TZS \
    UGX UZS VES VND VUV XAF XOF XPF YER ZWG";

/// The active codes of ISO 4217 that money is paid in: no metals, no funds, no test codes.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP \
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR \
    IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR \
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE \
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER \
    ZAR ZMW ZWG";
