//! Laws of carts and totals, on made-up carts, shelves and rules.

use std::fmt::Write as _;

use catalog::{Amount, Currency, Price, Sku};
use commerce::{
    Availability, Cart, CodeOutcome, Destination, Item, MAX_TEXT_LENGTH, PricedCart, PricedLine, Rules, Usage, price,
};
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use crate::shelf::{NOW, Shelf, cart, full, item, to, with_codes};

const SKUS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
const CODES: [&str; 9] = ["TEN", "FIVE", "HALF", "SENT", "LATER", "GONE", "ONCE", "NONE", "MANY"];

fn shelves() -> impl Strategy<Value = Shelf> {
    let one =
        (prop_oneof![0_u64..200_000, Just(999_999_999_999)], 0_u32..4, any::<bool>(), any::<bool>(), 0_u32..4_000);
    prop::collection::vec(one, SKUS.len()).prop_map(|items| {
        SKUS.into_iter().zip(items).fold(
            Shelf::default(),
            |shelf, (sku, (minor, stock, is_reduced, is_kitchen, weight))| {
                let available = if stock == 3 { Availability::Unlimited } else { Availability::Limited(stock * 400) };
                let tax_class = if is_reduced { "reduced".to_owned() } else { String::new() };
                let categories = if is_kitchen { vec!["Kitchen".to_owned()] } else { Vec::new() };
                shelf.with(sku, Item { available, tax_class, categories, weight, ..item(minor) })
            },
        )
    })
}

fn carts() -> impl Strategy<Value = Vec<(usize, u32)>> {
    prop::collection::vec((0..SKUS.len() + 1, prop_oneof![1_u32..5, 1_u32..=999]), 0..9)
}

fn made(lines: &[(usize, u32)], codes: &[usize]) -> Cart {
    let mut cart = Cart::default();
    for (sku, quantity) in lines {
        cart.set(Sku::new(SKUS.get(*sku).unwrap_or(&"unknown")).unwrap(), *quantity, None).unwrap();
    }
    with_codes(cart, &codes.iter().map(|code| CODES[*code]).collect::<Vec<_>>())
}

/// Gross and net prices, one of them with tax by region, each zone of shipping, and a method that is not the cheapest.
fn destinations() -> impl Strategy<Value = Destination> {
    let express = Destination { method: Some("Express".to_owned()), ..to("DE") };
    let region = |code| Destination::parse("US", code).unwrap();
    prop_oneof![Just(to("DE")), Just(express), Just(to("AT")), Just(to("FR")), Just(region("")), Just(region("CA"))]
}

/// What the codes take off goods and shipping.
fn taken(priced: &PricedCart) -> (Amount, Amount) {
    let applied = priced.codes.iter().filter_map(|code| match code.outcome {
        CodeOutcome::Applied { goods, shipping, .. } => Some((goods, shipping)),
        _ => None,
    });
    applied
        .fold((Amount::ZERO, Amount::ZERO), |(goods, shipping), (more, also)| (goods.plus(more), shipping.plus(also)))
}

