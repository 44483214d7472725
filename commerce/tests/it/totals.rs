//! What carts cost: a table a rule.

use catalog::{Amount, Price, Sku};
use commerce::{
    Availability, Cart, Code, CodeOutcome, Destination, Found, Item, PricedCart, Problem, Usage, UsageOf, price,
};

use crate::shelf::{NOW, Shelf, cart, full, item, rules, to, with_codes};

fn shelf() -> Shelf {
    let kitchen = Item { categories: vec!["Home".to_owned(), "Kitchen".to_owned()], ..item(4_800) };
    let book = Item { tax_class: "reduced".to_owned(), weight: 800, ..item(2_000) };
    Shelf::default()
        .with("press", Item { weight: 1_200, ..kitchen })
        .with("book", book)
        .with("few", Item { available: Availability::Limited(3), ..item(1_000) })
        .with("none", Item { available: Availability::Limited(0), ..item(1_000) })
        .with("safe", Item { weight: 30_000, ..item(50_000) })
}

fn priced(cart: &Cart, destination: &Destination) -> PricedCart {
    price(cart, &shelf(), full(), destination, NOW, Usage::Unchecked)
}

/// Subtotal, discount, shipping, tax and total, in minor units.
fn sums(cart: &PricedCart) -> [u64; 5] {
    [cart.subtotal, cart.discount, cart.shipping.cost, cart.tax, cart.total].map(Amount::minor)
}

#[test]
fn tax_is_within_gross_prices_and_on_top_of_net_ones() {
    let held = cart(&[("press", 1)]);
    assert_eq!(sums(&priced(&held, &to("DE"))), [4_800, 0, 490, 845, 5_290]);
    let california = Destination::parse("us", "ca").unwrap();
    assert_eq!(sums(&priced(&held, &california)), [4_800, 0, 900, 506, 6_206]);
    assert_eq!(sums(&priced(&held, &to("US"))), [4_800, 0, 900, 0, 5_700]);
}

#[test]
fn each_rate_is_rounded_once_and_shipping_goes_along() {
    let cart = priced(&cart(&[("press", 1), ("book", 1)]), &to("DE"));
    assert_eq!(sums(&cart), [6_800, 0, 490, 962, 7_290]);
    let groups: Vec<(String, u64, u64)> =
        cart.taxes.iter().map(|group| (group.rate.to_string(), group.amount.minor(), group.tax.minor())).collect();
    assert_eq!(groups, [("7".to_owned(), 2_144, 140), ("19".to_owned(), 5_146, 822)]);
}

#[test]
fn the_rate_of_the_day_counts() {
    let held = cart(&[("press", 1)]);
    let at = |now| price(&held, &shelf(), full(), &to("AT"), now, Usage::Unchecked).taxes[0].rate.to_string();
    assert_eq!((at(NOW), at(NOW + 86_400_000)), ("20".to_owned(), "21".to_owned()));
}

#[test]
fn a_class_without_a_rate_has_the_standard_one() {
    assert_eq!(priced(&cart(&[("book", 1)]), &to("AT")).taxes[0].rate.to_string(), "20");
    assert_eq!(priced(&cart(&[("book", 1)]), &to("FR")).tax, Amount::ZERO);
}

