//! Placing an order: one transaction locks the checkout, prices it, holds its goods, counts its codes and writes the order with its first
//! payment. Nobody is charged in it.

use std::collections::BTreeMap;

use catalog::Currency;
use commerce::checkout::{Contact, Summary, Way};
use commerce::{Code, CodeLimits, HoldState, OrderNumber, OrderState, UsageOf};
use sqlx::Row as _;

use crate::store::checkout::{Checkout, json};
use crate::store::orders::holds::Wanted;
use crate::store::orders::minor;
use crate::store::outbox::Mail;
use crate::store::stock::Level;
use crate::store::{Store, StoreError, Write};

/// What pricing has to know of the database.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The stock of the SKUs of the cart that are counted.
    pub(crate) levels: BTreeMap<String, Level>,
    /// How often each code was used, and whether by this customer.
    uses: BTreeMap<String, (u32, bool)>,
}

/// An order as it is to be written.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) number: OrderNumber,
    pub(crate) payment: String,
    pub(crate) contact: Contact,
    pub(crate) summary: Summary,
    pub(crate) currency: Currency,
    pub(crate) seen_total: u64,
    pub(crate) way: Way,
    pub(crate) card: String,
    /// What is held, in the order of SKUs, each once.
    pub(crate) wanted: Vec<Wanted>,
    /// The codes that took something off and are counted.
    pub(crate) codes: Vec<(Code, CodeLimits)>,
    pub(crate) rules: String,
    pub(crate) catalog: String,
    pub(crate) expires_at: i64,
}

/// The outcome.
#[derive(Debug)]
pub(crate) enum Placed<R> {
    /// A new order, by its id.
    New(String),
    /// The order that the checkout has become before, by its id.
    Before(String),
    /// There is no such checkout.
    Unknown,
    /// Too few of a SKU are left: somebody was faster.
    TooFew,
    /// A code has been used as often as it may be.
    UsedUp,
    /// The draft was refused.
    Refused(R),
}

impl UsageOf for Known {
    fn of(&self, code: &Code) -> (u32, bool) {
        self.uses.get(code.as_str()).copied().unwrap_or_default()
    }
}

impl Store {
    /// Makes an order of a checkout with this cart, once. `draft` prices it, with what is known at that moment.
    pub(crate) async fn place<R>(
        &self,
        checkout: &str,
        cart: String,
        draft: impl FnOnce(&Checkout, &Known) -> Result<Draft, R> + Send,
        now: i64,
    ) -> Result<Placed<R>, StoreError> {
        let mut write = self.write().await?;
        let Some(checkout) = write.lock_checkout(checkout, now).await? else { return Ok(Placed::Unknown) };
        let checkout = Checkout { cart, ..checkout };
        if let Some(order) = write.order_of(&checkout.id).await? {
            return Ok(Placed::Before(order));
        }
        let known = write.known(&checkout).await?;
        let draft = match draft(&checkout, &known) {
            Ok(draft) => draft,
            Err(refused) => return Ok(Placed::Refused(refused)),
        };
        write.insert_order(&checkout, &draft, now).await?;
        let state = if draft.way.is_later() { HoldState::Committed } else { HoldState::Held };
        if !write.hold(&draft.id, &draft.wanted, state, now).await? {
            return Ok(Placed::TooFew);
        }
        if !write.use_codes(&draft).await? {
            return Ok(Placed::UsedUp);
        }
        let payment = (draft.payment.as_str(), 1_i64);
        write
            .insert_payment(payment, &draft.id, draft.way, &draft.card, (draft.summary.total, draft.currency), now)
            .await?;
        write.note(&draft.id, "ordered", draft.way.name(), "", now).await?;
        if draft.way.is_later() {
            write.begin_fulfilment(&draft.id, now).await?;
            write.mail(&draft.id, Mail::Received, "", now).await?;
        }
        write.commit().await?;
        Ok(Placed::New(draft.id))
    }

    /// What pricing a checkout has to know, outside of any transaction.
    pub(crate) async fn known(&self, checkout: &Checkout) -> Result<Known, StoreError> {
        // Nothing is written; it is dropped at the end.
        self.read().await?.known(checkout).await
    }
}

impl Write {
    async fn known(&mut self, checkout: &Checkout) -> Result<Known, StoreError> {
        let mut known = Known::default();
        let cart = commerce::Cart::salvage(checkout.cart.as_bytes()).cart;
        for line in cart.lines() {
            if let Some(level) = self.level(line.sku()).await? {
                known.levels.insert(line.sku().to_owned(), level);
            }
        }
        let customer = checkout.contact.as_ref().map(|contact| contact.email.to_lowercase()).unwrap_or_default();
        for code in cart.codes() {
            let query = sqlx::query("SELECT used FROM code_count WHERE code = $1").bind(code.as_str());
            let used: i64 = match query.fetch_optional(self.connection()).await? {
                Some(row) => row.try_get("used")?,
                None => 0,
            };
            let query = sqlx::query("SELECT code FROM code_use WHERE code = $1 AND customer = $2");
            let query = query.bind(code.as_str()).bind(&customer);
            let is_used = query.fetch_optional(self.connection()).await?.is_some();
            known.uses.insert(code.as_str().to_owned(), (u32::try_from(used).unwrap_or(u32::MAX), is_used));
        }
        Ok(known)
    }

    async fn insert_order(&mut self, checkout: &Checkout, draft: &Draft, now: i64) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO orders (id, number, checkout, state, email, contact, summary, currency, subtotal, discount, shipping, tax,
             total, seen_total, rules, catalog, ordered_at, expires_at, news_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        );
        let Draft { summary, contact, .. } = draft;
        let state = OrderState::first(draft.way.is_later());
        let query = query.bind(&draft.id).bind(draft.number.to_string()).bind(&checkout.id).bind(state.name());
        let query = query.bind(&contact.email).bind(json(contact)).bind(json(summary)).bind(draft.currency.code());
        let query =
            query.bind(minor(summary.subtotal)).bind(minor(summary.discount)).bind(minor(summary.shipping.cost));
        let query = query.bind(minor(summary.tax)).bind(minor(summary.total)).bind(minor(draft.seen_total));
        let expires_at = if draft.way.is_later() { 0 } else { draft.expires_at };
        let query = query.bind(&draft.rules).bind(&draft.catalog).bind(now).bind(expires_at);
        let query = query.bind(minor(contact.news_at.unwrap_or_default()));
        query.execute(self.connection()).await?;
        for (position, line) in (1_i64..).zip(&summary.lines) {
            let query = sqlx::query(
                "INSERT INTO order_line (order_id, position, sku, quantity, unit, amount, discount, rate, tax)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            );
            let query = query.bind(&draft.id).bind(position).bind(&line.sku).bind(i64::from(line.quantity));
            let query = query.bind(minor(line.unit)).bind(minor(line.amount)).bind(minor(line.discount));
            query.bind(i64::from(line.rate)).bind(minor(line.tax)).execute(self.connection()).await?;
        }
        let query = sqlx::query("INSERT INTO order_key (hash, order_id, made_at) VALUES ($1, $2, $3)");
        query.bind(&checkout.key_hash).bind(&draft.id).bind(now).execute(self.connection()).await?;
        Ok(())
    }

    pub(super) async fn begin_fulfilment(&mut self, order: &str, now: i64) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO fulfilment (order_id, state, changed_at) VALUES ($1, 'open', $2) ON CONFLICT (order_id) DO NOTHING",
        );
        query.bind(order).bind(now).execute(self.connection()).await?;
        Ok(())
    }
}
