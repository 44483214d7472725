//! What an answer of the origin means: the response, or the next question. An answer that cannot be read is none.

use commerce::checkout::{CheckoutView, ContactForm, FieldError, Ordered, Summary, refusal as code};
use commerce::{Cart, Country, Destination, OrderState};
use pages::checkout::{Closed, ContactView, Declined, DeliveryView, ReviewView};

use crate::cart::page::CART;
use crate::forward::{After, Ask, Heard, Held, Next, Shown};
use crate::handlers::checkout::arrival::arrival;
use crate::handlers::checkout::begin::{begin, send_contact, show};
use crate::handlers::checkout::form::{Data, Refusal, refusal, view};
use crate::handlers::checkout::respond::{PROVIDER, now, see, see_order};
use crate::request::Incoming;
use crate::response::Response;
use crate::shop::Shop;

impl Shop {
    /// What follows from the answer to a question; `None` is an origin that did not answer in time, or not in whole.
    pub fn hear(&self, request: &Incoming<'_>, ask: Ask, heard: Option<Heard>) -> Next {
        let next = self.understand(request, ask.after, heard);
        match next {
            Next::Now(response) => Next::Now(response.answering(request.request())),
            ask @ Next::Ask(_) => ask,
        }
    }

    fn understand(&self, request: &Incoming<'_>, after: After, heard: Option<Heard>) -> Next {
        let heard = match heard {
            // The origin, or what stands before it, cannot answer now. A provider that cannot is told below.
            Some(heard) if heard.status < 500 || refusal(&heard).code == code::NO_PROVIDER => heard,
            _ => return now(self.closed(closed_of(&after))),
        };
        match after {
            After::Blank if heard.status == 200 => now(self.contact_page(request, &ContactForm::default(), &[], false)),
            After::Blank => now(self.closed(Closed::Checkout)),
            After::Begin(typed) => self.begun(&heard, typed),
            After::Contact(held, typed) => self.contacted(request, &heard, &held, typed),
            After::Show(held, shown) => self.shown(request, &heard, &held, shown),
            After::Delivery(held) => match refusal(&heard).code.as_str() {
                "" if heard.status == 200 => now(see("/checkout/review")),
                code::UNKNOWN => now(see("/checkout").with_cookies([self.checkout_cookie.end()])),
                code::ORDERED | code::EXPIRED => now(see("/checkout/review")),
                _ => show(held, Shown::Delivery { is_missing: true }, &self.cart_of(request)),
            },
            After::Order(held, wanted) => {
                let declined = match refusal(&heard).code.as_str() {
                    code::TOTAL_ROSE => Some(Declined::TotalRose { seen: wanted.seen }),
                    code::DECLINED => Some(Declined::Payment),
                    code::NO_PROVIDER => Some(Declined::NoProvider),
                    code::NOT_READY => Some(Declined::NotReady),
                    _ => None,
                };
                let retry = declined.map(|declined| (declined, Some(wanted.way)));
                self.ordered(request, &heard, held, retry, Closed::Ordering)
            }
            After::Authenticate(held) => {
                let declined = (refusal(&heard).code == code::DECLINED).then_some((Declined::Payment, None));
                self.ordered(request, &heard, held, declined, Closed::Ordering)
            }
            After::Found(..) | After::Ask(..) | After::Ended(..) => self.order_heard(request, after, &heard),
        }
    }

    /// The checkout exists; the form follows.
    fn begun(&self, heard: &Heard, typed: ContactForm) -> Next {
        let held =
            view::<CheckoutView>(heard).and_then(|Data { data, key }| Held::parse(&format!("{}.{key}", data.id)));
        match held {
            Some(held) => send_contact(held, typed),
            // Nothing of the cart can be ordered: it says so itself.
            None if matches!(heard.status, 409 | 422) => now(see(CART)),
            None => now(self.closed(Closed::Checkout)),
        }
    }

