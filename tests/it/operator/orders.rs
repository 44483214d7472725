//! `storefront orders` against a running origin: a day's work on orders that were placed through its API, on both engines.

use serde_json::{Value, json};
use storefront_tests::client::Request;
use storefront_tests::operator::{Operator, Ran};
use storefront_tests::record::Record;

use crate::engines::{OFFICE, SECRET, on_both_engines};
use crate::faults::eventually;
use crate::office;

on_both_engines!(
    an_order_goes_its_way_once_however_often_a_script_asks,
    goods_and_money_come_back,
    invoices_are_paid_and_refunded_by_hand,
    lists_show_what_is_to_be_done,
    refusals_name_the_cause_and_change_nothing,
    the_office_has_one_contract_for_all_programs,
);

fn start(database: &str) -> Record {
    Record::start(&[
        ("DATABASE_URL", database),
        ("ORIGIN_SECRET", SECRET),
        ("OFFICE_SECRET", OFFICE),
        ("PAYMENTS", "invoice,on-delivery,test-card"),
    ])
}

fn operator(origin: &Record) -> Operator {
    Operator::new().with("ORIGIN_URL", &origin.url()).with("OFFICE_SECRET", OFFICE)
}

#[track_caller]
fn check(ran: &Ran, code: i32, parts: &[&str]) {
    let text = if code == 0 { &ran.out } else { &ran.err };
    assert_eq!(ran.code, code, "{ran:?}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}\n{ran:?}");
    }
}

/// Runs a command twice: the second time there is nothing to do, and the same is printed.
#[track_caller]
fn twice(operator: &Operator, line: &str, parts: &[&str]) {
    let first = operator.run(line);
    check(&first, 0, parts);
    let second = operator.run(line);
    check(&second, 0, parts);
    assert!(!first.err.contains("nothing to do") && second.err.contains("nothing to do"), "{first:?}\n{second:?}");
}

/// Asks the origin as the edge does, or fails with its response.
#[track_caller]
fn ask(origin: &Record, method: &str, path: &str, key: &str, body: &Value) -> Value {
    let request = Request::new(method, path)
        .header("authorization", &format!("Bearer {SECRET}"))
        .header("content-type", "application/json")
        .header("x-checkout-key", key)
        .body(body.to_string());
    let response = origin.send(&request);
    assert!(matches!(response.status, 200 | 201), "{method} {path}: {response:?}");
    response.json()
}

