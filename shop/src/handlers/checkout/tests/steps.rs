//! The steps: address, delivery, review, payment.

use super::*;

#[test]
fn the_form_is_there_without_a_checkout_if_the_origin_is() {
    let ready = [("GET /health/ready", Some(answer(200, json!({}))))];
    let page = get("/checkout", "cart=1~1*2*4800", &ready);
    assert_eq!(outcome(&page), (200, String::new(), vec![]));
    let parts = ["name=\"email\"", "autocomplete=\"shipping postal-code\"", "$96.00", "Continue to delivery"];
    has(&page, &parts);
    assert_eq!(outcome(&get("/checkout", "", &[])), see("/cart"), "there is nothing to order");
    for silent in [None, Some(answer(503, json!({}))), Some(answer(404, json!({})))] {
        let page = get("/checkout", "cart=1~1*2*4800", &[("GET /health/ready", silent)]);
        assert_eq!((page.reply.status, field(&page, "retry-after").as_str()), (503, "60"));
        has(&page, &["No orders are taken right now", "Your cart is kept"]);
    }
}

#[test]
fn a_form_begins_a_checkout_and_leads_on() {
    let script = [
        ("POST /checkouts {\"cart\":\"1~1*2*4800\"}", Some(answer(201, with_key(checkout(|_| ()))))),
        (
            "PUT /checkouts/7c/contact x-checkout-key=00112233445566778899aabbccddeeff {\"email\":\"ada@example.com\",\"country\":\"GB\"",
            Some(answer(200, checkout(|_| ()))),
        ),
    ];
    let sent = post("/checkout/contact", "cart=1~1*2*4800", TYPED, &script);
    let cookie = vec![format!("checkout=7c.{KEY}")];
    assert_eq!(outcome(&sent), (303, "/checkout/delivery".to_owned(), cookie));
    let one_way = checkout(|view| view["summary"]["shipping"]["options"] = json!([{ "name": "Standard", "cost": 0 }]));
    let sent = post("/checkout/contact", HELD, TYPED, &[("PUT /checkouts/7c/contact", Some(answer(200, one_way)))]);
    assert_eq!(outcome(&sent).1, "/checkout/review", "there is nothing to choose");
    let cookie = sent.reply.cookies[0].to_string();
    assert!(cookie.ends_with("; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax"), "{cookie}");
}

/// What the form sends to the origin, as the origin reads it.
#[track_caller]
fn sends(content: &str, expect: &Value) {
    let script: [Script; 1] = [("PUT /checkouts/7c/contact", Some(answer(200, checkout(|_| ()))))];
    let shop = selling();
    let fields = [("cookie", HELD), ("content-type", "application/x-www-form-urlencoded")];
    let request = Request::new(Method::Post, "/checkout/contact", "").with(&fields);
    let (clock, draw) = (|| NOW, || None);
    let incoming = Incoming::new(request, &clock, &draw);
    let matched = route("/checkout/contact", "").unwrap();
    let Next::Ask(ask) = shop.receive(&matched, &incoming, content.as_bytes()) else { panic!("{content}") };
    assert!(ask.path.starts_with("/checkouts/7c/contact") && script.len() == 1);
    let sent: Value = serde_json::from_str(&ask.body).unwrap();
    for (name, value) in expect.as_object().unwrap() {
        assert_eq!(&sent[name], value, "{content}: {name}");
    }
}

#[test]
fn the_bill_goes_elsewhere_where_the_box_was_there_and_is_not_ticked() {
    let billing = "&billingCountry=FR&billingName=Engines&billingLine1=1+rue&billingCity=Paris&billingPostcode=75001";
    let typed = json!({
        "country": "FR", "name": "Engines", "line1": "1 rue", "line2": "", "postcode": "75001", "city": "Paris", "region": "",
    });
    let check = |box_and_more: &str, has_billing: bool, wants_news: bool| {
        let expect = json!({ "hasBilling": has_billing, "billing": typed, "wantsNews": wants_news });
        sends(&format!("{TYPED}{billing}{box_and_more}"), &expect);
    };
    check("&billing=asked&billingSame=1", false, false);
    check("&billing=asked", true, false);
    check("&billing=asked&news=1", true, true);
    // A page of before has neither box.
    check("", false, false);
}