    fn contacted(&self, request: &Incoming<'_>, heard: &Heard, held: &Held, typed: ContactForm) -> Next {
        let cookie = self.checkout_cookie.set(held);
        if let Some(Data { data, .. }) = view::<CheckoutView>(heard) {
            let has_choice = data.summary.shipping.options.len() > 1;
            let next = if has_choice { "/checkout/delivery" } else { "/checkout/review" };
            return now(see(next).with_cookies(cookie));
        }
        let Refusal { code, errors } = refusal(heard);
        match code.as_str() {
            code::FIELDS if !errors.is_empty() => {
                now(self.contact_page(request, &typed, &errors, false).with_cookies(cookie))
            }
            // It was given up long ago. One that has just begun is known.
            code::UNKNOWN if self.held(request).as_ref() == Some(held) => begin(&self.cart_of(request), typed),
            code::ORDERED | code::EXPIRED => now(see("/checkout/review")),
            _ => now(self.closed(Closed::Checkout)),
        }
    }

    fn shown(&self, request: &Incoming<'_>, heard: &Heard, held: &Held, shown: Shown) -> Next {
        let ended = [self.checkout_cookie.end()];
        let Some(Data { data: checkout, .. }) = view::<CheckoutView>(heard) else {
            return now(match refusal(heard).code.as_str() {
                code::UNKNOWN if shown == Shown::Contact => {
                    self.contact_page(request, &ContactForm::default(), &[], false).with_cookies(ended)
                }
                code::UNKNOWN => see("/checkout").with_cookies(ended),
                _ if matches!(heard.status, 409 | 422) => see(CART),
                _ => self.closed(Closed::Checkout),
            });
        };
        let typed = || checkout.contact.as_ref().map(commerce::checkout::Contact::form).unwrap_or_default();
        if let Some(order) = &checkout.order {
            match order.state {
                OrderState::Awaiting => {}
                OrderState::Expired => return now(self.contact_page(request, &typed(), &[], true).with_cookies(ended)),
                _ if is_ordered(&self.cart_of(request), &checkout.summary) => {
                    return now(see_order(order.number, &held.key));
                }
                // Its cart is another one by now: the next checkout, with the address of the last.
                _ if shown == Shown::Contact => {
                    return now(self.contact_page(request, &typed(), &[], false).with_cookies(ended));
                }
                _ => return now(see("/checkout").with_cookies(ended)),
            }
        }
        let is_open = checkout.order.is_none();
        let shipping = &checkout.summary.shipping;
        now(match shown {
            Shown::Contact if is_open => self.contact_of(request, &checkout.summary, &typed(), &[], false),
            _ if checkout.contact.is_none() => see("/checkout"),
            Shown::Delivery { is_missing } if is_open => self.delivery_page(request, &checkout, is_missing),
            Shown::Review(_) if is_open && shipping.method.is_empty() && shipping.options.len() > 1 => {
                see("/checkout/delivery")
            }
            Shown::Review(declined) => self.review_page(request, &checkout, declined),
            Shown::Bank if !is_open => {
                self.own_page(request, 200, |frame| pages::checkout::authenticate(frame, &checkout))
            }
            Shown::Contact | Shown::Delivery { .. } | Shown::Bank => see("/checkout/review"),
        })
    }

    /// An order was sent, or the bank's answer to its payment. `retry` is why the shopper has to look again.
    fn ordered(
        &self,
        request: &Incoming<'_>,
        heard: &Heard,
        held: Held,
        retry: Option<(Declined, Option<commerce::checkout::Way>)>,
        closed: Closed,
    ) -> Next {
        if let Some(Data { data, .. }) = view::<Ordered>(heard) {
            return now(match data.next.filter(|next| is_followed(next)) {
                Some(next) => see(next),
                None => see_order(data.number, &held.key),
            });
        }
        match refusal(heard).code.as_str() {
            code::UNKNOWN => now(see("/checkout").with_cookies([self.checkout_cookie.end()])),
            code::ORDERED | code::EXPIRED => show(held, Shown::Review(None), &self.cart_of(request)),
            _ if retry.is_some() => show(held, Shown::Review(retry), &self.cart_of(request)),
            _ if matches!(heard.status, 409 | 422) => {
                show(held, Shown::Review(Some((Declined::NotReady, None))), &self.cart_of(request))
            }
            _ => now(self.closed(closed)),
        }
    }

