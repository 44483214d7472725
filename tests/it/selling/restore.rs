//! The rehearsal of docs/runbooks.md, "Restore from a backup": orders are placed and paid, the database is copied, more is sold, the database is
//! lost, and the copy takes its place. What the copy has is right again, by the provider's word where that is newer; what it lacks is found by the
//! provider's events.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use storefront_tests::client::{self, Request};
use storefront_tests::mail_server::{MailServer, field};
use storefront_tests::postgres::{postgres, programs};
use storefront_tests::record::{self, Record};
use storefront_tests::stripe::{KEY, Stripe, WEBHOOK_SECRET};

use super::{Shopper, count, number, stock};
use crate::engines::{OFFICE, SECRET, on_both_engines};
use crate::faults::eventually;

on_both_engines!(a_shop_is_restored_from_its_backup);

const SKU: &str = "mug-moss";

/// A shop with a provider and a mail server, which outlive it.
struct Shop {
    record: Record,
    stripe: Stripe,
    mails: MailServer,
}

fn a_shop_is_restored_from_its_backup(database: &str) {
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let mut shop = Shop::start(database);
    count(shop.record.address(), SKU, 50);

    // Before the backup one order is paid, and one waits at the provider's page.
    let (paid, paid_number) = shop.order(3);
    shop.pay_last();
    expect(&paid, &paid_number, ("placed", "captured"));
    shop.expect_mails(2);
    let (waits, waits_number) = shop.order(2);
    let session_that_waits = shop.stripe.sessions().pop().expect("a session");
    let copy = back_up(database, folder.path());

    // Between backup and loss one more is ordered and paid.
    let (lost, lost_number) = shop.order(4);
    shop.pay_last();
    expect(&lost, &lost_number, ("placed", "captured"));
    shop.expect_mails(4);

    // The loss. Meanwhile the shopper who was at the provider's page pays, and no webhook arrives.
    shop.record.kill();
    destroy(database);
    assert!(shop.stripe.pay(&session_that_waits));
    restore(database, &copy);
    shop.record.start_again();

    // What the copy has is right, and what has happened since is asked for.
    expect(&paid, &paid_number, ("placed", "captured"));
    expect(&waits, &waits_number, ("placed", "captured"));
    assert_eq!(stock(shop.record.address(), SKU), (50, 3 + 2), "the goods of the orders that there are");
    let mails = shop.expect_mails(6);
    let mut ids: Vec<&str> = mails.iter().map(|mail| field(mail, "Message-ID")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), shop.mails.mails().len()), (6, 6), "no event has a second mail");

    // The order of the window is gone, and its money is found: its events name a payment that the shop does not have.
    let request = Request::get(format!("/orders/{lost_number}")).header("x-order-key", &lost.key);
    let gone = shop.record.send(&request.header("authorization", &format!("Bearer {SECRET}")));
    assert_eq!(gone.status, 404);
    shop.deliver_all();
    shop.record.expect_metric("origin_payments_astray_total{reason=\"unknown\"} 1");
    assert!(shop.record.log().contains("payment astray"));
    let (charges, captured, refunded) = shop.stripe.totals();
    assert_eq!((charges, refunded), (3, 0), "nobody is charged twice");
    let totals: u64 =
        [(&paid, &paid_number), (&waits, &waits_number)].map(|(shopper, number)| total(shopper, number)).iter().sum();
    assert!(captured > totals, "the difference is the lost order's");
    assert_eq!(stock(shop.record.address(), SKU), (50, 5), "events of orders that are known change nothing");
    assert_eq!(shop.mails.mails().len(), 6);
}

impl Shop {
    fn start(database: &str) -> Shop {
        let (stripe, mails) = (Stripe::start(), MailServer::start());
        let record = Record::start(&[
            ("DATABASE_URL", database),
            ("ORIGIN_SECRET", SECRET),
            ("OFFICE_SECRET", OFFICE),
            ("PAYMENTS", "stripe"),
            ("STRIPE_SECRET_KEY", KEY),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("STRIPE_API", &stripe.url()),
            ("SHOP_URL", "https://shop.example"),
            ("SMTP_URL", &mails.url()),
            ("LOG", "events"),
        ]);
        Shop { record, stripe, mails }
    }