#[test]
fn shipping_follows_zone_method_and_band() {
    let of = |lines: &[(&str, u32)], country: &str| {
        let shipping = priced(&cart(lines), &to(country)).shipping;
        let options: Vec<(String, u64)> =
            shipping.options.iter().map(|option| (option.name.clone(), option.cost.minor())).collect();
        (options, shipping.chosen, shipping.missing_for_free.map(Amount::minor))
    };
    let option = |name: &str, cost| (name.to_owned(), cost);
    assert_eq!(
        of(&[("press", 1)], "DE"),
        (vec![option("Parcel", 490), option("Express", 1_490)], Some(0), Some(3_200))
    );
    assert_eq!(of(&[("press", 2)], "DE"), (vec![option("Parcel", 0), option("Express", 1_490)], Some(0), None));
    assert_eq!(of(&[("press", 5)], "DE").0, [option("Parcel", 0)]);
    assert_eq!(of(&[("press", 1)], "FR"), (vec![option("Post", 900)], Some(0), None));
    assert_eq!(of(&[("press", 2)], "FR").0, [option("Post", 1_900)]);
    assert_eq!(of(&[], "FR"), (vec![], None, None));
    let heavy = priced(&cart(&[("safe", 1)]), &to("FR"));
    assert!(heavy.shipping.options.is_empty() && !heavy.shipping.is_served && !heavy.can_be_ordered());
}

/// A wrong guess would refuse a cart or charge for a parcel that nobody sends; the build warns of such goods.
#[test]
fn goods_without_a_weight_weigh_nothing() {
    let shelf = Shelf::default().with("light", item(1_000)).with("heavy", Item { weight: 2_000, ..item(1_000) });
    let cost = |lines: &[(&str, u32)]| {
        price(&cart(lines), &shelf, full(), &to("FR"), NOW, Usage::Unchecked).shipping.cost.minor()
    };
    assert_eq!(
        [cost(&[("light", 999)]), cost(&[("heavy", 1)]), cost(&[("light", 999), ("heavy", 1)])],
        [900, 1_900, 1_900]
    );
}

#[test]
fn the_chosen_method_counts() {
    let express = Destination { method: Some("Express".to_owned()), ..to("DE") };
    assert_eq!(priced(&cart(&[("press", 1)]), &express).shipping.cost.minor(), 1_490);
    let unknown = Destination { method: Some("Balloon".to_owned()), ..to("DE") };
    assert_eq!(priced(&cart(&[("press", 1)]), &unknown).shipping.cost.minor(), 490);
}

#[test]
fn lines_say_what_is_wrong_with_them() {
    let mut shelf = shelf();
    shelf.0.insert("draft".to_owned(), Found::Unpublished);
    let mut held = cart(&[("gone", 1), ("draft", 1), ("none", 1), ("few", 5), ("few", 1)]);
    held.add(Sku::new("press").unwrap(), 1, Price::from_minor(4_500).ok()).unwrap();
    let priced = price(&held, &shelf, full(), &to("DE"), NOW, Usage::Unchecked);
    let of: Vec<(u32, u64, Vec<Problem>)> =
        priced.lines.iter().map(|line| (line.payable, line.amount.minor(), line.problems.clone())).collect();
    let seen = Price::from_minor(4_500).unwrap();
    assert_eq!(
        of,
        [
            (0, 0, vec![Problem::Unknown]),
            (0, 0, vec![Problem::Unpublished]),
            (0, 0, vec![Problem::SoldOut]),
            (3, 3_000, vec![Problem::Fewer { available: 3 }]),
            (1, 4_800, vec![Problem::PriceChanged { seen }]),
        ]
    );
    assert!(!priced.can_be_ordered() && priced.subtotal.minor() == 7_800);
}

#[test]
fn stock_that_nobody_knows_is_not_claimed() {
    let shelf = Shelf::default().with("a", Item { available: Availability::Unknown, ..item(100) });
    let priced = price(&cart(&[("a", 999)]), &shelf, &rules(""), &to("DE"), NOW, Usage::Unchecked);
    assert_eq!((priced.lines[0].payable, priced.lines[0].problems.len()), (999, 0));
}

/// Goods and shipping that the codes take off, or the name of what they came to.
fn outcomes(cart: &PricedCart) -> Vec<String> {
    let of = |outcome: &CodeOutcome| match outcome {
        CodeOutcome::Applied { goods, shipping, .. } => format!("{} {}", goods.minor(), shipping.minor()),
        CodeOutcome::BelowMinimum { minimum, value } => format!("{} of {}", value.minor(), minimum.minor()),
        other => format!("{other:?}"),
    };
    cart.codes.iter().map(|priced| of(&priced.outcome)).collect()
}

