//! The page of an order, and the two steps in which it is cancelled or withdrawn from. The page of a placed order empties the cart that it came
//! from, in the browser that ordered.

use commerce::checkout::OrderView;
use commerce::{Cart, OrderState};
use pages::checkout::Closed;
use pages::order::{End, OrderPage};
use web::SetCookie;

use crate::forward::{After, Heard, Key, Next};
use crate::handlers::checkout::arrival::arrival;
use crate::handlers::checkout::begin::find_order;
use crate::handlers::checkout::form::{Data, view};
use crate::handlers::checkout::hear::is_ordered;
use crate::handlers::checkout::respond::{now, see_order};
use crate::request::Incoming;
use crate::response::Response;
use crate::shop::Shop;
use crate::time;

impl Shop {
    /// What an answer about an order means.
    pub(super) fn order_heard(&self, request: &Incoming<'_>, after: After, heard: &Heard) -> Next {
        let order = view::<OrderView>(heard).map(|Data { data, .. }| data);
        match (after, order) {
            (After::Ended(number, key, _), _) if heard.status == 200 => now(see_order(number, &key)),
            // What it is too late for: the page of the order says so.
            (After::Ended(number, key, end), _) if matches!(heard.status, 409 | 422) => {
                find_order(After::Found(number, key, Some(end)))
            }
            (After::Found(_, key, refused), Some(order)) => now(self.order_page(request, &order, &key, refused)),
            (After::Ask(_, key, end), Some(order)) => now(if is_possible(&order, end) {
                self.own_page(request, 200, |frame| pages::order::end(frame, end, &order, key.reveal()))
            } else {
                self.order_page(request, &order, &key, Some(end))
            }),
            _ if matches!(heard.status, 403 | 404) => now(self.unknown_order()),
            _ => now(self.closed(Closed::Order)),
        }
    }

    fn order_page(&self, request: &Incoming<'_>, order: &OrderView, key: &Key, refused: Option<End>) -> Response {
        let said = |at: u64| time::minute(time::time(at));
        let withdrawn = order.withdrawn_at.map(said).unwrap_or_default();
        let shipping = &order.summary.shipping;
        let days = shipping.options.iter().find(|option| option.name == shipping.method).and_then(|option| option.days);
        let is_coming = order.state == OrderState::Placed && order.withdrawn_at.is_none();
        let arrival = days.filter(|_| is_coming).map(|days| arrival(time::time(order.ordered_at), days));
        let view = OrderPage {
            order,
            key: key.reveal(),
            ordered: &said(order.ordered_at),
            arrival: &arrival.unwrap_or_default(),
            withdrawn: &withdrawn,
            refused,
        };
        let status = if refused.is_some() { 409 } else { 200 };
        self.own_page(request, status, |frame| pages::order::order(frame, &view))
            .with_cookies(self.emptied(request, order, key))
    }

    /// The cookies that end checkout and cart: once the order is placed, in the browser whose checkout it was, and the cart alone if it still is
    /// the one that was ordered. Whoever asks for the head alone, or ahead of a click, changes nothing.
    fn emptied(&self, request: &Incoming<'_>, order: &OrderView, key: &Key) -> Vec<SetCookie> {
        let is_placed = matches!(order.state, OrderState::Placed | OrderState::Completed);
        let is_own = self.held(request).is_some_and(|held| held.key == *key);
        if !is_placed
            || !is_own
            || !request.method.reads()
            || request.is_head()
            || request.field("sec-purpose").is_some()
        {
            return Vec::new();
        }
        let mut cookies = vec![self.checkout_cookie.end()];
        if is_ordered(&self.cart_of(request), &order.summary) {
            cookies.extend(self.cart_cookies.set(&Cart::default(), &[]));
        }
        cookies
    }

    /// The response to an address that opens no order.
    pub(super) fn unknown_order(&self) -> Response {
        self.slotless_page(404, pages::order::order_unknown(&self.frame(&[])))
    }
}

fn is_possible(order: &OrderView, end: End) -> bool {
    match end {
        End::Cancel => order.can_be_cancelled,
        End::Withdraw => order.can_be_withdrawn,
    }
}