fn with_key(mut answer: Value) -> Value {
    answer["key"] = json!(KEY);
    answer
}

#[test]
fn a_checkout_that_is_unknown_begins_anew_once() {
    let again = [
        ("PUT /checkouts/old/contact", Some(answer(404, refused("unknown-checkout")))),
        ("POST /checkouts", Some(answer(201, with_key(checkout(|_| ()))))),
        ("PUT /checkouts/7c/contact", Some(answer(200, checkout(|_| ())))),
    ];
    let cookie = HELD.replace("7c.", "old.");
    assert_eq!(outcome(&post("/checkout/contact", &cookie, TYPED, &again)).1, "/checkout/delivery");
    let never = [
        ("POST /checkouts", Some(answer(201, with_key(checkout(|_| ()))))),
        ("PUT /checkouts/7c/contact", Some(answer(404, refused("unknown-checkout")))),
    ];
    assert_eq!(post("/checkout/contact", "cart=1~1*2*4800", TYPED, &never).reply.status, 503);
    // An id that is no id is asked for nowhere.
    for hostile in ["../orders", "7c/../x", "7c%2f", ""] {
        let cookie = format!("cart=1~1*2*4800; checkout={hostile}.{KEY}");
        assert_eq!(outcome(&get("/checkout/review", &cookie, &[])), see("/checkout"), "{hostile}");
    }
    let hostile = with_key(checkout(|view| view["id"] = json!("../x")));
    let sent = post("/checkout/contact", "cart=1~1*2*4800", TYPED, &[("POST /checkouts", Some(answer(201, hostile)))]);
    assert_eq!(sent.reply.status, 503);
}

#[test]
fn what_is_wrong_stands_at_its_field_and_what_was_typed_stays() {
    let mut problem = refused("fields");
    problem["errors"] = json!([
        { "field": "email", "fault": { "kind": "noAt" } },
        { "field": "postcode", "fault": { "kind": "postcode", "example": "SW1A 1AA" } },
    ]);
    let typed = TYPED.replace("%40example.com", "").replace("sw1y4jh", "%3Cb%3E");
    let page = post("/checkout/contact", HELD, &typed, &[("PUT /checkouts/7c/contact", Some(answer(422, problem)))]);
    assert_eq!(page.reply.status, 422);
    let parts = [
        "<title>Error: Contact and address",
        "There is a problem",
        "tabindex=\"-1\" autofocus",
        "<a href=\"#email\">An e-mail address needs an @, like name@example.com</a>",
        "<p class=\"field-fault\" id=\"postcode-error\">Enter a postcode of United Kingdom, like SW1A 1AA</p>",
        "value=\"&lt;b&gt;\"",
        "aria-invalid=\"true\" aria-describedby=\"email-error email-hint\"",
        "value=\"12 St James\"",
    ];
    has(&page, &parts);
}

#[test]
fn another_country_draws_the_form_anew() {
    let typed = TYPED.replace("country=GB", "country=US&redraw=1");
    let page = post("/checkout/contact", "cart=1~1*2*4800", &typed, &[]);
    assert_eq!(page.reply.status, 200);
    has(&page, &["ZIP code", "<option value=\"CA\">California</option>", "value=\"Ada Lovelace\""]);
}

