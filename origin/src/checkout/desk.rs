//! What a shopper does to a checkout: begin it, type into it, order.

use std::sync::Arc;
use std::time::Duration;

use commerce::checkout::{CheckoutView, ContactForm, FieldError, OrderRequest, OrderView, Ordered, Way};
use commerce::{Cart, OrderNumber, OrderState};
use subtle::ConstantTimeEq as _;

use crate::catalog::held::Holder;
use crate::checkout::keys::{self, NoRandomness};
use crate::checkout::price::priced;
use crate::clock;
use crate::pay::stripe::Stripe;
use crate::pay::test_card::TestCard;
use crate::pay::{PayError, Provider};
use crate::rules::Rulebook;
use crate::store::checkout::{Checkout, Typed};
use crate::store::orders::change::{By, Change};
use crate::store::orders::place::{Draft, Known, Placed};
use crate::store::orders::{Order, OrderError};
use crate::store::{Store, StoreError};

/// The parts that selling takes.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) holder: Arc<Holder>,
    pub(crate) rules: Arc<Rulebook>,
    /// The ways to pay, in the merchant's order.
    pub(crate) ways: Vec<Way>,
    pub(crate) providers: Vec<Arc<dyn Provider>>,
    /// The test card, where it is one of the ways.
    pub(crate) test_card: Option<TestCard>,
    /// Stripe, where it is one of the ways.
    pub(crate) stripe: Option<Stripe>,
    /// How long an order holds its goods while its payment is awaited.
    pub(crate) payment_time: Duration,
}

/// Why the desk did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    /// No such checkout or order, or another key.
    #[error("there is no such checkout or order, or the key is another one's")]
    Unknown,
    /// Fields of the contact form break their rules.
    #[error("{} fields of the contact form break their rules", .0.len())]
    Fields(Vec<FieldError>),
    /// It cannot be ordered as it stands.
    #[error("it cannot be ordered as it stands: {why}")]
    NotReady {
        /// What it lacks.
        why: &'static str,
    },
    /// It costs more than the shopper saw.
    #[error("it costs {total} minor units, and the shopper saw {seen}")]
    TotalRose {
        /// The total now.
        total: u64,
        /// The total then.
        seen: u64,
    },
    /// The payment was declined.
    #[error("the payment was declined")]
    Declined,
    /// Its time for payment is over.
    #[error("the time for the payment of this order is over")]
    Expired,
    /// The provider does not answer.
    #[error("the payment provider does not answer")]
    NoProvider(#[source] PayError),
    /// The order does not allow it.
    #[error(transparent)]
    Order(OrderError),
    /// The system.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OrderError> for DeskError {
    fn from(error: OrderError) -> DeskError {
        match error {
            OrderError::Store(error) => DeskError::Store(error),
            other => DeskError::Order(other),
        }
    }
}

impl From<PayError> for DeskError {
    fn from(error: PayError) -> DeskError {
        match error {
            PayError::Store(error) => DeskError::Store(error),
            other => DeskError::NoProvider(other),
        }
    }
}

impl Desk {
    /// Begins a checkout. Gives it, and the key that opens it.
    pub(crate) async fn begin(&self, cart: &str) -> Result<(CheckoutView, String), DeskError> {
        let key = keys::random()?;
        let cart = Cart::salvage(cart.as_bytes()).cart;
        if cart.lines().is_empty() {
            return Err(DeskError::NotReady { why: "the cart is empty" });
        }
        let checkout = Checkout {
            id: keys::random()?,
            key_hash: keys::hash(&key),
            cart: cart.to_text(),
            contact: None,
            method: String::new(),
        };
        self.store.begin_checkout(&checkout, clock::now()).await?;
        Ok((self.view(&checkout).await?, key))
    }

    /// Gives a checkout the cart as it is now.
    pub(crate) async fn take_cart(&self, id: &str, key: &str, cart: &str) -> Result<CheckoutView, DeskError> {
        let cart = Cart::salvage(cart.as_bytes()).cart.to_text();
        self.type_in(id, key, Typed::Cart(cart)).await
    }

    /// Takes what was typed into the contact form.
    pub(crate) async fn take_contact(
        &self,
        id: &str,
        key: &str,
        form: &ContactForm,
    ) -> Result<CheckoutView, DeskError> {
        self.opened(id, key).await?;
        let contact =
            form.check(&self.rules.current().rules, clock::now().unsigned_abs()).map_err(DeskError::Fields)?;
        self.type_in(id, key, Typed::Contact(Box::new(contact))).await
    }

    /// Takes the choice of a method of shipping.
    pub(crate) async fn take_method(&self, id: &str, key: &str, method: &str) -> Result<CheckoutView, DeskError> {
        let view = self.view(&self.opened(id, key).await?).await?;
        if view.order.is_none() && !view.summary.shipping.options.iter().any(|option| option.name == method) {
            return Err(DeskError::NotReady { why: "there is no such way to send it" });
        }
        self.type_in(id, key, Typed::Method(method.to_owned())).await
    }

    async fn type_in(&self, id: &str, key: &str, typed: Typed) -> Result<CheckoutView, DeskError> {
        self.opened(id, key).await?;
        let after = self.store.type_in(id, &typed, clock::now()).await?.ok_or(DeskError::Unknown)?;
        self.view(&after).await
    }

