//! A shelf of things to sell, and rules to sell them by.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use catalog::{Currency, Price, Sku};
use commerce::{Availability, Cart, Code, Country, Destination, Found, Item, Lookup, Rules};

/// 2026-11-28, noon.
pub(crate) const NOW: u64 = 20_785 * 86_400_000 + 43_200_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf(pub(crate) BTreeMap<String, Found>);

impl Lookup for Shelf {
    fn find(&self, sku: &str) -> Found {
        self.0.get(sku).cloned().unwrap_or(Found::Unknown)
    }
}

impl Shelf {
    pub(crate) fn with(mut self, sku: &str, item: Item) -> Shelf {
        self.0.insert(sku.to_owned(), Found::Item(Arc::new(item)));
        self
    }
}

pub(crate) fn item(minor: u64) -> Item {
    Item {
        product: "p".to_owned(),
        name: "Thing".to_owned(),
        price: Price::from_minor(minor).unwrap(),
        available: Availability::Unlimited,
        ..Item::default()
    }
}

pub(crate) fn cart(lines: &[(&str, u32)]) -> Cart {
    let mut cart = Cart::default();
    for (sku, quantity) in lines {
        cart.add(Sku::new(sku).unwrap(), *quantity, None).unwrap();
    }
    cart
}

pub(crate) fn with_codes(mut cart: Cart, codes: &[&str]) -> Cart {
    for code in codes {
        cart.add_code(Code::new(code).unwrap()).unwrap();
    }
    cart
}

pub(crate) fn rules(toml: &str) -> Rules {
    Rules::from_toml(toml, Currency::parse("EUR").unwrap()).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn to(country: &str) -> Destination {
    Destination::of(Country::parse(country).unwrap())
}

/// The rules of [`FULL`].
pub(crate) fn full() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(|| rules(FULL));
    &RULES
}

/// A shop with everything.
pub(crate) const FULL: &str = r#"
[tax]
included = true

[[tax.market]]
countries = ["US"]
included = false

[[tax.rate]]
countries = ["DE"]
percent = "19"

[[tax.rate]]
countries = ["DE"]
class = "reduced"
percent = "7"

[[tax.rate]]
countries = ["AT"]
percent = "20"
until = "2026-11-28"

[[tax.rate]]
countries = ["AT"]
percent = "21"
from = "2026-11-29"

[[tax.rate]]
countries = ["US"]
percent = "0"

[[tax.rate]]
countries = ["US"]
regions = ["CA"]
percent = "8.875"

[shipping]
default = "DE"

[[shipping.zone]]
name = "Germany"
countries = ["DE"]

[[shipping.zone.method]]
name = "Parcel"
days = [2, 4]
by-value = [{ from = "0", cost = "4.90" }, { from = "80.00", cost = "0" }]

[[shipping.zone.method]]
name = "Express"
days = [1, 1]
cost = "14.90"
max-weight = 5000

[[shipping.zone]]
name = "World"
countries = ["*"]

[[shipping.zone.method]]
name = "Post"
by-weight = [{ from = 0, cost = "9.00" }, { from = 2000, cost = "19.00" }]
max-weight = 20000

[[discount]]
code = "TEN"
percent = "10"
combinable = true

[[discount]]
code = "FIVE"
amount = "5.00"
combinable = true

[[discount]]
code = "HALF"
percent = "50"
categories = ["Kitchen"]
minimum = "30.00"

[[discount]]
code = "SENT"
free-shipping = true
combinable = true

[[discount]]
code = "LATER"
percent = "10"
from = "2026-12-01"

[[discount]]
code = "GONE"
percent = "10"
until = "2026-11-27"

[[discount]]
code = "ONCE"
percent = "20"
uses = 100
once-per-customer = true
"#;