#[test]
fn a_page_shows_the_checkout_as_it_is_now() {
    let page = get("/checkout", HELD, &[(CART, Some(answer(200, checkout(|_| ()))))]);
    has(&page, &["value=\"ada@example.com\"", "value=\"SW1Y 4JH\""]);
    let page = get("/checkout/delivery", HELD, &[(CART, Some(answer(200, checkout(|_| ()))))]);
    has(&page, &["value=\"Standard\" checked", "Arrives ", "$14.90", "Continue to review"]);
    let page = get("/checkout/review", HELD, &[(CART, Some(answer(200, checkout(|_| ()))))]);
    has(
        &page,
        &[
            "Buy now – $96.00",
            "name=\"total\" value=\"9600\"",
            "value=\"invoice\" checked",
            "Test card",
            "ada@example.com",
        ],
    );
    for target in ["/checkout/delivery", "/checkout/review", "/checkout/authenticate"] {
        assert_eq!(outcome(&get(target, "cart=1~1*2*4800", &[])), see("/checkout"), "{target}");
        let unknown = get(target, HELD, &[(CART, Some(answer(404, refused("unknown-checkout"))))]);
        assert_eq!(outcome(&unknown), (303, "/checkout".to_owned(), vec!["checkout= ends".to_owned()]));
        let bare = checkout(|view| view["contact"] = Value::Null);
        assert_eq!(outcome(&get(target, HELD, &[(CART, Some(answer(200, bare)))])), see("/checkout"), "{target}");
        assert_eq!(get(target, HELD, &[(CART, None)]).reply.status, 503);
        assert_eq!(get(target, HELD, &[(CART, Some(answer(200, json!({ "data": 7 }))))]).reply.status, 503);
    }
    let open = checkout(|view| view["summary"]["shipping"]["method"] = json!(""));
    assert_eq!(outcome(&get("/checkout/review", HELD, &[(CART, Some(answer(200, open)))])), see("/checkout/delivery"));
    let wanting = checkout(|view| {
        view["isReady"] = json!(false);
        view["summary"]["lines"][0]["payable"] = json!(1);
    });
    let page = get("/checkout/review", HELD, &[(CART, Some(answer(200, wanting)))]);
    has(&page, &["Only one is left.", "Change the cart", "cannot be placed as it stands"]);
    assert!(!String::from_utf8_lossy(&page.reply.body).contains("Buy now"));
}

#[test]
fn delivery_is_chosen() {
    let chosen = [(
        "PUT /checkouts/7c/delivery x-checkout-key=00112233445566778899aabbccddeeff {\"method\":\"Express\"}",
        Some(answer(200, checkout(|_| ()))),
    )];
    assert_eq!(outcome(&post("/checkout/delivery", HELD, "method=Express", &chosen)), see("/checkout/review"));
    let page = post("/checkout/delivery", HELD, "", &[(CART, Some(answer(200, checkout(|_| ()))))]);
    assert_eq!(page.reply.status, 422);
    has(&page, &["<title>Error: Delivery", "Choose how we deliver"]);
    let gone = [
        ("PUT /checkouts/7c/delivery", Some(answer(409, refused("not-ready")))),
        (CART, Some(answer(200, checkout(|_| ())))),
    ];
    assert_eq!(post("/checkout/delivery", HELD, "method=Balloon", &gone).reply.status, 422);
}

#[test]
fn an_order_leads_to_its_page_or_to_the_payment() {
    let buy = |next: Value| {
        let ordered = json!({ "data": { "number": "7K3M-Q9XR", "next": next } });
        outcome(&post("/checkout/order", HELD, BUY, &[(BOUGHT, Some(answer(200, ordered)))]))
    };
    assert_eq!(buy(Value::Null), see(ORDER));
    assert_eq!(buy(json!("/checkout/authenticate")), see("/checkout/authenticate"));
    assert_eq!(buy(json!("https://checkout.stripe.com/c/pay/1")), see("https://checkout.stripe.com/c/pay/1"));
    for elsewhere in [
        "//evil.example",
        "https://evil.example/",
        "https://checkout.stripe.com.evil.example/",
        "javascript:x",
        "/\\evil",
        "/a\nb",
    ] {
        assert_eq!(buy(json!(elsewhere)), see(ORDER), "{elsewhere}");
    }
    // A card's number goes with a test card alone.
    let invoice = [(
        "POST /checkouts/7c/order x-checkout-key=00112233445566778899aabbccddeeff {\"cart\":\"1~1*2*4800\",\"seenTotal\":9600,\"way\":\"invoice\"}",
        Some(answer(200, json!({ "data": { "number": "7K3M-Q9XR" } }))),
    )];
    assert_eq!(outcome(&post("/checkout/order", HELD, &BUY.replace("test-card", "invoice"), &invoice)), see(ORDER));
}