/// Places an order of so many moss mugs at 14.50, and gives its number.
#[track_caller]
fn order(origin: &Record, way: &str, mugs: u32) -> String {
    let cart = format!("1~mug-moss*{mugs}*1450");
    let begun = ask(origin, "POST", "/checkouts", "", &json!({ "cart": cart }));
    let (id, key) = (text(&begun["data"]["id"]), text(&begun["key"]));
    let contact = json!({
        "email": "ada@example.org", "country": "GB", "name": "Ada Lovelace", "line1": "12 St James's Square",
        "postcode": "SW1A 1AA", "city": "London",
    });
    ask(origin, "PUT", &format!("/checkouts/{id}/contact"), &key, &contact);
    let view = ask(origin, "PUT", &format!("/checkouts/{id}/cart"), &key, &json!({ "cart": cart }))["data"].clone();
    let total = view["summary"]["total"].clone();
    // The number means something for the test card alone.
    let request = json!({ "cart": cart, "seenTotal": total, "way": way, "card": "4242 4242 4242 4242" });
    text(&ask(origin, "POST", &format!("/checkouts/{id}/order"), &key, &request)["data"]["number"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

#[track_caller]
fn shown(operator: &Operator, number: &str) -> Value {
    operator.run(&format!("orders show {number} --json")).expect(0).json()
}

/// Waits until the sweeper has done something to an order.
#[track_caller]
fn until(operator: &Operator, number: &str, pointer: &str, expect: &str) {
    eventually(&format!("{pointer} of {number} is {expect}"), || {
        let order = shown(operator, number);
        let found = order.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        if found == expect { Ok(()) } else { Err(order.to_string()) }
    });
}

/// How many mugs are on hand, and how many of them are reserved.
#[track_caller]
fn stock(operator: &Operator) -> (i64, i64) {
    let level = operator.run("stock show mug-moss --json").expect(0).json();
    (level["onHand"].as_i64().expect("a number"), level["reserved"].as_i64().expect("a number"))
}

/// The numbers of the orders in a list.
#[track_caller]
fn listed(operator: &Operator, options: &str) -> Vec<String> {
    let list = operator.run(&format!("orders list {options} --json")).expect(0).json();
    list["orders"].as_array().expect("orders").iter().map(|order| text(&order["number"])).collect()
}

fn an_order_goes_its_way_once_however_often_a_script_asks(database: &str) {
    let origin = start(database);
    let operator = operator(&origin);
    let (before, _) = stock(&operator);
    let number = order(&origin, "test-card", 2);
    assert_eq!(stock(&operator), (before, 2));
    let whole = [
        number.as_str(),
        "placed, parcel open, payment captured",
        "test-card: 33.90 USD came in",
        "Ada Lovelace",
        "London SW1A 1AA",
        "ada@example.org",
        "mug-moss",
        "29.00 USD",
        "4.90 USD",
        "33.90 USD",
        "Standard",
    ];
    check(&operator.run(&format!("orders show {number}")), 0, &whole);
    twice(&operator, &format!("orders pack {number} -m shelf-4"), &["parcel packed"]);
    let ship = format!("orders ship {number} --carrier Royal-Mail --tracking");
    twice(&operator, &format!("{ship} RM1"), &["parcel shipped"]);
    assert_eq!(stock(&operator), (before - 2, 0));
    twice(&operator, &format!("{ship} RM2"), &["parcel shipped"]);
    twice(
        &operator,
        &format!("orders deliver {}", number.to_lowercase().replace('-', "")),
        &["completed, parcel delivered"],
    );
    check(
        &operator.run(&format!("orders show {number}")),
        0,
        &["Royal-Mail RM2", "shelf-4", "tracking corrected", "ada"],
    );
    let document = shown(&operator, &number);
    assert_eq!(document["command"], "orders show");
    assert_eq!(document["order"]["summary"]["total"], 3390);
    let events = document["events"].as_array().expect("events");
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["kind"].as_str()).collect();
    let expect = ["ordered", "payment", "placed", "packed", "shipped", "tracking corrected", "delivered"];
    assert_eq!(kinds, expect, "{document}");
    let staff: Vec<&str> = events.iter().filter_map(|event| event["staff"].as_str()).collect();
    assert_eq!(staff, ["", "", "", "ada", "ada", "ada", "ada"]);
    check(&operator.run("stock show mug-moss"), 0, &["-2", "shipped", number.as_str()]);
}

fn goods_and_money_come_back(database: &str) {
    let origin = start(database);
    let operator = operator(&origin);
    let (before, _) = stock(&operator);
    let number = order(&origin, "test-card", 3);
    operator.run(&format!("orders ship {number} --carrier Post")).expect(0);
    twice(&operator, &format!("orders return {number} --restock"), &["parcel returned"]);
    assert_eq!(stock(&operator), (before, 0));
    // 48.40 in all: a part by a job's own id, and the rest.
    let part = operator.run(&format!("orders refund {number} --amount 8.40 --id claim-7 -m late"));
    check(&part, 0, &["parcel returned"]);
    assert!(!part.err.contains("yourself"), "its provider sends it: {part:?}");
    let again = operator.run(&format!("orders refund {number} --amount 8.4 --id claim-7"));
    check(&again, 0, &[]);
    assert!(again.err.contains("nothing to do"), "{again:?}");
    check(
        &operator.run(&format!("orders refund {number} --amount 9 --id claim-7")),
        3,
        &["the id `claim-7` belongs to a refund of another amount"],
    );
    check(
        &operator.run(&format!("orders refund {number} --amount 40.01")),
        2,
        &["a refund is of more than 0 and at most 40 USD, not 40.01"],
    );
    until(&operator, &number, "/order/payment/state", "part_refunded");
    operator.run(&format!("orders refund {number}")).expect(0);
    until(&operator, &number, "/order/payment/state", "refunded");
    check(&operator.run(&format!("orders refund {number}")), 2, &["nothing is left that could be refunded"]);
    let refunds = shown(&operator, &number)["refunds"].clone();
    let sum: u64 = refunds.as_array().expect("refunds").iter().filter_map(|refund| refund["amount"].as_u64()).sum();
    assert_eq!(sum, 4840, "{refunds}");
    // A cancelled order gives its goods free and its money back by itself.
    let other = order(&origin, "test-card", 1);
    twice(&operator, &format!("orders cancel {other} -m misprinted"), &["cancelled, parcel cancelled"]);
    assert_eq!(stock(&operator), (before, 0));
    until(&operator, &other, "/order/payment/state", "refunded");
}

fn invoices_are_paid_and_refunded_by_hand(database: &str) {
    let origin = start(database);
    let operator = operator(&origin);
    let number = order(&origin, "invoice", 1);
    check(&operator.run(&format!("orders refund {number} --amount 1")), 2, &["nothing is left that could be refunded"]);
    twice(&operator, &format!("orders paid {number} -m statement-12"), &["payment captured"]);
    check(
        &operator.run(&format!("orders show {number}")),
        0,
        &["invoice: 19.40 USD came in", "money received", "statement-12"],
    );
    let refund = operator.run(&format!("orders refund {number} --amount 9.40"));
    assert!(refund.code == 0 && refund.err.contains("send the money back yourself"), "{refund:?}");
    until(&operator, &number, "/order/payment/state", "part_refunded");
    assert_eq!(shown(&operator, &number)["order"]["payment"]["refunded"], 940);
    // The transfer comes after all.
    let late = order(&origin, "on-delivery", 1);
    operator.run(&format!("orders cancel {late}")).expect(0);
    let paid = operator.run(&format!("orders paid {late}"));
    check(&paid, 0, &["cancelled"]);
    assert!(paid.err.contains("send the money back yourself"), "{paid:?}");
    until(&operator, &late, "/order/payment/state", "refunded");
}

fn lists_show_what_is_to_be_done(database: &str) {
    let origin = start(database);
    let operator = operator(&origin);
    let nothing = operator.run("orders list");
    assert_eq!((nothing.code, nothing.out.lines().count()), (0, 1), "{nothing:?}");
    assert!(nothing.err.contains("no orders (`--state open`)"), "{nothing:?}");
    let ways = ["invoice", "test-card", "on-delivery", "test-card"];
    let numbers: Vec<String> = ways.iter().map(|way| order(&origin, way, 1)).collect();
    check(
        &operator.run("orders list"),
        0,
        &["19.40 USD", "captured (test-card)", "created (invoice)", "ada@example.org"],
    );
    assert_eq!(listed(&operator, ""), numbers, "the oldest first");
    let newest_first: Vec<String> = numbers.iter().rev().cloned().collect();
    assert_eq!(listed(&operator, "--state all --since 1h"), newest_first);
    assert_eq!(listed(&operator, "--state unpaid"), [numbers[0].as_str(), &numbers[2]]);
    assert_eq!(listed(&operator, "--since 2100-01-01"), [""; 0]);
    // A day's work goes through the list in parts: what is packed leaves it, and nothing is left out.
    let (mut packed, mut after) = (Vec::new(), String::new());
    loop {
        let list = operator.run(&format!("orders list --limit 3 {after} --json")).expect(0).json();
        for listed in list["orders"].as_array().expect("orders") {
            let number = text(&listed["number"]);
            operator.run(&format!("orders pack {number}")).expect(0);
            packed.push(number);
        }
        match list["next"].as_str() {
            Some(next) => after = format!("--after {next}"),
            None => break,
        }
    }
    assert_eq!(packed, numbers);
    assert_eq!(listed(&operator, ""), [""; 0]);
    assert_eq!(listed(&operator, "--state packed"), numbers);
    let part = operator.run("orders list --state packed --limit 1");
    let more = format!("there are more: `storefront orders list --state packed --after {}`", numbers[0]);
    assert!(part.err.contains(&more), "{part:?}");
}

fn refusals_name_the_cause_and_change_nothing(database: &str) {
    let mut origin = start(database);
    let operator = operator(&origin);
    let number = order(&origin, "test-card", 1);
    operator.run(&format!("orders ship {number} --carrier Post")).expect(0);
    let before = shown(&operator, &number)["events"].clone();
    for (line, code, parts) in [
        (format!("orders pack {number}"), 3, ["a fulfilment that is `shipped` cannot be packed", "cannot pack"]),
        (format!("orders cancel {number}"), 3, ["cannot be cancelled after a part of it was shipped", "cannot cancel"]),
        (format!("orders paid {number}"), 3, ["is paid by `test-card`", "cannot enter the money of"]),
        (format!("orders refund {number} --amount 12,50"), 2, ["`--amount` was refused", "not `12,50`"]),
        (format!("orders refund {number} --amount 0"), 2, ["`--amount` was refused", "more than 0"]),
        (format!("orders ship {number} --carrier {}", "x".repeat(201)), 2, ["`carrier` has 1 to 200", "cannot ship"]),
        ("orders show 0000-0000".to_owned(), 4, ["there is no such order", "hint: `storefront orders list"]),
        ("orders show 7K3M".to_owned(), 2, ["such as 7K3M-Q9XR", "invalid value"]),
        ("orders list --after 0000-0000".to_owned(), 2, ["`after` is the number of an order", "cannot list orders"]),
    ] {
        check(&operator.run(&line), code, &parts);
    }
    assert_eq!(shown(&operator, &number)["events"], before);
    let stranger = Operator::new().with("ORIGIN_URL", &origin.url());
    check(&stranger.run("orders list"), 5, &["the office wants", "hint: `OFFICE_SECRET`"]);
    check(&Operator::new().run("orders list"), 2, &["`ORIGIN_URL` is not set", "hint: "]);
    origin.kill();
    let silent = operator.run(&format!("orders deliver {number}"));
    check(
        &silent,
        1,
        &["is not known to have changed; the same command changes it once", "does not answer", "Caused by:"],
    );
    let silent = operator.run(&format!("orders refund {number} --id claim-7 --json"));
    assert_eq!((silent.code, silent.json()["error"]["code"].as_i64()), (1, Some(1)));
    assert!(silent.err.contains("`--id claim-7` asks for the same refund again"), "{silent:?}");
}

fn the_office_has_one_contract_for_all_programs(database: &str) {
    let origin = start(database);
    let number = order(&origin, "invoice", 1);
    let list = office::get(origin.address(), "orders?state=&other=1");
    assert_eq!((list.status, list.header("cache-control").as_deref()), (200, Some("private, no-store")), "{list:?}");
    let row = list.json()["data"][0].clone();
    let expect = json!({
        "number": number, "state": "placed", "parcel": "open", "way": "invoice", "payment": "created", "total": 1940,
        "currency": "USD", "orderedAt": row["orderedAt"], "email": "ada@example.org",
    });
    assert_eq!(row, expect);
    for (query, code) in
        [("state=sent", "state"), ("limit=0", "limit"), ("since=now", "since"), ("after=1&after=2", "after")]
    {
        let refused = office::get(origin.address(), &format!("orders?{query}"));
        assert_eq!((refused.status, refused.json()["code"].as_str()), (400, Some(code)), "{query}");
    }
    let post = office::send(origin.address(), Request::new("POST", "/office/orders"));
    assert_eq!((post.status, post.header("allow").as_deref()), (405, Some("GET")));
    assert_eq!(origin.get("/office/orders").status, 401);
    let shopper = Request::get("/office/orders").header("authorization", &format!("Bearer {SECRET}"));
    assert_eq!(origin.send(&shopper).status, 401, "the secret of the edge opens no office");
    let page = Request::get("/office/orders").header("origin", "https://evil.example");
    assert_eq!(office::send(origin.address(), page).status, 403);
    let change =
        |action: &str, body: &Value| office::post(origin.address(), &format!("orders/{number}/{action}"), body);
    let packed = change("pack", &json!({ "staff": "ada", "reason": "shelf 4" }));
    assert_eq!((packed.status, &packed.json()["data"]["isChanged"]), (200, &json!(true)), "{packed:?}");
    assert_eq!(change("pack", &json!({ "staff": "ada" })).json()["data"]["isChanged"], false);
    for (action, body, expect) in [
        ("pack", json!({}), (422, "refused")),
        ("pack", json!({ "staff": "ada", "colour": "red" }), (400, "malformed")),
        ("refund", json!({ "staff": "ada", "amount": 5 }), (422, "refused")),
        ("refund", json!({ "staff": "ada", "id": "a", "amount": 5 }), (422, "too-much")),
        ("refund", json!({ "staff": "ada", "id": "a", "amount": -5 }), (400, "malformed")),
        ("return", json!({ "staff": "ada", "restock": true }), (409, "refused")),
        ("burn", json!({ "staff": "ada" }), (404, "action")),
    ] {
        let refused = change(action, &body);
        assert_eq!((refused.status, refused.json()["code"].as_str()), (expect.0, Some(expect.1)), "{action} {body}");
    }
}
