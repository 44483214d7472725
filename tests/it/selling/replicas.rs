//! Two replicas of the origin on one database: the same orders, one mail for each event, one sweeper at a time, and stock that moves at one
//! of them is shown by the other at once. PostgreSQL alone: a SQLite file has one process.

mod postgres {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use storefront_tests::client::Request;
    use storefront_tests::mail_server::{MailServer, field};
    use storefront_tests::postgres::postgres;
    use storefront_tests::record::Record;

    use super::super::{Shopper, count, number, stock};
    use crate::engines::{OFFICE, SECRET};
    use crate::faults::{eventually, now};

    const SKU: &str = "mug-moss";

    fn start(database: &str, variables: &[(&str, &str)]) -> Record {
        let common = [("DATABASE_URL", database), ("ORIGIN_SECRET", SECRET), ("OFFICE_SECRET", OFFICE)];
        Record::start(&[&common, variables].concat())
    }

    fn expect(holds: bool, found: impl std::fmt::Debug) -> Result<(), String> {
        if holds { Ok(()) } else { Err(format!("{found:?}")) }
    }

    /// Keeps every state that a lease has had.
    const WATCH: &str = "CREATE TABLE lease_seen (name TEXT, holder TEXT);
        CREATE FUNCTION see_lease() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO lease_seen VALUES (NEW.name, NEW.holder); RETURN NEW; END $$;
        CREATE TRIGGER seen AFTER INSERT OR UPDATE ON lease FOR EACH ROW EXECUTE FUNCTION see_lease();
        DELETE FROM lease";

    /// Fails unless the two kinds of work had one holder each.
    const ONE_HOLDER: &str = "DO $$ BEGIN
        IF (SELECT COUNT(DISTINCT name) FROM lease_seen) <> 2 OR (SELECT COUNT(DISTINCT (name, holder)) FROM lease_seen) <> 2
        THEN RAISE EXCEPTION 'not one holder each'; END IF; END $$";

    #[test]
    fn two_replicas_are_one_shop() {
        let (database, mails) = (postgres().database(), MailServer::start());
        let url = mails.url();
        let variables = [("SMTP_URL", url.as_str()), ("PAYMENT_TIME_MS", "1500")];
        let first = start(&database, &variables);
        // Before the second one starts, so that all that both do is seen.
        postgres().execute(&database, WATCH);
        let second = start(&database, &variables);
        let replicas = [first.address(), second.address()];
        let before = stock(replicas[0], SKU);
        let mut orders = BTreeSet::new();
        let mut waiting = Vec::new();
        for buyer in 0..12_usize {
            let (here, there) = (replicas[buyer % 2], replicas[(buyer + 1) % 2]);
            let shopper =
                Shopper::begin(here, &format!("1~{SKU}*1"), &format!("buyer-{buyer}@shop.example")).expect("begun");
            let elsewhere = Shopper { origin: there, ..shopper.clone() };
            // Every third one takes a card that never pays.
            let (way, card) = if buyer % 3 == 0 { ("test-card", "0119") } else { ("invoice", "") };
            let pressed = std::thread::scope(|scope| {
                let other = scope.spawn(|| elsewhere.order(way, card).expect("an answer"));
                [shopper.order(way, card).expect("an answer"), other.join().expect("pressed")]
            });
            if way == "invoice" {
                let numbers = pressed.map(|answer| number(&answer));
                assert_eq!(numbers[0], numbers[1], "one order, whichever replica is asked");
                assert_eq!(shopper.see(&numbers[0]).expect("seen"), elsewhere.see(&numbers[1]).expect("seen"));
                orders.insert(numbers[0].clone());
            } else {
                waiting.push(shopper);
            }
        }
        assert_eq!((orders.len(), waiting.len()), (8, 4));
        eventually("what nobody paid is given up, and once", || {
            let found = replicas.map(|replica| stock(replica, SKU));
            expect(found.iter().all(|found| *found == (before.0, before.1 + 8)), found)
        });
        let subjects =
            || -> Vec<String> { mails.mails().iter().map(|mail| field(mail, "Subject").to_owned()).collect() };
        eventually("a mail for each order", || expect(subjects().len() >= orders.len(), subjects()));
        let told: BTreeSet<String> = subjects().into_iter().collect();
        let due: BTreeSet<String> = orders.iter().map(|order| format!("We have your order {order}")).collect();
        assert_eq!((&told, subjects().len()), (&due, orders.len()), "one mail for each");
        postgres().execute(&database, ONE_HOLDER);
    }

    #[test]
    fn stock_that_moves_at_one_replica_is_shown_by_the_other_without_waiting_for_a_look() {
        let database = postgres().database();
        // They look by themselves in an hour.
        let slow = [("CATALOG_POLL_MS", "3600000")];
        let (first, second) = (start(&database, &slow), start(&database, &slow));
        let shown = |record: &Record| record.get("/api/products/1").json()["data"]["stock"].clone();
        let arrives = |on_hand: i64, left: i64| {
            let started = now();
            count(first.address(), "1", on_hand);
            eventually("both show it", || {
                let found = [&first, &second].map(shown);
                expect(found.iter().all(|found| *found == left), found)
            });
            let revision = |record: &Record| {
                let request = Request::get("/catalog/revision").header("authorization", &format!("Bearer {SECRET}"));
                record.send(&request).json()["revision"].clone()
            };
            assert_eq!(revision(&first), revision(&second), "the feeds have it, too");
            started.elapsed()
        };
        let took = arrives(41, 41);
        assert!(took < Duration::from_secs(10), "it took {took:?}");
        // An order is a change of stock as well.
        let shopper = Shopper::begin(second.address(), "1~1*2", "ada@shop.example").expect("begun");
        number(&shopper.order("invoice", "").expect("an answer"));
        eventually("the order at both", || {
            let found = [&first, &second].map(shown);
            expect(found.iter().all(|found| *found == 39), found)
        });
        // The connections that listen are lost: they come back, and what was missed is looked for.
        postgres().execute(
            &database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
        );
        arrives(37, 35);
    }

    #[test]
    fn stock_of_which_no_news_comes_is_found_by_looking() {
        let database = postgres().database();
        let record = start(&database, &[("CATALOG_POLL_MS", "100")]);
        // Somebody changes the database by hand, and tells nobody.
        postgres().execute(&database, "UPDATE stock SET on_hand = 23, changed_at = changed_at + 1 WHERE sku = '1'");
        eventually("it is shown", || {
            let found = record.get("/api/products/1").json()["data"]["stock"].clone();
            expect(found == 23, found)
        });
    }
}