#[test]
fn codes_take_off_what_their_rules_say() {
    #[track_caller]
    fn check(lines: &[(&str, u32)], codes: &[&str], expect: &[&str]) {
        let cart = priced(&with_codes(cart(lines), codes), &to("DE"));
        assert_eq!(outcomes(&cart), expect);
        assert_eq!(cart.discount, cart.lines.iter().map(|line| line.discount).sum());
    }
    check(&[("press", 1)], &["TEN"], &["480 0"]);
    check(&[("press", 1)], &["FIVE", "TEN"], &["500 0", "480 0"]);
    check(&[("press", 1)], &["SENT"], &["0 490"]);
    check(&[("few", 1)], &["FIVE"], &["500 0"]);
    check(&[("press", 1)], &["HALF"], &["2400 0"]);
    check(&[("book", 2)], &["HALF"], &["NothingEligible"]);
    check(&[("press", 1), ("book", 1)], &["HALF", "TEN"], &["2400 0", "NotCombinable"]);
    check(&[("press", 1), ("book", 40)], &["HALF", "TEN"], &["NotCombinable", "8480 0"]);
    check(&[("press", 1)], &["WRONG", "LATER", "GONE"], &["Unknown", "NotYet", "Over"]);
    check(&[], &["TEN"], &["NothingEligible"]);
    check(&[("none", 1)], &["TEN"], &["NothingEligible"]);
}

#[test]
fn an_amount_takes_off_no_more_than_there_is() {
    let shelf = Shelf::default().with("cheap", item(300));
    let held = with_codes(cart(&[("cheap", 1)]), &["FIVE"]);
    let priced = price(&held, &shelf, full(), &to("DE"), NOW, Usage::Unchecked);
    assert_eq!(sums(&priced), [300, 300, 490, 78, 490]);
}

#[test]
fn free_shipping_takes_off_the_cheapest_method() {
    let express = Destination { method: Some("Express".to_owned()), ..to("DE") };
    let cart = priced(&with_codes(cart(&[("press", 1)]), &["SENT"]), &express);
    assert_eq!((outcomes(&cart), cart.shipping.cost.minor()), (vec!["0 490".to_owned()], 1_000));
}

#[test]
fn the_minimum_is_of_the_goods_that_the_code_is_for() {
    let shelf = Shelf::default()
        .with("pan", Item { categories: vec!["Kitchen".to_owned()], ..item(2_999) })
        .with("sofa", item(90_000));
    let held = with_codes(cart(&[("pan", 1), ("sofa", 1)]), &["HALF"]);
    let priced = price(&held, &shelf, full(), &to("DE"), NOW, Usage::Unchecked);
    assert_eq!(outcomes(&priced), ["2999 of 3000"]);
}

#[derive(Debug)]
struct Uses(u32, bool);

impl UsageOf for Uses {
    fn of(&self, _: &Code) -> (u32, bool) {
        (self.0, self.1)
    }
}

#[test]
fn uses_are_counted_where_they_are_known() {
    let held = with_codes(cart(&[("press", 1)]), &["ONCE"]);
    let of = |usage| price(&held, &shelf(), full(), &to("DE"), NOW, usage).codes[0].outcome.clone();
    let applied = |is_checked_later| CodeOutcome::Applied {
        goods: Amount::from_minor(960),
        shipping: Amount::ZERO,
        is_checked_later,
    };
    assert_eq!(of(Usage::Unchecked), applied(true));
    assert_eq!(of(Usage::Known(&Uses(99, false))), applied(false));
    assert_eq!(of(Usage::Known(&Uses(100, false))), CodeOutcome::UsedUp);
    assert_eq!(of(Usage::Known(&Uses(0, true))), CodeOutcome::UsedByCustomer);
}
