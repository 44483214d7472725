//! The description of checkout, orders and office (`/openapi.json` of the origin) against what the origin does: every answer of a walk through
//! all of its routes has a described status and shape, every described operation is walked, and no other method is answered.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};
use storefront_tests::client::{Request, Response};
use storefront_tests::record::Record;

use crate::engines::{OFFICE, SECRET};

struct Walk {
    origin: Record,
    description: Value,
    /// The operations that were answered, as `POST /checkouts`.
    walked: RefCell<BTreeSet<String>>,
    _folder: tempfile::TempDir,
}

impl Walk {
    fn start() -> Walk {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let database = format!("sqlite:{}", folder.path().join("shop.db").display());
        let origin = Record::start(&[
            ("DATABASE_URL", &database),
            ("ORIGIN_SECRET", SECRET),
            ("OFFICE_SECRET", OFFICE),
            ("PAYMENTS", "invoice,test-card"),
        ]);
        let answer = origin.get("/openapi.json");
        assert_eq!((answer.status, answer.header("content-type").as_deref()), (200, Some("application/json")));
        let tag = answer.header("etag").expect("a tag");
        assert_eq!(origin.send(&Request::get("/openapi.json").header("if-none-match", &tag)).status, 304);
        Walk { description: answer.json(), origin, walked: RefCell::default(), _folder: folder }
    }

    /// Sends a request of an operation, and holds the answer against its description.
    #[track_caller]
    fn asks(
        &self,
        method: &str,
        template: &str,
        path: &str,
        keys: &[(&str, &str)],
        body: Option<&Value>,
        expect: u16,
    ) -> Value {
        let secret = if path.starts_with("/office") { OFFICE } else { SECRET };
        let mut request = Request::new(method, path).header("authorization", &format!("Bearer {secret}"));
        for (name, value) in keys {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
            self.sent(method, template, body, expect);
        }
        self.judge(method, template, &self.origin.send(&request), expect)
    }

    #[track_caller]
    fn judge(&self, method: &str, template: &str, answer: &Response, expect: u16) -> Value {
        let what = format!("{method} {template}");
        assert_eq!(answer.status, expect, "{what}: {}", answer.text());
        let operation = &self.description["paths"][template][method.to_lowercase()];
        let described = self.resolve(&operation["responses"][expect.to_string()]);
        let kind = answer.media_type().unwrap_or_default();
        let schema = &described["content"][kind.as_str()]["schema"];
        assert!(schema.is_object(), "{what}: {expect} of type {kind} is not described");
        let body = answer.json();
        self.check(schema, &body, &what);
        self.walked.borrow_mut().insert(what);
        body
    }

    /// A body that the origin takes has the described shape.
    #[track_caller]
    fn sent(&self, method: &str, template: &str, body: &Value, expect: u16) {
        let operation = &self.description["paths"][template][method.to_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if expect < 400 && schema.is_object() {
            self.check(schema, body, &format!("the body of {method} {template}"));
        }
    }

    #[track_caller]
    fn check(&self, schema: &Value, value: &Value, what: &str) {
        let mut found = Vec::new();
        self.differences(schema, value, "", &mut found);
        assert_eq!(found, [""; 0], "{what}: {value}");
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let found = self.description.pointer(reference.trim_start_matches('#'));
                self.resolve(found.unwrap_or_else(|| panic!("{reference} names nothing")))
            }
            None => value,
        }
    }

    /// Everything in which a value differs from a schema, by the keywords that the description uses.
    fn differences(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let schema = self.resolve(schema).as_object().expect("a schema is an object");
        for (keyword, rule) in schema {
            let is_kept = match keyword.as_str() {
                "description" | "additionalProperties" => true,
                "type" => match rule.as_str().expect("one type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    other => panic!("the type `{other}` is not known to this test"),
                },
                "enum" => rule.as_array().is_some_and(|values| values.contains(value)),
                "pattern" => {
                    let pattern = regex::Regex::new(rule.as_str().expect("a pattern")).expect("it is right");
                    value.as_str().is_none_or(|text| pattern.is_match(text))
                }
                "minimum" => value.as_i64().is_none_or(|number| number >= rule.as_i64().expect("a number")),
                "maximum" => value.as_i64().is_none_or(|number| number <= rule.as_i64().expect("a number")),
                "minLength" => {
                    value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().expect("a number"))
                }
                "maxLength" => {
                    value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().expect("a number"))
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.differences(rule, item, &format!("{at}/{index}"), found);
                    }
                    true
                }
                "required" => {
                    let names = rule.as_array().expect("a list").iter().filter_map(Value::as_str);
                    found.extend(
                        names.filter(|name| value.get(name).is_none()).map(|name| format!("{at}: {name} is missing")),
                    );
                    true
                }
                "properties" => {
                    for (name, value) in value.as_object().into_iter().flatten() {
                        match rule.get(name) {
                            Some(property) => self.differences(property, value, &format!("{at}/{name}"), found),
                            None => found.push(format!("{at}: {name} is not described")),
                        }
                    }
                    true
                }
                _ => panic!("{at}: the keyword `{keyword}` is not known to this test"),
            };
            if !is_kept {
                found.push(format!("{at}: {value} breaks {keyword} {rule}"));
            }
        }
    }
}