fn by_sku(priced: &PricedCart) -> Vec<PricedLine> {
    let mut lines = priced.lines.clone();
    lines.sort_by(|a, b| a.sku.cmp(&b.sku));
    lines
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_its_parts(
        shelf in shelves(),
        lines in carts(),
        codes in prop::collection::vec(0..CODES.len(), 0..=5),
        destination in destinations(),
    ) {
        let cart = made(&lines, &codes);
        let priced = price(&cart, &shelf, full(), &destination, NOW, Usage::Unchecked);
        let sum = |part: fn(&PricedLine) -> Amount| priced.lines.iter().map(part).sum::<Amount>();
        prop_assert_eq!(priced.is_tax_included, destination.country.code() != "US");
        prop_assert_eq!(priced.subtotal, sum(|line| line.amount));
        prop_assert_eq!(priced.discount, sum(|line| line.discount));
        let (of_codes, off_shipping) = taken(&priced);
        prop_assert_eq!(priced.discount, of_codes);
        prop_assert!(priced.lines.iter().all(|line| line.discount <= line.amount && line.tax <= line.due().plus(priced.shipping.cost)));
        let taxes: Amount = priced.taxes.iter().map(|group| group.tax).sum();
        prop_assert_eq!(priced.tax, taxes);
        prop_assert_eq!(priced.tax, sum(|line| line.tax).plus(priced.shipping.tax));
        for group in &priced.taxes {
            let of = |amount| if priced.is_tax_included { group.rate.within(amount) } else { group.rate.of(amount) };
            prop_assert_eq!(group.tax, of(group.amount));
        }
        let options: Vec<Amount> = priced.shipping.options.iter().map(|option| option.cost).collect();
        if let Some(chosen) = priced.shipping.chosen {
            prop_assert_eq!(Some(&priced.shipping.cost), options.get(chosen));
        } else {
            prop_assert_eq!((priced.shipping.cost, off_shipping), (Amount::ZERO, Amount::ZERO));
        }
        let charged: Amount = priced.taxes.iter().map(|group| group.amount).sum();
        let due = sum(PricedLine::due).plus(priced.shipping.cost);
        prop_assert_eq!(charged, if priced.lines.iter().any(|line| line.payable > 0) { due } else { Amount::ZERO });
        prop_assert_eq!(priced.total, if priced.is_tax_included { due } else { due.plus(priced.tax) });
        for line in &priced.lines {
            let unit = line.item.as_ref().map_or(Amount::ZERO, |item| item.price.into());
            prop_assert_eq!(line.amount, unit.times(line.payable));
            prop_assert!(line.payable <= line.quantity);
        }
    }

    #[test]
    fn the_order_of_lines_and_codes_changes_nothing(
        shelf in shelves(),
        (lines, turned) in carts().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        (codes, typed) in prop::collection::vec(0..CODES.len(), 0..=5).prop_flat_map(|codes| (Just(codes.clone()), Just(codes).prop_shuffle())),
        destination in destinations(),
    ) {
        // Of a SKU that is set twice the last quantity counts, so repeats go first.
        let (mut lines, mut turned) = (lines, turned);
        lines.sort_unstable_by_key(|(sku, _)| *sku);
        lines.dedup_by_key(|(sku, _)| *sku);
        turned.retain(|line| lines.contains(line));
        turned.dedup();
        let (one, other) = (made(&lines, &codes), made(&turned, &typed));
        let rules = full();
        let one = price(&one, &shelf, rules, &destination, NOW, Usage::Unchecked);
        let other = price(&other, &shelf, rules, &destination, NOW, Usage::Unchecked);
        prop_assert_eq!(by_sku(&one), by_sku(&other));
        prop_assert_eq!((one.subtotal, one.discount, one.tax), (other.subtotal, other.discount, other.tax));
        prop_assert_eq!(taken(&one), taken(&other));
        prop_assert_eq!((&one.taxes, &one.shipping, one.total), (&other.taxes, &other.shipping, other.total));
    }

    #[test]
    fn a_text_is_read_back_as_the_same_cart(lines in prop::collection::vec(("[A-Za-z0-9._-]{1,64}", 1_u32..=999, prop::option::of(0_u64..=999_999_999_999)), 0..60), codes in prop::collection::vec("[A-Z0-9_-]{1,32}", 0..7)) {
        let mut cart = Cart::default();
        for (sku, quantity, seen) in &lines {
            let _ = cart.add(Sku::new(sku).unwrap(), *quantity, seen.map(|minor| Price::from_minor(minor).unwrap()));
        }
        for code in &codes {
            let _ = cart.add_code(commerce::Code::new(code).unwrap());
        }
        let text = cart.to_text();
        prop_assert!(text.len() <= MAX_TEXT_LENGTH);
        prop_assert_eq!(Cart::parse(&text), Ok(cart.clone()));
        prop_assert_eq!(Cart::salvage(text.as_bytes()).cart, cart);
    }

    #[test]
    fn any_text_is_a_cart_with_that_text_or_is_refused(text in prop_oneof![any::<String>(), "1(~[ab!*1-9]{1,6}){0,8}", "[0-2]~[a-c]\\*[0-9]{1,4}(~![A-C])?"]) {
        if let Ok(cart) = Cart::parse(&text) {
            prop_assert_eq!(cart.to_text(), text);
        }
    }

    #[test]
    fn any_bytes_are_salvaged_into_a_valid_cart(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'~'), Just(b'*'), Just(b'1')], 0..400)) {
        let salvaged = Cart::salvage(&bytes);
        prop_assert_eq!(Cart::parse(&salvaged.cart.to_text()), Ok(salvaged.cart));
    }

    #[test]
    fn merging_twice_is_merging_once(one in carts(), other in carts()) {
        let (mut merged, other) = (made(&one, &[0]), made(&other, &[1, 2]));
        merged.merge(&other);
        let once = merged.clone();
        merged.merge(&other);
        prop_assert_eq!(&merged, &once);
        prop_assert!(other.lines().iter().all(|line| once.line(line.sku()).is_some_and(|held| held.quantity() >= line.quantity())));
    }
}