    /// Orders so many pieces.
    fn order(&self, pieces: u32) -> (Shopper, String) {
        let cart = format!("1~{SKU}*{pieces}");
        let shopper = Shopper::begin(self.record.address(), &cart, "ada@shop.example").expect("begun");
        let answer = shopper.order("stripe", "").expect("an answer");
        assert_eq!(answer.status, 200, "{answer:?}");
        (shopper, number(&answer))
    }

    /// Pays at the page of the last session.
    fn pay_last(&self) {
        let session = self.stripe.sessions().pop().expect("a session");
        assert!(self.stripe.pay(&session), "{session}");
    }

    #[track_caller]
    fn expect_mails(&self, least: usize) -> Vec<String> {
        eventually("mails", || {
            let mails = self.mails.mails();
            if mails.len() >= least { Ok(mails) } else { Err(format!("{} of {least}", mails.len())) }
        })
    }

    /// Delivers every event again, as a person asks Stripe for it.
    fn deliver_all(&self) {
        for event in self.stripe.events() {
            let answer = client::send(self.record.address(), &event.delivery(WEBHOOK_SECRET, seconds()));
            assert_eq!(answer.expect("an answer").status, 200);
        }
    }
}

/// Waits until an order and its payment are in these states, which the sweeper brings about.
#[track_caller]
fn expect(shopper: &Shopper, number: &str, states: (&str, &str)) {
    eventually(number, || {
        let order = shopper.see(number).map_err(|error| format!("{error:?}"))?;
        let found = (order["state"].as_str(), order["payment"]["state"].as_str());
        if found == (Some(states.0), Some(states.1)) { Ok(()) } else { Err(format!("{found:?}")) }
    });
}

fn total(shopper: &Shopper, number: &str) -> u64 {
    shopper.see(number).expect("the order")["summary"]["total"].as_u64().expect("a total")
}

#[expect(clippy::disallowed_methods, reason = "signatures have an age")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// The path of a SQLite file; none for PostgreSQL.
fn file(database: &str) -> Option<&str> {
    database.strip_prefix("sqlite:")
}

/// Copies a database that is in use.
fn back_up(database: &str, folder: &Path) -> PathBuf {
    let copy = folder.join("backup");
    if file(database).is_some() {
        let ended = record::run(&["backup", &copy.display().to_string()], &[("DATABASE_URL", database)]);
        assert_eq!(ended.code, 0, "{ended:?}");
        // A second one replaces nothing.
        assert_eq!(record::run(&["backup", &copy.display().to_string()], &[("DATABASE_URL", database)]).code, 2);
    } else {
        of_postgres("pg_dump", &["--format=custom", "--file", &copy.display().to_string(), database]);
    }
    copy
}

fn destroy(database: &str) {
    match file(database) {
        Some(path) => {
            for end in ["", "-wal", "-shm", ".lock"] {
                // Those beside the file are there or not.
                let _ = std::fs::remove_file(format!("{path}{end}"));
            }
        }
        None => postgres().execute("postgres", &format!("DROP DATABASE {} WITH (FORCE)", name(database))),
    }
}

fn restore(database: &str, copy: &Path) {
    if let Some(path) = file(database) {
        std::fs::copy(copy, path).expect("the copy takes the place");
    } else {
        postgres().execute("postgres", &format!("CREATE DATABASE {}", name(database)));
        of_postgres("pg_restore", &["--exit-on-error", "--dbname", database, &copy.display().to_string()]);
    }
}

fn name(database: &str) -> &str {
    database.rsplit('/').next().unwrap_or_default()
}

fn of_postgres(program: &str, arguments: &[&str]) {
    let path = programs().expect("PostgreSQL is installed").join(program);
    let output = Command::new(path).args(arguments).output().expect("the program starts");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}
