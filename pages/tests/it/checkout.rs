//! The pages of the checkout and of an order, as a whole: their order, their words, and texts that nobody has checked.

use commerce::checkout::{CheckoutView, Contact, ContactForm, OrderView};
use commerce::{Country, OrderState};
use pages::Frame;
use pages::checkout::{ContactView, Declined, DeliveryView, ReviewView};
use pages::order::{End, OrderPage};
use serde_json::{Value, json};

use crate::fixture::{between, lines, site, text};

fn checkout(of: &str) -> CheckoutView {
    let contact = json!({
        "email": "ada@example.com", "country": "US", "name": of, "line1": of, "line2": of, "postcode": "95014", "city": of, "region": "CA",
        "phone": of,
    });
    let summary = json!({
        "cart": "1~1*2", "currency": "USD", "country": "US", "region": "CA", "isTaxIncluded": false,
        "lines": [{
            "sku": "1", "name": of, "values": [of], "handle": "oak-stool", "picture": "", "quantity": 2, "payable": 1, "unit": 8900, "amount": 8900,
            "discount": 890, "rate": 7250, "tax": 581,
        }],
        "codes": [{ "code": "TEN", "isApplied": true }, { "code": "NONE", "isApplied": false }],
        "subtotal": 8900, "discount": 890,
        "shipping": { "options": [{ "name": of, "cost": 1900, "days": [6, 10] }, { "name": "Slow", "cost": 0 }], "method": of, "cost": 1900, "tax": 0 },
        "taxes": [{ "rate": 7250, "amount": 8010, "tax": 581 }], "tax": 581, "total": 10_491,
    });
    let view = json!({
        "id": "7c", "contact": contact, "summary": summary, "isReady": true, "ways": ["invoice", "on-delivery", "test-card", "stripe"],
    });
    serde_json::from_value(view).unwrap()
}

fn order(of: &str, change: impl FnOnce(&mut Value)) -> OrderView {
    let CheckoutView { contact, summary, .. } = checkout(of);
    let mut order = json!({
        "number": "7K3M-Q9XR", "state": "placed", "orderedAt": 1, "contact": contact, "summary": summary,
        "payment": { "way": "test-card", "state": "part_refunded", "captured": 10_491, "refunded": 500 },
        "parcel": { "state": "shipped", "carrier": of, "tracking": of }, "canBeCancelled": true, "canBeWithdrawn": true,
    });
    change(&mut order);
    serde_json::from_value(order).unwrap()
}

/// Every page, with a text wherever a text from outside stands.
fn every_page(of: &str) -> Vec<(&'static str, String)> {
    let site = site();
    let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    let checkout = checkout(of);
    let countries = [Country::parse("US").unwrap(), Country::parse("DE").unwrap()];
    let form =
        ContactForm { region: of.to_owned(), ..checkout.contact.as_ref().map(Contact::form).unwrap_or_default() };
    let contact = ContactView {
        summary: &checkout.summary,
        form: &form,
        errors: &[],
        countries: &countries,
        regions: Vec::new(),
        has_expired: false,
    };
    let delivery = DeliveryView { checkout: &checkout, arrivals: vec!["Tue 1 Dec".to_owned()], is_missing: false };
    let review = |declined| ReviewView { checkout: &checkout, arrival: "", declined, way: None };
    let placed = order(of, |_| ());
    let page = OrderPage { order: &placed, key: "0011", ordered: "today", arrival: "", withdrawn: "", refused: None };
    vec![
        ("contact", text(pages::checkout::contact(&frame, &contact))),
        ("delivery", text(pages::checkout::delivery(&frame, &delivery))),
        ("review", text(pages::checkout::review(&frame, &review(None)))),
        ("not ready", text(pages::checkout::review(&frame, &review(Some(Declined::NotReady))))),
        ("bank", text(pages::checkout::authenticate(&frame, &checkout))),
        ("order", text(pages::order::order(&frame, &page))),
        ("cancel", text(pages::order::end(&frame, End::Cancel, &placed, "0011"))),
        ("withdraw", text(pages::order::end(&frame, End::Withdraw, &placed, "0011"))),
    ]
}

#[test]
fn pages_read_as_they_should() {
    let pages = every_page("Air & sea");
    for (name, page) in &pages {
        let main = lines(between(page, "<main", "</main>"));
        if matches!(*name, "contact" | "review" | "order") {
            insta::assert_snapshot!(format!("checkout_{name}"), main);
        }
    }
}

#[test]
fn no_text_from_outside_becomes_markup() {
    for (name, page) in every_page("<i>\"x\" onload='y'") {
        assert!(!page.contains("<i>") && !page.contains("\"x\" onload"), "{name}: {page}");
    }
}

#[test]
fn every_page_is_out_of_search_engines_and_says_where_it_is() {
    for (name, page) in every_page("Air") {
        assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"), "{name}");
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        let is_step = !matches!(name, "order" | "cancel" | "withdraw");
        assert_eq!(page.contains("aria-current=\"step\""), is_step, "{name}");
        // Nothing on a step leads away but help.
        assert_eq!(page.contains("site-search"), !is_step, "{name}");
    }
}

#[test]
fn the_box_for_news_names_the_way_to_end_it() {
    let checkout = checkout("Air");
    let shown = |email: &'static str| {
        let mut site = site();
        site.merchant.email = email;
        let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
        let (form, countries, regions) = (ContactForm::default(), [], Vec::new());
        let view = ContactView {
            summary: &checkout.summary,
            form: &form,
            errors: &[],
            countries: &countries,
            regions,
            has_expired: false,
        };
        text(pages::checkout::contact(&frame, &view))
    };
    assert!(shown("a@b.example").contains("at any time, by writing to <bdi>a@b.example</bdi>."));
    assert!(shown("").contains("at any time, by writing to the shop."));
}

#[test]
fn an_order_says_how_it_stands() {
    let site = site();
    let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    let shown = |order: &OrderView| {
        let view = OrderPage { order, key: "0011", ordered: "today", arrival: "", withdrawn: "", refused: None };
        text(pages::order::order(&frame, &view))
    };
    for state in OrderState::ALL {
        let page = shown(&order("Air", |order| order["state"] = json!(state.name())));
        let words = match state {
            OrderState::Awaiting => "Waiting for its payment",
            OrderState::Placed => "On its way",
            OrderState::Expired => "Over: it was not paid in time",
            OrderState::Completed => "Delivered",
            OrderState::Cancelled => "Cancelled",
        };
        assert!(page.contains(&format!("<dt>State</dt><dd>{words}</dd>")), "{state}: {page}");
        assert_eq!(page.contains("Go on to the payment"), *state == OrderState::Awaiting, "{state}");
    }
    let page = shown(&order("Air", |_| ()));
    assert!(page.contains("By test card: $5.00 of $104.91 refunded") && page.contains("Tax 7.25\u{a0}%"), "{page}");
}