#[test]
fn a_refused_order_is_back_at_review_with_its_cause() {
    for (code, status, words) in [
        ("total-rose", 409, "The total was $96.00 when you saw it"),
        ("not-ready", 409, "The order cannot be placed as it stands"),
        ("declined", 409, "The payment was declined, and nothing was charged"),
        ("no-provider", 503, "pressing the button again charges once"),
    ] {
        let script = [(BOUGHT, Some(answer(status, refused(code)))), (CART, Some(answer(200, checkout(|_| ()))))];
        let page = post("/checkout/order", HELD, BUY, &script);
        assert_eq!(page.reply.status, status, "{code}");
        has(&page, &["<title>Error: Review and pay", words, "value=\"test-card\" checked", "ada@example.com"]);
    }
    let page = post("/checkout/order", HELD, "total=9600", &[(CART, Some(answer(200, checkout(|_| ()))))]);
    assert_eq!(page.reply.status, 422);
    has(&page, &["Choose how you pay"]);
    for silent in [None, Some(answer(500, json!({}))), Some(answer(429, json!({})))] {
        let page = post("/checkout/order", HELD, BUY, &[(BOUGHT, silent)]);
        assert_eq!(page.reply.status, 503);
        has(&page, &["You cannot order twice", "/checkout/review"]);
    }
    let unread = "total=%F0&way=invoice";
    let script = [
        (
            "POST /checkouts/7c/order x-checkout-key=00112233445566778899aabbccddeeff {\"cart\":\"1~1*2*4800\",\"seenTotal\":0",
            Some(answer(409, refused("total-rose"))),
        ),
        (CART, Some(answer(200, checkout(|_| ())))),
    ];
    has(&post("/checkout/order", HELD, unread, &script), &["The total is <strong>$96.00</strong>"]);
}

#[test]
fn an_order_that_awaits_its_payment_can_be_paid_and_not_changed() {
    let page = get("/checkout/review", HELD, &[(CART, Some(answer(200, ordered("awaiting"))))]);
    has(&page, &["7K3M-Q9XR", "Pay now – $96.00", "cannot be changed any more"]);
    assert!(!String::from_utf8_lossy(&page.reply.body).contains(">Change<"));
    for target in ["/checkout", "/checkout/delivery"] {
        assert_eq!(
            outcome(&get(target, HELD, &[(CART, Some(answer(200, ordered("awaiting"))))])),
            see("/checkout/review")
        );
    }
    let page = get("/checkout/authenticate", HELD, &[(CART, Some(answer(200, ordered("awaiting"))))]);
    has(&page, &["Approve", "Refuse", "$96.00"]);
    let approved = [(
        "POST /checkouts/7c/authentication x-checkout-key=00112233445566778899aabbccddeeff {\"isApproved\":true}",
        Some(answer(200, json!({ "data": { "number": "7K3M-Q9XR" } }))),
    )];
    assert_eq!(outcome(&post("/checkout/authenticate", HELD, "answer=approve", &approved)), see(ORDER));
    let refusing = [
        (
            "POST /checkouts/7c/authentication x-checkout-key=00112233445566778899aabbccddeeff {\"isApproved\":false}",
            Some(answer(409, refused("declined"))),
        ),
        (CART, Some(answer(200, ordered("awaiting")))),
    ];
    let page = post("/checkout/authenticate", HELD, "answer=refuse", &refusing);
    assert_eq!(page.reply.status, 409);
    has(&page, &["The payment was declined", "Pay now"]);
}

#[test]
fn a_checkout_that_was_ordered_leads_to_its_order_or_to_the_next_one() {
    for target in ["/checkout", "/checkout/review"] {
        assert_eq!(outcome(&get(target, HELD, &[(CART, Some(answer(200, ordered("placed"))))])), see(ORDER));
    }
    let other = HELD.replace("1~1*2*4800", "1~2*1*12999");
    let put = "PUT /checkouts/7c/cart";
    let page = get("/checkout", &other, &[(put, Some(answer(200, ordered("placed"))))]);
    assert_eq!(outcome(&page), (200, String::new(), vec!["checkout= ends".to_owned()]));
    has(&page, &["value=\"Ada Lovelace\"", "$134.89"].map(|part| if part == "$134.89" { "$129.99" } else { part }));
    let ended = (303, "/checkout".to_owned(), vec!["checkout= ends".to_owned()]);
    assert_eq!(outcome(&get("/checkout/review", &other, &[(put, Some(answer(200, ordered("placed"))))])), ended);
    let page = get("/checkout/review", HELD, &[(CART, Some(answer(200, ordered("expired"))))]);
    assert_eq!(outcome(&page), (200, String::new(), vec!["checkout= ends".to_owned()]));
    has(&page, &["not paid in time", "value=\"Ada Lovelace\""]);
}
