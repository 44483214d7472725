//! Carts and their text: limits, edits, and what is saved of a damaged text.

use catalog::{Price, Sku};
use commerce::{Cart, Code, EditError, Loss, MAX_TEXT_LENGTH, TextError};

use crate::shelf::{cart, with_codes};

fn sku(text: &str) -> Sku<'_> {
    Sku::new(text).unwrap()
}

#[test]
fn a_cart_has_one_text() {
    let mut held = with_codes(cart(&[("TEE-M.red_2", 2)]), &["welcome-10"]);
    held.add(sku("1"), 999, Some(Price::from_minor(4_800).unwrap())).unwrap();
    assert_eq!(held.to_text(), "1~TEE-M.red_2*2~1*999*4800~!WELCOME-10");
    assert_eq!(Cart::parse(&held.to_text()), Ok(held));
    assert_eq!((Cart::default().to_text().as_str(), Cart::parse("")), ("", Ok(Cart::default())));
}

#[test]
fn a_wrong_text_is_refused_with_the_part() {
    let part = |number| Err(TextError::Part { number });
    for (text, expect) in [
        ("1", Err(TextError::Version)),
        ("2~a*1", Err(TextError::Version)),
        ("1~", part(1)),
        ("1~a", part(1)),
        ("1~a*", part(1)),
        ("1~a*0", part(1)),
        ("1~a*1~b*1000", part(2)),
        ("1~a*01", part(1)),
        ("1~a*+1", part(1)),
        ("1~a*1*", part(1)),
        ("1~a*1*1000000000000", part(1)),
        ("1~a*1*2*3", part(1)),
        ("1~é*1", part(1)),
        ("1~a b*1", part(1)),
        ("1~!small", part(1)),
        ("1~!", part(1)),
        ("1~!A~a*1", part(2)),
        ("1~a*1~a*2", Err(TextError::Repeated { number: 2 })),
        ("1~!A~!A", Err(TextError::Repeated { number: 2 })),
        ("1~!A~!B~!C~!D~!E~!F", Err(TextError::TooMany)),
    ] {
        assert_eq!(Cart::parse(text), expect, "{text}");
    }
    assert_eq!(Cart::parse(&"1".repeat(3_801)), Err(TextError::Length { length: 3_801 }));
}

#[test]
fn fifty_lines_with_long_skus_fit() {
    let mut held = Cart::default();
    let price = Price::from_minor(999_999_999);
    for number in 0..50 {
        held.add(sku(&format!("{number:036}")), 999, price.clone().ok()).unwrap();
    }
    assert_eq!(Cart::parse(&held.to_text()), Ok(held.clone()));
    assert_eq!(held.add(sku("one-more"), 1, None), Err(EditError::TooManyLines));
    assert_eq!(held.lines().len(), 50);
}

#[test]
fn a_cart_never_outgrows_its_cookie() {
    let mut held = Cart::default();
    let refused = (0..50)
        .find_map(|number| held.add(sku(&format!("{number:064}")), 999, Price::from_minor(999_999_999_999).ok()).err());
    assert_eq!(refused, Some(EditError::Full));
    assert!(held.to_text().len() <= MAX_TEXT_LENGTH && held.lines().len() == 46, "{}", held.lines().len());
    // Growing a line counts as well.
    while held.add_code(Code::new(&"X".repeat(32 - held.codes().len())).unwrap()).is_ok() {}
    assert!(held.to_text().len() <= MAX_TEXT_LENGTH);
}

#[test]
fn a_refused_change_changes_nothing() {
    let mut held = cart(&[("a", 998)]);
    assert_eq!(held.add(sku("a"), 2, None), Err(EditError::Quantity { quantity: 1_000 }));
    assert_eq!(held.add(sku("b"), 0, None), Err(EditError::Quantity { quantity: 0 }));
    assert_eq!(held.set(sku("a"), 1_000, None), Err(EditError::Quantity { quantity: 1_000 }));
    assert_eq!(held.add(sku("a"), u32::MAX, None), Err(EditError::Quantity { quantity: u32::MAX }));
    assert_eq!(held, cart(&[("a", 998)]));
    assert_eq!((held.set(sku("a"), 0, None), held.is_empty()), (Ok(0), true));
}

