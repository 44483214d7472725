//! Views of an origin of a later release, as an edge of this one reads them.

use commerce::checkout::{CheckoutView, OrderRequest, OrderView, Way};
use commerce::{FulfilmentState, OrderState, PaymentState};
use serde_json::{Value, json};

fn summary() -> Value {
    json!({
        "cart": "1~1*1", "currency": "USD", "country": "DE", "isTaxIncluded": true, "lines": [], "codes": [], "subtotal": 0, "discount": 0,
        "shipping": { "options": [], "cost": 0, "tax": 0 }, "taxes": [], "tax": 0, "total": 0,
    })
}

#[test]
fn a_choice_that_nobody_knows_is_left_out() {
    let view = json!({
        "id": "7c", "summary": summary(), "isReady": true, "ways": ["by-pigeon", "invoice", "barter", "stripe"], "since": 7,
        "order": { "number": "7K3M-Q9XR", "state": "in-review", "payment": "half-way", "gift": {} },
    });
    let view: CheckoutView = serde_json::from_value(view).unwrap();
    assert_eq!(view.ways, [Way::Invoice, Way::Stripe]);
    let order = view.order.unwrap();
    assert_eq!((order.state, order.payment), (OrderState::Placed, PaymentState::Pending));
}

#[test]
fn a_state_that_nobody_knows_is_the_one_that_claims_least() {
    let order = |state: &str, parcel: &str| -> OrderView {
        let view = json!({
            "number": "7K3M-Q9XR", "state": state, "orderedAt": 1, "summary": summary(),
            "contact": {
                "email": "ada@example.com", "country": "DE", "name": "Ada", "line1": "Weg 1", "line2": "", "postcode": "10115", "city": "Berlin",
                "region": "", "phone": "", "title": "Dr",
            },
            "payment": { "way": "barter", "state": "half-way", "captured": 1, "refunded": 0, "fee": 1 },
            "parcel": { "state": parcel, "lockers": [1] },
            "canBeCancelled": false, "canBeWithdrawn": false, "points": 12,
        });
        serde_json::from_value(view).unwrap()
    };
    let found = order("in-review", "in-a-locker");
    assert_eq!(
        (found.state, found.payment.state, found.payment.way),
        (OrderState::Placed, PaymentState::Pending, Way::Stripe)
    );
    assert_eq!(found.parcel.unwrap().state, FulfilmentState::Open);
    let found = order("cancelled", "returned");
    assert_eq!((found.state, found.parcel.unwrap().state), (OrderState::Cancelled, FulfilmentState::Returned));
}

#[test]
fn a_request_has_no_value_that_nobody_knows() {
    let request = |way: &str| json!({ "cart": "1", "seenTotal": 1, "way": way });
    assert!(serde_json::from_value::<OrderRequest>(request("invoice")).is_ok());
    assert!(serde_json::from_value::<OrderRequest>(request("barter")).is_err());
}
