//! Orders: one for a checkout, never more goods than there are, and money that is counted once, whoever asks and how often.

mod backlog;
mod change;
mod mails;
mod pay;
mod place;
mod refunds;

use catalog::{Amount, Currency, StockPolicy};
use commerce::checkout::{Contact, Summary, SummaryLine, SummaryShipping, Way};
use commerce::{Facts, OrderNumber, OrderState, Standing};
use sqlx::Row as _;

use crate::store::Store;
use crate::store::address::Address;
use crate::store::checkout::Checkout;
use crate::store::orders::holds::Wanted;
use crate::store::orders::place::{Draft, Placed};

/// The price of one of anything, in minor units.
pub(super) const PRICE: u64 = 1_000;

pub(super) async fn open(address: &Address) -> Store {
    Store::open(address).await.unwrap()
}

pub(super) fn contact(email: &str) -> Contact {
    let text = |text: &str| text.to_owned();
    Contact {
        email: text(email),
        country: text("DE"),
        name: text("Ada"),
        line1: text("Weg 1"),
        line2: String::new(),
        postcode: text("10115"),
        city: text("Berlin"),
        region: String::new(),
        phone: String::new(),
        billing: None,
        news_at: None,
    }
}

/// An order of so many of each SKU, at a price of 10.
pub(super) fn draft(id: &str, way: Way, skus: &[(&str, u32)], policy: StockPolicy) -> Draft {
    let line = |(sku, quantity): &(&str, u32)| SummaryLine {
        sku: (*sku).to_owned(),
        name: "Lamp".to_owned(),
        values: Vec::new(),
        handle: String::new(),
        picture: String::new(),
        quantity: *quantity,
        payable: *quantity,
        unit: PRICE,
        amount: PRICE * u64::from(*quantity),
        discount: 0,
        rate: 0,
        tax: 0,
    };
    let lines: Vec<SummaryLine> = skus.iter().map(line).collect();
    let total = lines.iter().map(|line| line.amount).sum();
    let mut wanted: Vec<Wanted> =
        skus.iter().map(|(sku, quantity)| Wanted { sku: (*sku).to_owned(), quantity: *quantity, policy }).collect();
    wanted.sort_by(|a, b| a.sku.cmp(&b.sku));
    let bits = id.bytes().fold(7_u64, |bits, byte| bits.wrapping_mul(1_099_511_628_211) ^ u64::from(byte));
    Draft {
        id: id.to_owned(),
        number: OrderNumber::from_bits(bits),
        payment: format!("{id}-pay"),
        contact: contact(&format!("{id}@shop.example")),
        summary: Summary {
            cart: "1".to_owned(),
            currency: "USD".to_owned(),
            country: "DE".to_owned(),
            region: String::new(),
            is_tax_included: true,
            lines,
            codes: Vec::new(),
            subtotal: total,
            discount: 0,
            shipping: SummaryShipping::default(),
            taxes: Vec::new(),
            tax: 0,
            total,
        },
        currency: Currency::default(),
        seen_total: total,
        way,
        card: String::new(),
        wanted,
        codes: Vec::new(),
        rules: "rules".to_owned(),
        catalog: "catalog".to_owned(),
        expires_at: 1_000,
    }
}

pub(super) async fn begin(store: &Store, id: &str) {
    let checkout = Checkout {
        id: id.to_owned(),
        key_hash: format!("hash of {id}"),
        cart: "1".to_owned(),
        contact: None,
        method: String::new(),
    };
    store.begin_checkout(&checkout, 1).await.unwrap();
}

/// A shop with stock, and rules to price by.
pub(super) async fn shop(address: &Address, stock: &[(&str, u32)]) -> Store {
    let store = open(address).await;
    store.count(stock, 1).await.unwrap();
    store.seed_rules("rules", "{}", 1).await.unwrap();
    store
}

pub(super) async fn place(store: &Store, checkout: &str, draft: Draft) -> Placed<()> {
    store.place(checkout, "1".to_owned(), move |_, _| Ok::<_, ()>(draft), 10).await.unwrap()
}

/// Places an order of its own checkout.
pub(super) async fn placed(store: &Store, id: &str, way: Way, skus: &[(&str, u32)]) -> String {
    begin(store, id).await;
    match place(store, id, draft(id, way, skus, StockPolicy::Deny)).await {
        Placed::New(order) => order,
        other => panic!("{other:?}"),
    }
}

/// On hand, reserved, backordered; `reserved` and `backordered` must be what the active holds add up to.
pub(super) async fn level(store: &Store, sku: &str) -> (i64, i64, i64) {
    let level = store.level(sku).await.unwrap().unwrap();
    let query = sqlx::query("SELECT quantity, backordered FROM hold WHERE sku = $1 AND state IN ('held', 'committed')");
    let rows = query.bind(sku).fetch_all(&store.pool).await.unwrap();
    let sum = |column: &str| rows.iter().map(|row| row.get::<i64, _>(column)).sum::<i64>();
    assert_eq!((level.reserved, level.backordered), (sum("quantity"), sum("backordered")), "{sku}");
    (level.on_hand, level.reserved, level.backordered)
}

pub(super) fn facts(standing: Standing, captured: u64, refunded: u64) -> Facts {
    Facts {
        standing,
        authorised: Amount::from_minor(captured),
        captured: Amount::from_minor(captured),
        refunded: Amount::from_minor(refunded),
        currency: Currency::default(),
    }
}

pub(super) async fn mails(store: &Store) -> Vec<String> {
    let rows = sqlx::query("SELECT id FROM outbox ORDER BY id").fetch_all(&store.pool).await.unwrap();
    rows.iter().map(|row| row.get("id")).collect()
}

pub(super) async fn state(store: &Store, order: &str) -> OrderState {
    store.order(order).await.unwrap().unwrap().state
}
