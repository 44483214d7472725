//! The cart from request to response, without a host.

use web::{Method, Request};

use crate::answer::Plan;
use crate::request::Incoming;
use crate::response::Response;
use crate::routes::route;
use crate::shop::Shop;
use crate::testing::{NOW, shop};

struct Sent<'a> {
    method: Method,
    target: &'a str,
    cookie: &'a str,
    content: &'a str,
}

fn send(shop: &Shop, sent: &Sent<'_>) -> Response {
    let (path, query) = sent.target.split_once('?').unwrap_or((sent.target, ""));
    let kind = if path.starts_with("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
    let fields = [("cookie", sent.cookie), ("content-type", kind)];
    let request = Request::new(sent.method, path, query).with(&fields);
    let (clock, draw) = (|| NOW, || None);
    let incoming = Incoming::new(request, &clock, &draw);
    let matched = route(path, query).unwrap();
    match shop.plan(&matched, &incoming) {
        Plan::Now(response) => response,
        Plan::Content => crate::testing::at_once(shop.receive(&matched, &incoming, sent.content.as_bytes())),
        Plan::Page(planned) => shop.render(&planned, NOW),
        other => panic!("{} {other:?}", sent.target),
    }
}

fn post(target: &str, cookie: &str, content: &str) -> Response {
    send(&shop(false), &Sent { method: Method::Post, target, cookie, content })
}

fn get(target: &str, cookie: &str) -> Response {
    send(&shop(false), &Sent { method: Method::Get, target, cookie, content: "" })
}

fn field(response: &Response, name: &str) -> String {
    let found = response.reply.headers().into_iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.to_string()).unwrap_or_default()
}

/// Status, address and cookies without their attributes.
fn outcome(response: &Response) -> (u16, String, Vec<String>) {
    let cookies = response.reply.cookies.iter().map(|cookie| cookie.to_string().split(';').next().unwrap().to_owned());
    (response.reply.status, field(response, "location"), cookies.collect())
}

fn text(response: &Response) -> String {
    String::from_utf8(response.reply.body.to_vec()).unwrap()
}

#[test]
fn what_is_added_is_in_the_cart() {
    let response = post("/cart/add", "", "sku=1&quantity=2");
    let cookies = vec!["cart=1~1*2*4800".to_owned(), "cart-count=2.1d".to_owned()];
    assert_eq!(outcome(&response), (303, "/cart?added=1%2A2".to_owned(), cookies));
    let cookies: Vec<String> = response.reply.cookies.iter().map(ToString::to_string).collect();
    assert!(cookies[0].ends_with("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"), "{cookies:?}");
    assert!(cookies[1].ends_with("; Path=/; Max-Age=7776000; SameSite=Lax"), "{cookies:?}");
    let again = post("/cart/add", "other=1; cart=1~1*2*4800", "sku=1");
    assert_eq!(outcome(&again).2, ["cart=1~1*3*4800", "cart-count=3.1d"]);
}

#[test]
fn what_is_chosen_of_a_product_is_added() {
    let sent = "product=6&option.Colour=moss&variant=mug-cream&quantity=2";
    assert_eq!(outcome(&post("/cart/add", "", sent)).2[0], "cart=1~mug-moss*2*1450");
    assert_eq!(outcome(&post("/cart/add", "", "product=1")).2[0], "cart=1~1*1*4800");
    for (sent, status, words) in [
        ("product=6", 422, "Choose <bdi>Colour</bdi> first."),
        ("product=6&option.Colour=", 422, "Choose <bdi>Colour</bdi> first."),
        ("product=6&option.Colour=Pink", 422, "There is no such combination."),
        ("product=6&option.Colour=Moss&quantity=500", 409, "left. The cart is as it was."),
        ("product=6&option.Colour=Moss&quantity=x", 422, "value=\"x\""),
    ] {
        let response = post("/cart/add", "", sent);
        assert_eq!((response.reply.status, response.reply.cookies.len()), (status, 0), "{sent}");
        let html = text(&response);
        assert!(html.contains(words) && html.contains("<h1 class=\"product-name\""), "{sent}: {html}");
    }
}

