//! The page of an order, and the two steps in which it is ended.

use super::*;

#[test]
fn the_page_of_a_placed_order_empties_the_cart_that_it_came_from() {
    let found = |cookie: &str, order: Value| outcome(&get(ORDER, cookie, &[(FIND, Some(answer(200, order)))]));
    let all = ["checkout= ends", "cart= ends", "cart-count= ends"].map(str::to_owned).to_vec();
    assert_eq!(found(HELD, order(|_| ())), (200, String::new(), all.clone()));
    // The same things, seen at another price.
    assert_eq!(found(&HELD.replace("4800", "4700"), order(|_| ())).2, all);
    let other = HELD.replace("1~1*2*4800", "1~1*3*4800");
    assert_eq!(found(&other, order(|_| ())).2, ["checkout= ends"], "another cart by now");
    assert!(found("cart=1~1*2*4800", order(|_| ())).2.is_empty(), "another browser, or another time");
    let strange = HELD.replace("00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100");
    assert!(found(&strange, order(|_| ())).2.is_empty(), "another checkout");
    for state in ["awaiting", "expired", "cancelled"] {
        assert!(found(HELD, order(|order| order["state"] = json!(state))).2.is_empty(), "{state}");
    }
    let head = run(&selling(), (Method::Head, ORDER), HELD, "", &[(FIND, Some(answer(200, order(|_| ()))))]);
    assert!(head.reply.cookies.is_empty() && head.reply.body.is_empty());
}

#[test]
fn an_order_is_shown_to_whoever_has_its_key() {
    let page = get(ORDER, "", &[(FIND, Some(answer(200, order(|_| ()))))]);
    has(
        &page,
        &[
            "Thank you. Your order is placed.",
            "7K3M-Q9XR",
            "26 November 2026, 14:05 UTC",
            "<dt>Arrives</dt><dd>Mon 30 Nov – Wed 2 Dec</dd>",
            "ada@example.com",
            "Invoice 7K3M-Q9XR",
            "/orders/7K3M-Q9XR/cancel?key=00112233445566778899aabbccddeeff",
        ],
    );
    let sent = order(|order| {
        order["parcel"] = json!({ "state": "shipped", "carrier": "Post", "tracking": "JD<1>" });
        order["canBeCancelled"] = json!(false);
    });
    let page = get(ORDER, "", &[(FIND, Some(answer(200, sent)))]);
    has(&page, &["On its way", "JD&lt;1&gt;"]);
    assert!(!String::from_utf8_lossy(&page.reply.body).contains("Cancel the order"));
    let unknown = get(ORDER, "", &[(FIND, Some(answer(404, json!({}))))]);
    assert_eq!(unknown.reply.status, 404);
    for wrong in [
        "/orders/7K3M-Q9XR",
        "/orders/7K3M-Q9XR?key=",
        "/orders/7K3M-Q9XR?key=../..",
        "/orders/1?key=00112233445566778899aabbccddeeff",
    ] {
        assert_eq!(get(wrong, HELD, &[]).reply.status, 404, "{wrong}");
    }
    let silent = get(ORDER, "", &[(FIND, None)]);
    has(&silent, &["Nothing has happened to your order"]);
}

#[test]
fn an_order_is_ended_in_two_steps() {
    for (step, words) in [("cancel", "Confirm the cancellation"), ("withdrawal", "Confirm the withdrawal")] {
        let target = format!("/orders/7K3M-Q9XR/{step}");
        let page = get(&format!("{target}?key={KEY}"), "", &[(FIND, Some(answer(200, order(|_| ()))))]);
        has(&page, &[words, "name=\"key\" value=\"00112233445566778899aabbccddeeff\"", "Ada Lovelace"]);
        let late = order(|order| {
            order["canBeCancelled"] = json!(false);
            order["canBeWithdrawn"] = json!(false);
        });
        let page = get(&format!("{target}?key={KEY}"), "", &[(FIND, Some(answer(200, late)))]);
        assert_eq!(page.reply.status, 409);
        let asked: &str = if step == "cancel" {
            "POST /orders/7K3M-Q9XR/cancel x-order-key"
        } else {
            "POST /orders/7K3M-Q9XR/withdrawal x-order-key"
        };
        let content = format!("key={KEY}");
        let sent = post(&target, "", &content, &[(asked, Some(answer(200, order(|_| ()))))]);
        assert_eq!(outcome(&sent), see(ORDER));
        let page = post(
            &target,
            "",
            &content,
            &[(asked, Some(answer(409, refused("late")))), (FIND, Some(answer(200, order(|_| ()))))],
        );
        assert_eq!(page.reply.status, 409);
        assert_eq!(post(&target, "", "", &[]).reply.status, 404);
    }
}