    /// The checkout, if the key is its own.
    async fn opened(&self, id: &str, key: &str) -> Result<Checkout, DeskError> {
        if !keys::is_key(id) || !keys::is_key(key) {
            return Err(DeskError::Unknown);
        }
        let found = self.store.checkout(id).await?;
        let is_open = |found: &Checkout| bool::from(found.key_hash.as_bytes().ct_eq(keys::hash(key).as_bytes()));
        found.filter(is_open).ok_or(DeskError::Unknown)
    }

    /// Places the order of a checkout, whose payment begins afterwards. Asked again, it is the same order. Returns its id.
    pub(super) async fn place(&self, id: &str, key: &str, request: &OrderRequest) -> Result<String, DeskError> {
        self.opened(id, key).await?;
        if !self.ways.contains(&request.way) {
            return Err(DeskError::NotReady { why: "it cannot be paid in this way" });
        }
        let cart = Cart::salvage(request.cart.as_bytes()).cart.to_text();
        let (order, number, payment) = (keys::random()?, keys::number()?, keys::random()?);
        let now = clock::now();
        // Those that the shopper's review was priced by, whatever has changed since.
        let edition = self.rules.of(&self.store.rules_of_checkout(id).await?, now).await?;
        let draft = |checkout: &Checkout, known: &Known| {
            let held = self.holder.get();
            let priced = priced(checkout, known, &edition.rules, held.edition.catalog());
            let Some(contact) = checkout.contact.clone() else {
                return Err(DeskError::NotReady { why: "nobody has said who gets it" });
            };
            if !priced.is_whole {
                return Err(DeskError::NotReady { why: "not all of it can be bought or sent" });
            }
            let (total, seen) = (priced.summary.total, request.seen_total);
            if total > seen {
                return Err(DeskError::TotalRose { total, seen });
            }
            let codes = priced.counted(&edition.rules);
            Ok(Draft {
                id: order,
                number,
                payment,
                contact,
                currency: priced.cart.currency,
                summary: priced.summary,
                seen_total: seen,
                way: request.way,
                card: request.card.chars().filter(char::is_ascii_digit).take(19).collect(),
                wanted: priced.wanted,
                codes,
                rules: edition.revision.clone(),
                catalog: held.revision().to_owned(),
                expires_at: now + i64::try_from(self.payment_time.as_millis()).unwrap_or(i64::MAX / 2),
            })
        };
        match self.store.place(id, cart, draft, now).await? {
            Placed::New(order) => {
                tracing::info!("order placed");
                Ok(order)
            }
            Placed::Before(order) => {
                // What another tab has ordered binds nobody to more than stood here.
                let before = self.store.order(&order).await?.ok_or(DeskError::Unknown)?;
                let (total, seen) = (before.summary.total, request.seen_total);
                if before.state == OrderState::Awaiting && total > seen {
                    return Err(DeskError::TotalRose { total, seen });
                }
                Ok(order)
            }
            Placed::Unknown => Err(DeskError::Unknown),
            Placed::TooFew => Err(DeskError::NotReady { why: "somebody else bought the last of it" }),
            Placed::UsedUp => Err(DeskError::NotReady { why: "a code has been used up" }),
            Placed::Refused(error) => Err(error),
        }
    }

    /// An order, if the key opens it.
    pub(crate) async fn show_order(&self, number: &str, key: &str) -> Result<OrderView, DeskError> {
        let order = self.opened_order(number, key).await?;
        self.order_view(order).await
    }

    /// Does to an order what its shopper may.
    pub(crate) async fn change_order(&self, number: &str, key: &str, change: &Change) -> Result<OrderView, DeskError> {
        let order = self.opened_order(number, key).await?;
        let after = self.store.change(&order.id, change, &By::default(), clock::now()).await?;
        self.order_view(after).await
    }

    async fn opened_order(&self, number: &str, key: &str) -> Result<Order, DeskError> {
        let Ok(number) = number.parse::<OrderNumber>() else { return Err(DeskError::Unknown) };
        if !keys::is_key(key) {
            return Err(DeskError::Unknown);
        }
        let order = self.store.order_numbered(number).await?.ok_or(DeskError::Unknown)?;
        if self.store.opens(&keys::hash(key), &order.id).await? { Ok(order) } else { Err(DeskError::Unknown) }
    }
}

impl Desk {
    /// The checkout whose test card asks for authentication: the shopper's answer.
    pub(crate) async fn authenticate(&self, id: &str, key: &str, is_approved: bool) -> Result<Ordered, DeskError> {
        self.opened(id, key).await?;
        let order = self.store.order_of_checkout(id).await?.ok_or(DeskError::Unknown)?;
        let attempts = self.store.attempts(&order.id).await?;
        let (Some(card), Some(attempt)) = (&self.test_card, attempts.last()) else { return Err(DeskError::Unknown) };
        if attempt.way != Way::TestCard {
            return Err(DeskError::Unknown);
        }
        let facts = card.authenticate(attempt, is_approved).await?;
        self.applied(&order, attempt, &facts).await
    }
}