#[test]
fn a_refused_form_shows_again_what_was_sent() {
    #[track_caller]
    fn check(target: &str, cookie: &str, content: &str, status: u16, parts: &[&str]) {
        let response = post(target, cookie, content);
        let html = text(&response);
        assert_eq!(response.reply.status, status, "{target} {content}");
        for part in parts {
            assert!(html.contains(part), "{target} {content}: `{part}` in {html}");
        }
    }
    let product = "<h1 class=\"product-name\"";
    // A part of what has to be chosen, and the quantity.
    let parts = [product, "value=\"Moss\" checked", "value=\"4\" form", "Choose <bdi>Size</bdi> first."];
    check("/cart/add", "", "product=3&option.Colour=moss&quantity=4", 422, &parts);
    check(
        "/cart/add",
        "",
        "product=6&option.Colour=Moss&quantity=500",
        409,
        &["value=\"500\"", "value=\"Moss\" checked", "Enter a whole number from 1 to"],
    );
    // By SKU alone.
    check("/cart/add", "", "sku=mug-moss&quantity=500", 409, &[product, "value=\"500\"", "value=\"Moss\" checked"]);
    check("/cart/add", "cart=1~1*37*4800", "sku=1", 409, &[product, "Your cart has all that can be bought."]);
    // At the line.
    let line = "value=\"500\" aria-invalid=\"true\"";
    check("/cart/set", "cart=1~1*3*4800", "sku=1&quantity=500", 409, &[line, "Enter a whole number from 0 to 37."]);
    check("/cart/set", "cart=1~1*3*4800", "sku=1&quantity=1e2", 422, &["value=\"1e2\"", "from 0 to 999."]);
    // A removal that cannot be undone.
    check("/cart/set", "cart=1~2*1*12999", "sku=1&quantity=500", 409, &[product, "value=\"500\""]);
    // Codes.
    check("/cart/code", "cart=1~1*3*4800", "code=NOPE", 422, &["value=\"NOPE\" aria-invalid=\"true\""]);
    let full = "cart=1~1*3*4800~!A~!B~!C~!D~!E";
    check("/cart/code", full, "code=WELCOME10", 409, &["A cart holds 5 codes", "value=\"WELCOME10\" aria-invalid"]);
}

#[test]
fn a_form_keeps_its_destination() {
    let response = post("/cart/set", "cart=1~1*2*4800", "sku=1&quantity=3&country=DE&region=&method=Express");
    assert_eq!(outcome(&response).1, "/cart?country=DE&method=Express");
}

#[test]
fn nothing_left_ends_the_cookies() {
    for (target, content) in [("/cart/remove", "sku=1"), ("/cart/set", "sku=1&quantity=0")] {
        let response = post(target, "cart=1~1*2*4800", content);
        let cookies = vec!["cart=".to_owned(), "cart-count=".to_owned()];
        assert_eq!(outcome(&response), (303, "/cart?removed=1%2A2".to_owned(), cookies));
        assert!(response.reply.cookies.iter().all(|cookie| cookie.to_string().contains("Max-Age=0")));
    }
}

#[test]
fn a_refused_change_sets_no_cookie_and_says_why() {
    #[track_caller]
    fn check(target: &str, cookie: &str, content: &str, status: u16, words: &str) {
        let response = post(target, cookie, content);
        assert_eq!((response.reply.status, response.reply.cookies.len()), (status, 0), "{target} {content}");
        let html = text(&response);
        assert!(html.contains(words), "{target} {content}: {html}");
    }
    check("/cart/add", "", "", 422, "This item is not in the shop");
    check("/cart/add", "", "sku=404", 422, "This item is not in the shop");
    check("/cart/add", "", "sku=1&quantity=0", 422, "is no quantity");
    check("/cart/add", "", "sku=1&quantity=1e2", 422, "<bdi>1e2</bdi>");
    check("/cart/add", "", "sku=1&quantity=1000", 422, "is no quantity");
    check("/cart/add", "", "sku=1&quantity=38", 409, "Only 37 of");
    check("/cart/add", "cart=1~1*30*4800", "sku=1&quantity=10", 409, "and your cart has 30");
    check("/cart/set", "cart=1~1*3*4800", "sku=1&quantity=-1", 422, "aria-invalid=\"true\"");
    check("/cart/set", "cart=1~1*3*4800", "sku=1&quantity=%3Cb%3E", 422, "&lt;b&gt;");
    check("/cart/code", "cart=1~1*3*4800", "code=NOPE", 422, "is not a code of this shop");
    check("/cart/code", "cart=1~1*3*4800", "code=", 422, "Enter a code.");
    let full: Vec<String> = (0..50).map(|number| format!("s{number}*1")).collect();
    check("/cart/add", &format!("cart=1~{}", full.join("~")), "sku=1", 409, "The cart is full");
}

#[test]
fn fewer_than_before_is_always_possible() {
    let response = post("/cart/set", "cart=1~1*900*4800", "sku=1&quantity=800");
    assert_eq!(outcome(&response).2, ["cart=1~1*800*4800", "cart-count=800.1d"]);
}