#[test]
fn the_largest_cart_does_not_overflow() {
    let mut text = String::from("1");
    let mut shelf = Shelf::default();
    for number in 0..50 {
        let _ = write!(text, "~s{number}*999");
        shelf = shelf.with(&format!("s{number}"), item(999_999_999_999));
    }
    let priced = price(&Cart::parse(&text).unwrap(), &shelf, full(), &to("US"), NOW, Usage::Unchecked);
    assert_eq!(priced.subtotal.minor(), 50 * 999 * 999_999_999_999);
    assert_eq!(priced.total, priced.subtotal.plus(priced.shipping.cost).plus(priced.tax));
    let taxed = price(&cart(&[("s0", 999)]), &shelf, full(), &to("DE"), NOW, Usage::Unchecked);
    assert_eq!(taxed.total, taxed.subtotal);
}

/// Every number of places and of digits that a price of any currency has: dollars, yen, dinars, rupiah, and what has both.
#[test]
fn the_dearest_line_of_any_currency_does_not_overflow() {
    for code in ["USD", "EUR", "JPY", "KRW", "KWD", "TND", "IDR", "VND", "IQD", "IRR", "CLP", "HUF"] {
        let currency = Currency::parse(code).unwrap();
        let rules = Rules::from_toml(
            "[[tax.rate]]\ncountries = [\"DE\"]\npercent = \"100\"\n[[tax.market]]\ncountries = [\"US\"]\nincluded = false\n\
             [[tax.rate]]\ncountries = [\"US\"]\npercent = \"100\"\n[[discount]]\ncode = \"MOST\"\npercent = \"99.999\"\n",
            currency,
        )
        .unwrap();
        let dearest = currency.largest();
        let shelf = Shelf::default().with("a", item(dearest.minor()));
        let exact = u128::from(dearest.minor()) * 999;
        let of = |cart: &Cart, country| price(cart, &shelf, &rules, &to(country), NOW, Usage::Unchecked);
        let held = cart(&[("a", 999)]);
        let gross = of(&held, "DE");
        assert_eq!((u128::from(gross.subtotal.minor()), gross.total), (exact, gross.subtotal), "{code}");
        assert_eq!(u128::from(gross.tax.minor()), exact.div_ceil(2), "{code}");
        let net = of(&held, "US");
        assert_eq!(u128::from(net.total.minor()), exact * 2, "{code}");
        let nearly_free = of(&with_codes(held, &["MOST"]), "DE");
        let due = exact - (exact * 99_999 + 50_000) / 100_000;
        assert_eq!(u128::from(nearly_free.total.minor()), due, "{code}");
        let places = usize::from(currency.exponent());
        let written = currency.decimal(gross.total).to_string();
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        let behind = written.split_once('.').map_or(0, |(_, behind)| behind.len());
        let padded = format!("{digits}{}", "0".repeat(places - behind));
        assert_eq!(padded.parse::<u128>().unwrap(), exact, "{code}: {written}");
    }
}