#[test]
fn every_answer_has_a_described_shape_and_every_operation_is_there() {
    let walk = Walk::start();
    let cart = json!({ "cart": "1~mug-moss*2" });
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let begin = || {
        let begun = walk.asks("POST", "/checkouts", "/checkouts", &[], Some(&cart), 201);
        (text(&begun["data"]["id"]), text(&begun["key"]))
    };
    walk.asks("POST", "/checkouts", "/checkouts", &[], Some(&json!({ "cart": "1~" })), 409);
    walk.asks("POST", "/checkouts", "/checkouts", &[], Some(&json!({ "basket": 1 })), 400);
    let contact = json!({ "email": "ada@example.org", "country": "GB", "name": "Ada Lovelace", "line1": "12 St James's Square",
        "postcode": "SW1A 1AA", "city": "London" });
    let order = |way: &str, card: &str| {
        let (id, key) = begin();
        let keys = [("x-checkout-key", key.as_str())];
        let put = |part: &str, body: &Value, expect| {
            walk.asks(
                "PUT",
                &format!("/checkouts/{{id}}/{part}"),
                &format!("/checkouts/{id}/{part}"),
                &keys,
                Some(body),
                expect,
            )
        };
        put("contact", &json!({ "email": "nobody" }), 422);
        put("contact", &contact, 200);
        put("delivery", &json!({ "method": "By dragon" }), 409);
        put("delivery", &json!({ "method": "Standard" }), 200);
        let total = put("cart", &cart, 200)["data"]["summary"]["total"].clone();
        let wanted = json!({ "cart": cart["cart"], "seenTotal": total, "way": way, "card": card });
        let post = |part: &str, body: &Value, expect| {
            walk.asks(
                "POST",
                &format!("/checkouts/{{id}}/{part}"),
                &format!("/checkouts/{id}/{part}"),
                &keys,
                Some(body),
                expect,
            )
        };
        let ordered = post("order", &wanted, 200)["data"].clone();
        let asks_again = ordered["next"].is_string();
        post("authentication", &json!({ "isApproved": true }), if asks_again { 200 } else { 404 });
        put("cart", &cart, 200);
        (text(&ordered["number"]), key)
    };
    // A card that asks the bank, and an invoice.
    let (number, key) = order("test-card", "4000 0000 0000 3220");
    let keys = [("x-order-key", key.as_str())];
    walk.asks("GET", "/orders/{number}", &format!("/orders/{number}"), &keys, None, 200);
    walk.asks("GET", "/orders/{number}", &format!("/orders/{number}"), &[], None, 404);
    let (other, other_key) = order("invoice", "");
    let other_keys = [("x-order-key", other_key.as_str())];
    let end = |part: &str, number: &str, keys: &[(&str, &str)], expect| {
        walk.asks(
            "POST",
            &format!("/orders/{{number}}/{part}"),
            &format!("/orders/{number}/{part}"),
            keys,
            Some(&json!({})),
            expect,
        )
    };
    end("cancel", &other, &other_keys, 200);
    // Staff.
    let office = |path: &str, template: &str| walk.asks("GET", template, path, &[], None, 200);
    office("/office/orders?state=all", "/office/orders");
    office("/office/orders?state=all&limit=1", "/office/orders");
    walk.asks("GET", "/office/orders", "/office/orders?state=sent", &[], None, 400);
    office(&format!("/office/orders/{number}"), "/office/orders/{number}");
    let change = |action: &str, body: &Value, expect| {
        let path = format!("/office/orders/{number}/{action}");
        walk.asks("POST", "/office/orders/{number}/{action}", &path, &[], Some(body), expect)
    };
    change("pack", &json!({ "staff": "ada", "reason": "shelf 4" }), 200);
    change("pack", &json!({ "staff": "" }), 422);
    change("ship", &json!({ "staff": "ada", "carrier": "DHL", "tracking": "0034" }), 200);
    end("withdrawal", &number, &keys, 200);
    end("cancel", &number, &keys, 409);
    change("refund", &json!({ "staff": "ada", "id": "r1", "amount": 100 }), 200);
    walk.asks("GET", "/orders/{number}", &format!("/orders/{number}"), &keys, None, 200);
    let moved = json!({ "id": "m1", "by": 5, "reason": "received", "staff": "ada" });
    walk.asks("POST", "/office/stock/{sku}", "/office/stock/mug-moss", &[], Some(&moved), 200);
    office("/office/stock/mug-moss", "/office/stock/{sku}");
    walk.asks("GET", "/office/stock/{sku}", "/office/stock/nothing", &[], None, 404);
    let rules = office("/office/rules", "/office/rules")["data"]["rules"].clone();
    let same = json!({ "rules": rules, "staff": "ada", "reason": "the same" });
    walk.asks("POST", "/office/rules", "/office/rules", &[], Some(&same), 200);
    walk.asks(
        "POST",
        "/office/rules",
        "/office/rules",
        &[],
        Some(&json!({ "rules": [], "staff": "a", "reason": "b" })),
        422,
    );
    // Without Stripe there is no such address.
    let hook =
        walk.origin.send(&Request::new("POST", "/hooks/stripe").header("content-type", "application/json").body("{}"));
    walk.judge("POST", "/hooks/stripe", &hook, 404);
    refusals(&walk);
    all_were_asked(&walk);
}