#[test]
fn a_get_never_writes_the_cart() {
    for cookie in ["", "cart=1~1*2*4500", "cart=garbage", "cart=2~1*2", "cart=1~404*2"] {
        let response = get("/cart", cookie);
        assert_eq!((response.reply.status, response.reply.cookies.len()), (200, 0), "{cookie}");
        assert_eq!(response.reply.cache_control.value(), "private, no-cache");
    }
}

#[test]
fn the_page_shows_both_prices_until_the_next_change() {
    let html = text(&get("/cart", "cart=1~1*2*4500"));
    assert!(html.contains("The price is $48.00 now. It was $45.00 when you saw it last."), "{html}");
    assert_eq!(outcome(&post("/cart/set", "cart=1~1*2*4500", "sku=1&quantity=2")).2[0], "cart=1~1*2*4800");
}

#[test]
fn what_is_valid_survives_what_is_not() {
    let html = text(&get("/cart", "cart=1~1*2*4800~???~404*1"));
    assert!(html.contains("A part of your cart could not be read.") && html.contains("Item <bdi>404</bdi>"), "{html}");
    let response = post("/cart/add", "cart=1~1*2*4800~???~404*1", "sku=2");
    assert_eq!(outcome(&response).2, ["cart=1~1*2*4800~404*1~2*1*12999", "cart-count=4.1d.1e"]);
}

#[test]
fn a_link_fills_the_cart_and_orders_nothing() {
    let response = get("/buy/1:2,2", "cart=1~4*1");
    let cookies = vec!["cart=1~4*1*2800~1*2*4800~2*1*12999".to_owned(), "cart-count=4.1g.1d.1e".to_owned()];
    assert_eq!(outcome(&response), (303, "/cart".to_owned(), cookies));
    for (target, status) in
        [("/buy/404", 422), ("/buy/1:0", 422), ("/buy/1:x", 422), ("/buy/1:99", 409), ("/buy/1,404", 422)]
    {
        let response = get(target, "");
        assert_eq!((response.reply.status, response.reply.cookies.len()), (status, 0), "{target}");
    }
    let head = send(&shop(false), &Sent { method: Method::Head, target: "/buy/1", cookie: "", content: "" });
    assert_eq!((head.reply.status, head.reply.cookies.len()), (303, 0));
}

#[test]
fn a_link_that_nobody_follows_fills_nothing() {
    let fields = |name, value| [("cookie", "cart=1~4*1"), (name, value)];
    let outcome_of = |name, value| {
        let fields = fields(name, value);
        let request = Request::new(Method::Get, "/buy/1:2", "").with(&fields);
        let (clock, draw) = (|| NOW, || None);
        let incoming = Incoming::new(request, &clock, &draw);
        let (shop, matched) = (shop(false), route("/buy/1:2", "").unwrap());
        let response = match shop.plan(&matched, &incoming) {
            Plan::Now(response) => response,
            Plan::Content => crate::testing::at_once(shop.receive(&matched, &incoming, &[])),
            other => panic!("{other:?}"),
        };
        (response.reply.status, response.reply.cookies.len())
    };
    for (name, value, status) in [
        ("sec-purpose", "prefetch", 503),
        ("sec-purpose", "prefetch;prerender", 503),
        ("sec-fetch-dest", "image", 403),
        ("sec-fetch-dest", "iframe", 403),
        ("sec-fetch-dest", "empty", 403),
    ] {
        assert_eq!(outcome_of(name, value), (status, 0), "{name}: {value}");
    }
    assert_eq!(outcome_of("sec-fetch-dest", "document"), (303, 2));
}

#[test]
fn the_api_prices_any_text() {
    let of = |target: &str| {
        let response = get(target, "cart=1~1*2*4800");
        let body: serde_json::Value = serde_json::from_slice(&response.reply.body).unwrap();
        (response.reply.status, body)
    };
    let (status, body) = of("/api/cart");
    assert_eq!((status, &body["data"]["subtotal"], &body["data"]["cart"]), (200, &96.into(), &"1~1*2*4800".into()));
    let (status, body) = of("/api/cart?c=1~2*1");
    assert_eq!((status, body["data"]["total"].to_string().as_str()), (200, "129.99"));
    assert_eq!(of("/api/cart?c=2~2*1").0, 400);
    let response = post("/api/cart/lines", "", r#"{"sku":"1","quantity":2}"#);
    assert_eq!(
        outcome(&response),
        (200, String::new(), vec!["cart=1~1*2*4800".to_owned(), "cart-count=2.1d".to_owned()])
    );
    for (content, status) in [("", 422), ("[]", 422), (r#"{"sku":"404"}"#, 422), (r#"{"sku":"1","quantity":38}"#, 409)]
    {
        let response = post("/api/cart/lines", "", content);
        assert_eq!((response.reply.status, response.reply.cookies.len()), (status, 0), "{content}");
    }
}
