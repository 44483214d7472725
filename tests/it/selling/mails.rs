//! Mails as a mail server gets them, and as a developer sees them.

use serde_json::json;
use storefront_tests::client::Request;
use storefront_tests::mail_server::{MailServer, field};
use storefront_tests::record::Record;

use super::{Shopper, number};
use crate::engines::{OFFICE, SECRET, on_both_engines};
use crate::faults::eventually;
use crate::office;

on_both_engines!(each_event_has_a_mail);

fn each_event_has_a_mail(database: &str) {
    let mails = MailServer::start();
    let record = Record::start(&[
        ("DATABASE_URL", database),
        ("ORIGIN_SECRET", SECRET),
        ("OFFICE_SECRET", OFFICE),
        ("SMTP_URL", &mails.url()),
        ("SHOP_URL", "http://127.0.0.1:8787/"),
    ]);
    let shopper = Shopper::begin(record.address(), "1~mug-moss*2", "ada@shop.example").expect("begun");
    let order = number(&shopper.order("test-card", "4242 4242 4242 4242").expect("an answer"));
    let ship = json!({ "staff": "ada", "carrier": "DHL", "tracking": "00340434" });
    assert_eq!(office::post(record.address(), &format!("orders/{order}/ship"), &ship).status, 200);
    let subjects =
        |mails: &[String]| -> Vec<String> { mails.iter().map(|mail| field(mail, "Subject").to_owned()).collect() };
    let sent = eventually("three mails", || {
        let sent = mails.mails();
        if sent.len() >= 3 { Ok(sent) } else { Err(format!("{:?}", subjects(&sent))) }
    });
    let expect = [
        format!("We have your order {order}"),
        format!("Order {order} is on its way"),
        format!("Payment for order {order} received"),
    ];
    assert!(expect.iter().all(|subject| subjects(&sent).contains(subject)), "{:?}", subjects(&sent));
    assert_eq!(sent.len(), 3);
    for mail in &sent {
        assert_eq!((field(mail, "To"), field(mail, "MIME-Version")), ("Ada <ada@shop.example>", "1.0"));
        assert!(field(mail, "From").contains("<hello@shop.example>"), "{mail}");
        assert!(field(mail, "Message-ID").ends_with("@127.0.0.1>"), "{mail}");
        assert!(mail.contains("text/plain") && mail.contains("text/html"), "{mail}");
    }
    // The link opens the order, with a key of its own.
    let text = sent[0].replace("=\r\n", "").replace("=3D", "=");
    let link = text.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:8787/orders/")).expect("a link");
    let key = link.split("?key=").nth(1).expect("a key").get(..32).expect("32 digits").to_owned();
    assert_ne!(key, shopper.key);
    assert_eq!(Shopper { key, ..shopper }.see(&order).expect("the order")["parcel"]["carrier"], "DHL");
}

#[test]
fn without_a_mail_server_this_machine_reads_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("shop.db").display());
    let record = Record::start(&[("DATABASE_URL", &database), ("ORIGIN_SECRET", SECRET)]);
    let shopper = Shopper::begin(record.address(), "1~mug-moss*1", "ada@shop.example").expect("begun");
    let order = number(&shopper.order("invoice", "").expect("an answer"));
    let page = eventually("a mail", || {
        let page = record.get("/dev/mail").text();
        if page.contains(&format!("We have your order {order}")) { Ok(page) } else { Err(page) }
    });
    assert!(page.contains("ada@shop.example") && page.contains("by invoice"), "{page}");
    let refused = record.send(&Request::get("/dev/mail").header("x-forwarded-for", "192.0.2.1"));
    assert_eq!(refused.status, 403);
    assert_eq!(record.send(&Request::get("/dev/mail").host("evil.example")).status, 403);
}