/// Whether the walk has asked for every operation of the description.
fn all_were_asked(walk: &Walk) {
    let paths = walk.description["paths"].as_object().expect("paths");
    let described: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |(method, _)| (path, method)))
        .map(|(path, method)| format!("{} {path}", method.to_uppercase()))
        .collect();
    assert_eq!(*walk.walked.borrow(), described);
}

/// Who has no secret is refused everywhere, in words of the thing; and nothing answers a method that is not described.
fn refusals(walk: &Walk) {
    let paths = walk.description["paths"].as_object().expect("paths");
    for (template, item) in paths.iter().filter(|(template, _)| !template.starts_with("/hooks")) {
        let path = template
            .replace("{id}", "1")
            .replace("{number}", "7K3M-Q9XR")
            .replace("{sku}", "1")
            .replace("{action}", "pack");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let is_described = item.get(method.to_lowercase()).is_some();
            let nobody = walk.origin.send(&Request::new(method, path.as_str()));
            assert_eq!(nobody.status, 401, "{method} {path}");
            assert!(!nobody.text().contains("the feed"), "{method} {path}: {}", nobody.text());
            if is_described {
                walk.judge(method, template, &nobody, 401);
                continue;
            }
            let secret = if path.starts_with("/office") { OFFICE } else { SECRET };
            let request = Request::new(method, path.as_str()).header("authorization", &format!("Bearer {secret}"));
            assert_eq!(walk.origin.send(&request).status, 405, "{method} {path}");
        }
    }
}
