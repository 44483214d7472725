//! Currencies and how prices are written in them.

use catalog::Price;
use pages::Currency;

#[track_caller]
fn check(code: &str, minor: u64, expect: &str) {
    let mut written = String::new();
    Currency::parse(code).unwrap().write(Price::from_minor(minor).unwrap(), &mut written);
    assert_eq!(written, expect);
}

#[test]
fn writes_prices_as_a_shopper_reads_them() {
    check("USD", 0, "$0.00");
    check("USD", 5, "$0.05");
    check("USD", 950, "$9.50");
    check("USD", 4800, "$48.00");
    check("USD", 99_999, "$999.99");
    check("USD", 100_000, "$1,000.00");
    check("USD", 12_345_678, "$123,456.78");
    check("USD", 999_999_999, "$9,999,999.99");
    check("USD", 100_000_001, "$1,000,000.01");
    check("EUR", 4800, "€48.00");
    check("GBP", 4800, "£48.00");
    check("CAD", 4800, "CA$48.00");
    check("CHF", 4800, "CHF\u{a0}48.00");
    check("SEK", 129_900, "SEK\u{a0}1,299.00");
    check("JPY", 4_800, "¥4,800");
    check("ISK", 1, "ISK\u{a0}1");
    check("KWD", 1_255, "KWD\u{a0}1.255");
    check("TND", 5, "TND\u{a0}0.005");
    check("IDR", 999_999_999_999, "IDR\u{a0}9,999,999,999.99");
}

#[test]
fn refuses_what_is_no_currency() {
    for text in ["", "usd", "US", "USDX", "XXX", "XTS", "EUR ", "AED AFN"] {
        assert_eq!(
            Currency::parse(text).unwrap_err().to_string(),
            format!("`{text}` is no currency code of ISO 4217, such as USD or CHF")
        );
    }
}