    /// The form beside the cart as the edge prices it: the origin has no checkout for it, or not with this address.
    pub(super) fn contact_page(
        &self,
        request: &Incoming<'_>,
        typed: &ContactForm,
        errors: &[FieldError],
        has_expired: bool,
    ) -> Response {
        let cart = self.cart_of(request);
        let rules = self.rules.current();
        let default = rules.default_destination();
        let destination = Destination::parse(typed.country.trim(), typed.region.trim())
            .or_else(|_| Country::parse(typed.country.trim()).map(Destination::of))
            .unwrap_or_else(|_| default.clone());
        let priced = self.price_cart(&cart, &destination, request.now(), request.codes());
        self.contact_of(request, &Summary::of(cart.to_text(), &priced), typed, errors, has_expired)
    }

    fn contact_of(
        &self,
        request: &Incoming<'_>,
        summary: &Summary,
        typed: &ContactForm,
        errors: &[FieldError],
        has_expired: bool,
    ) -> Response {
        let mut form = typed.clone();
        if form.country.is_empty() && errors.is_empty() {
            summary.country.clone_into(&mut form.country);
        }
        if form.billing.country.is_empty() && !form.has_billing {
            form.country.clone_into(&mut form.billing.country);
        }
        let rules = self.rules.current();
        let regions = Country::parse(form.country.trim()).map(|country| rules.regions(country)).unwrap_or_default();
        let countries = rules.countries();
        let view = ContactView { summary, form: &form, errors, countries, regions, has_expired };
        let status = if errors.is_empty() { 200 } else { 422 };
        self.own_page(request, status, |frame| pages::checkout::contact(frame, &view))
    }

    fn delivery_page(&self, request: &Incoming<'_>, checkout: &CheckoutView, is_missing: bool) -> Response {
        let options = &checkout.summary.shipping.options;
        let arrives = |days: Option<(u32, u32)>| days.map(|days| arrival(request.now(), days)).unwrap_or_default();
        let arrivals = options.iter().map(|option| arrives(option.days)).collect();
        let view = DeliveryView { checkout, arrivals, is_missing };
        self.own_page(request, if is_missing { 422 } else { 200 }, |frame| pages::checkout::delivery(frame, &view))
    }

    fn review_page(
        &self,
        request: &Incoming<'_>,
        checkout: &CheckoutView,
        retry: Option<(Declined, Option<commerce::checkout::Way>)>,
    ) -> Response {
        let shipping = &checkout.summary.shipping;
        let option = shipping.options.iter().find(|option| option.name == shipping.method);
        let arrival = option.and_then(|option| option.days).map(|days| arrival(request.now(), days));
        let (declined, way) = retry.unzip();
        let view = ReviewView { checkout, arrival: &arrival.unwrap_or_default(), declined, way: way.flatten() };
        let status = match declined {
            None => 200,
            Some(Declined::NoWay) => 422,
            Some(Declined::NoProvider) => 503,
            Some(Declined::TotalRose { .. } | Declined::NotReady | Declined::Payment) => 409,
        };
        let page = self.own_page(request, status, |frame| pages::checkout::review(frame, &view));
        if checkout.ways.contains(&commerce::checkout::Way::Stripe) { self.paying(page) } else { page }
    }
}

/// Whether a cart is the one that was ordered, or is empty, as it is once its order has been seen.
pub(super) fn is_ordered(cart: &Cart, summary: &Summary) -> bool {
    let Ok(ordered) = Cart::parse(&summary.cart) else { return false };
    let same = |one: &Cart, other: &Cart| {
        one.lines().iter().all(|line| other.line(line.sku()).is_some_and(|held| held.quantity() == line.quantity()))
    };
    cart.lines().is_empty() || same(cart, &ordered) && same(&ordered, cart)
}

/// Whether the origin may send a browser there: to a page of the shop, or to the provider. Never to an address that somebody has slipped in.
fn is_followed(address: &str) -> bool {
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_own = address.starts_with('/') && !address.starts_with("//");
    let is_provider = address.strip_prefix(PROVIDER).is_some_and(|rest| rest.starts_with('/'));
    is_plain && (is_own || is_provider)
}

fn closed_of(after: &After) -> Closed {
    match after {
        After::Order(..) | After::Authenticate(..) | After::Show(_, Shown::Review(Some(_))) => Closed::Ordering,
        After::Found(..) | After::Ask(..) | After::Ended(..) => Closed::Order,
        _ => Closed::Checkout,
    }
}