#[test]
fn a_price_that_was_seen_stays_until_another_is() {
    let price = |minor| Price::from_minor(minor).ok();
    let mut held = Cart::default();
    held.add(sku("a"), 1, price(500)).unwrap();
    held.add(sku("a"), 1, None).unwrap();
    assert_eq!(held.to_text(), "1~a*2*500");
    held.see(|_| price(700));
    assert_eq!(held.to_text(), "1~a*2*700");
}

#[test]
fn prices_that_are_seen_never_make_a_cart_outgrow_its_cookie() {
    let mut held = Cart::default();
    while held.add(sku(&format!("{:064}", held.lines().len())), 999, None).is_ok() {}
    assert_eq!(held.lines().len(), 50, "without prices all lines have room");
    let before: Vec<String> = held.lines().iter().map(|line| line.sku().to_owned()).collect();
    held.see(|_| Price::from_minor(999_999_999_999).ok());
    assert!(held.to_text().len() <= MAX_TEXT_LENGTH, "{} bytes", held.to_text().len());
    assert_eq!(held.lines().iter().map(commerce::Line::sku).collect::<Vec<_>>(), before, "no line is lost");
    assert_eq!(Cart::parse(&held.to_text()), Ok(held));
}

#[test]
fn what_is_valid_in_a_damaged_text_is_saved() {
    #[track_caller]
    fn check(text: &[u8], expect: &str, losses: &[Loss]) {
        let salvaged = Cart::salvage(text);
        assert_eq!((salvaged.cart.to_text().as_str(), salvaged.losses.as_slice()), (expect, losses));
    }
    check(b"1~a*2*500", "1~a*2*500", &[]);
    check(b"1~a*2~garbage~b*1", "1~a*2~b*1", &[Loss::Unreadable]);
    check(b"1~a*2~a*5~a*3", "1~a*5", &[]);
    check(b"1~a*1000~b*1", "1~a*999~b*1", &[Loss::Quantity]);
    check(b"2~a*2~b*1", "1~a*2~b*1", &[Loss::Version]);
    check(b"\xff\xfe~a*1~\xff*1", "1~a*1", &[Loss::Version, Loss::Unreadable]);
    check(b"", "", &[]);
    check(b"nonsense", "", &[Loss::Version]);
    let parts: Vec<String> = (0..60).map(|number| format!("s{number}*1")).collect();
    let salvaged = Cart::salvage(format!("1~{}", parts.join("~")).as_bytes());
    assert_eq!((salvaged.cart.lines().len(), salvaged.losses), (50, vec![Loss::TooMany]));
    let megabyte = format!("1~a*1{}", "~".repeat(1_000_000));
    let salvaged = Cart::salvage(megabyte.as_bytes());
    assert_eq!((salvaged.cart.to_text().as_str(), salvaged.losses), ("1~a*1", vec![Loss::TooMany, Loss::Unreadable]));
}

#[test]
fn merging_takes_the_larger_quantity() {
    let mut held = with_codes(cart(&[("a", 2), ("b", 5)]), &["X"]);
    let other = with_codes(cart(&[("b", 3), ("c", 1), ("a", 7)]), &["Y"]);
    assert_eq!(held.merge(&other), []);
    assert_eq!(held.to_text(), "1~a*7~b*5~c*1~!X~!Y");
    let once = held.clone();
    held.merge(&other);
    assert_eq!(held, once);
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX";
    let full = cart(&(0..50).map(|place| (&letters[place..=place], 1)).collect::<Vec<_>>());
    let mut held = full.clone();
    assert_eq!(held.merge(&cart(&[("new", 2)])), cart(&[("new", 2)]).lines());
    assert_eq!(held, full);
}
