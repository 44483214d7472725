//! The Worker follows an origin of record: a change there shows here without a restart, and whatever the origin does, the shop
//! goes on with its edition.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use storefront_tests::client::Request;
use storefront_tests::corpus;
use storefront_tests::faulty::Faulty;
use storefront_tests::markup;
use storefront_tests::record::{Record, edition, products, with_price};
use storefront_tests::server::{Server, Setup};

use crate::api::corpus::compare_all;
use crate::origin::feed::{another_base, one_gone_one_new};

pub(crate) const SECRET: &str = "a-secret-of-the-edge-and-the-origin";

/// How long the shop may take to follow. The issue of this whole part is that it takes no longer.
pub(crate) const FOLLOWS_WITHIN: Duration = Duration::from_secs(10);

/// How long the origin is ill-treated; `CHAOS_SECONDS=60` does it for a minute.
#[expect(clippy::disallowed_methods, reason = "a person asks for a longer run")]
fn chaos_seconds() -> u64 {
    std::env::var("CHAOS_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(12)
}

/// A shop that follows at its ordinary pace, with these variables over the ordinary ones.
fn follow(record: &Record, variables: &[(&str, &str)]) -> Server {
    follow_at(&record.url(), variables)
}

pub(crate) fn follow_at(url: &str, variables: &[(&str, &str)]) -> Server {
    let all = [&[("ORIGIN_URL", url), ("ORIGIN_SECRET", SECRET)], variables].concat();
    Server::start(&Setup { variables: &all, ..Setup::default() }).unwrap_or_else(|reason| panic!("{reason}"))
}

pub(crate) fn record() -> Record {
    Record::start(&[("ORIGIN_SECRET", SECRET)])
}

pub(crate) fn price(shop: &Server) -> String {
    shop.get("/api/products/1").json()["data"]["price"].to_string()
}

#[expect(clippy::disallowed_methods, reason = "what is to happen within a time needs a clock")]
fn now() -> Instant {
    Instant::now()
}

/// Asks again and again, as shoppers would, until something holds. Every request is one in whose shadow the shop may follow.
#[track_caller]
pub(crate) fn within(limit: Duration, what: &str, mut holds: impl FnMut() -> bool) -> Duration {
    let started = now();
    while !holds() {
        assert!(started.elapsed() < limit, "{what} does not hold within {} s", limit.as_secs());
        std::thread::sleep(Duration::from_millis(50));
    }
    started.elapsed()
}

pub(crate) fn ready(shop: &Server) -> serde_json::Value {
    shop.get("/health/ready").json()["catalog"].clone()
}

#[test]
fn a_price_shows_within_seconds_the_origin_may_go_and_come_back() {
    let mut record = record();
    let shop = follow(&record, &[]);
    assert_eq!(
        shop.get("/api/products").header("cache-control").unwrap(),
        "public, max-age=5, stale-while-revalidate=600"
    );
    assert_eq!(price(&shop), "48");
    let page = shop.get("/products/cafe-press");
    record.write(&with_price("1", 12.5));
    within(FOLLOWS_WITHIN, "the new price in the API", || price(&shop) == "12.5");
    let changed = shop.get("/products/cafe-press");
    assert!(changed.text().contains("$12.50") && !page.text().contains("$12.50"), "{changed}");
    assert_ne!(changed.header("etag"), page.header("etag"));
    let expect = edition(&with_price("1", 12.5));
    assert_eq!(changed.header("x-catalog-revision").as_deref(), Some(expect.catalog().revision()));
    assert_eq!(
        shop.get("/api/products?sort=price-asc").header("x-catalog-revision"),
        changed.header("x-catalog-revision")
    );
    record.kill();
    for _ in 0..20 {
        assert_eq!((price(&shop).as_str(), shop.get("/products/cafe-press").status), ("12.5", 200), "the shop goes on");
    }
    within(FOLLOWS_WITHIN, "a note of the trouble", || ready(&shop)["error"].is_string());
    record.write(&with_price("1", 13.75));
    record.start_again();
    within(FOLLOWS_WITHIN, "the price after the origin came back", || price(&shop) == "13.75");
    assert!(ready(&shop)["error"].is_null(), "{}", ready(&shop));
}

#[test]
fn the_corpus_is_the_same_on_all_hosts_before_and_after_changes() {
    // Another base comes and goes: from 2,013 products back to twelve.
    let mut record = Record::start(&[("ORIGIN_SECRET", SECRET), ("CATALOG_MIN_PRODUCTS", "1")]);
    let shop = follow(&record, &[("ORIGIN_EVERY_MS", "200")]);
    let settings = catalog::api::Settings { max_age: 5, ..corpus::settings(&[]) };
    let hosts = |catalog: &catalog::Catalog, record: &Record| {
        within(FOLLOWS_WITHIN, "the same revision", || ready(&shop)["revision"] == catalog.revision());
        compare_all(&|request| shop.send(request), catalog, corpus::PATH, &settings);
        compare_all(&|request| record.send(request), catalog, corpus::PATH, &settings);
    };
    hosts(corpus::catalog(), &record);
    // Numbers and texts of some products.
    let mut records = with_price("1", 0.99);
    records[1]["stock"] = 0.into();
    records[2]["rating"] = 1.5.into();
    records[4]["name"] = "Quokka lamp".into();
    records[5]["description"] = "Says nothing of what it said before.".into();
    record.serve(&records);
    let changed = edition(&records);
    assert!(changed.changes().is_some());
    hosts(changed.catalog(), &record);
    // One variant of a product, whose own price and stock stay in the file as they were.
    let variant = variant(&mut records, "cushion-mustard-50");
    (variant["price"], variant["stock"]) = (39.5.into(), 2.into());
    record.serve(&records);
    let changed = changed.next(storefront_tests::record::built(&records)).unwrap();
    assert!(changed.changes().is_some());
    hosts(changed.catalog(), &record);
    // A product less and one more, in a new category and with a picture from elsewhere: changes, too.
    let records = one_gone_one_new();
    record.serve(&records);
    let replaced = changed.next(storefront_tests::record::built(&records)).unwrap();
    assert_eq!((replaced.changed(), replaced.base_revision()), (2, changed.base_revision()));
    hosts(replaced.catalog(), &record);
    assert_ne!(ready(&shop)["baseSource"], "origin", "the base stays");
    let page = shop.get("/products/quokka-lamp");
    assert_eq!((page.status, shop.get("/products/beech-desk-clock").status), (200, 404));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("https://pictures.example"), "{policy}");
    // More new products than changes have: another base, which the shop reads as a snapshot.
    let records = another_base();
    record.serve(&records);
    let larger = replaced.next(storefront_tests::record::built(&records)).unwrap();
    assert!(larger.changes().is_none());
    hosts(larger.catalog(), &record);
    assert_eq!(ready(&shop)["baseSource"], "origin");
    // And back to what the Worker was built with.
    record.serve(&products());
    let back = larger.next(storefront_tests::record::built(&products())).unwrap();
    hosts(back.catalog(), &record);
}

/// The variant with this SKU.
fn variant<'r>(records: &'r mut [Value], sku: &str) -> &'r mut Value {
    let all = records.iter_mut().flat_map(|record| record["variants"].as_array_mut().into_iter().flatten());
    all.into_iter().find(|variant| variant["sku"] == sku).unwrap_or_else(|| panic!("no variant `{sku}` ships"))
}

#[test]
fn a_change_of_one_variant_shows_in_the_api_and_on_its_page() {
    const SKU: &str = "fjall-natural-170";
    let record = record();
    let shop = follow(&record, &[("ORIGIN_EVERY_MS", "200")]);
    let found = shop.get("/api/products?option.Size=170+%C3%97+220+cm").json()["data"][0].clone();
    let list = shop.get("/products?option.Size=170+%C3%97+220+cm").text();
    let links = markup::named(&list, "a");
    let link = links.iter().find(|link| found["name"] == link.text().trim()).expect("a link to the product");
    let page = link.attribute("href").expect("an address").to_owned();
    let of_variant = || shop.get(format!("{page}?variant={SKU}")).text();
    let in_api = || {
        let answer = shop.get(format!("/api/products/{}", found["id"].as_str().expect("an id"))).json();
        let variants = answer["data"]["variants"].as_array().expect("a list").clone();
        let variant = variants.into_iter().find(|variant| variant["sku"] == SKU).expect("the variant");
        (answer["data"]["price"].clone(), answer["data"]["stock"].clone(), variant)
    };
    for part in ["$185.00", "1 in stock", "In Stock"] {
        assert!(of_variant().contains(part), "`{part}` is not on the page");
    }
    // A sale: cheaper than all the others, with the price before.
    let mut records = products();
    let changed = variant(&mut records, SKU);
    (changed["price"], changed["compareAtPrice"], changed["stock"]) = (129.5.into(), 185.into(), 6.into());
    record.write(&records);
    within(FOLLOWS_WITHIN, "the price in the API", || in_api().0 == 129.5);
    let (_, stock, changed) = in_api();
    assert_eq!((&changed["price"], &changed["compareAtPrice"]), (&129.5.into(), &185.into()));
    assert_eq!((stock, &changed["stock"]), (9.into(), &6.into()), "the product has the stock of all");
    for part in ["$129.50", "$185.00", "6 in stock"] {
        assert!(of_variant().contains(part), "`{part}` is not on the page");
    }
    assert!(shop.get(&page).text().contains("From $129.50"), "other variants cost more");
    assert_eq!(shop.get("/api/products?onSale=true").json()["total"], 4);
    // The last one is sold.
    variant(&mut records, SKU)["stock"] = 0.into();
    record.write(&records);
    within(FOLLOWS_WITHIN, "the variant that is sold out", || in_api().2["stock"] == 0);
    assert_eq!(in_api().0, 135, "what cannot be bought is not the price");
    for part in ["Out of Stock", "None in stock", "(sold out)"] {
        assert!(of_variant().contains(part), "`{part}` is not on the page");
    }
}

#[test]
fn prices_that_nobody_confirms_are_marked_as_of_their_time() {
    let mut record = record();
    let shop = follow(&record, &[("ORIGIN_EVERY_MS", "100"), ("ORIGIN_STALE_MS", "700")]);
    within(FOLLOWS_WITHIN, "a first answer", || ready(&shop)["ageMilliseconds"].is_u64());
    let fresh = shop.get("/products/cafe-press");
    for part in ["37 in stock", "schema.org/InStock", "product:availability"] {
        assert!(fresh.text().contains(part), "`{part}` is not in the page");
    }
    record.kill();
    within(FOLLOWS_WITHIN, "the mark", || {
        shop.get("/products/cafe-press").text().contains("Price and availability as of ")
    });
    let marked = shop.get("/products/cafe-press");
    let text = marked.text();
    for part in ["Prices and stock are as of ", " UTC and may have changed since.", "In Stock", "$48.00"] {
        assert!(text.contains(part), "`{part}` is not in the page: {text}");
    }
    // The number alone may stand in a hash of a file.
    for part in ["37 in", "\"37\"", "schema.org/InStock", "product:availability"] {
        assert!(!text.contains(part), "`{part}` is in the page");
    }
    assert_ne!(marked.header("etag"), fresh.header("etag"));
    for page in ["/", "/products", "/categories"] {
        assert!(shop.get(page).text().contains("Prices and stock are as of "), "{page}");
    }
    assert_eq!(ready(&shop)["unconfirmed"], true);
    record.start_again();
    within(FOLLOWS_WITHIN, "the end of the mark", || shop.get("/products/cafe-press").body == fresh.body);
}

#[test]
fn a_secret_that_is_refused_is_trouble_and_nothing_else() {
    let record = Record::start(&[("ORIGIN_SECRET", "another-secret-than-the-shop-has")]);
    let shop = follow(&record, &[("ORIGIN_EVERY_MS", "100")]);
    within(FOLLOWS_WITHIN, "a note of the trouble", || {
        ready(&shop)["error"] == "denied: the origin answered 401 to the question for changes"
    });
    assert_eq!((price(&shop).as_str(), shop.get("/").status), ("48", 200));
    shop.expect_output("catalog-trouble");
    assert!(!shop.output().contains(SECRET), "secrets are not for the log");
}

#[test]
fn without_a_secret_the_edge_follows_an_origin_on_its_own_machine() {
    let mut record = Record::start(&[]);
    let shop = follow(&record, &[("ORIGIN_SECRET", ""), ("ORIGIN_EVERY_MS", "100")]);
    record.serve(&with_price("1", 12.5));
    within(FOLLOWS_WITHIN, "the new price", || price(&shop) == "12.5");
}

#[test]
fn an_isolate_that_starts_goes_on_from_what_another_one_left() {
    let mut record = record();
    // A base of its own and changes over it: both are left.
    let mut larger = another_base();
    record.serve(&larger);
    larger[0]["price"] = 12.5.into();
    record.serve(&larger);
    let shop = follow(&record, &[("ORIGIN_EVERY_MS", "100")]);
    within(FOLLOWS_WITHIN, "the price", || price(&shop) == "12.5");
    // Saving a file makes wrangler start the Worker anew, with the cache of the location as it was.
    let revision = ready(&shop)["revision"].clone();
    record.kill();
    touch(&shop);
    shop.expect_output("Local server updated and ready");
    within(Duration::from_mins(1), "a new isolate with the old catalog", || {
        let standing = shop.send(&Request::get("/health/ready")).json()["catalog"].clone();
        standing["error"].is_string() && standing["revision"] == revision && standing["ageMilliseconds"].is_u64()
    });
    assert_eq!((price(&shop).as_str(), ready(&shop)["baseSource"].as_str()), ("12.5", Some("origin")));
}

/// Makes wrangler start the Worker anew.
fn touch(shop: &Server) {
    let path = shop.folder().join("edge/build/index.js");
    let mut text = std::fs::read(&path).expect("the Worker's script");
    text.extend_from_slice(b"\n// again\n");
    std::fs::write(path, text).expect("it can be written");
}

#[test]
fn whatever_the_origin_does_under_load_no_shopper_sees_a_failure() {
    let mut record = Record::start(&[("ORIGIN_SECRET", SECRET), ("CATALOG_MIN_PRODUCTS", "1")]);
    let faulty = Faulty::start(record.address(), Duration::from_secs(2));
    let shop = follow_at(
        &faulty.url(),
        &[("ORIGIN_EVERY_MS", "50"), ("ORIGIN_TIMEOUT_MS", "500"), ("ORIGIN_STALE_MS", "1000")],
    );
    let is_over = AtomicBool::new(false);
    let answered = AtomicUsize::new(0);
    let (replaced, larger) = (one_gone_one_new(), another_base());
    std::thread::scope(|scope| {
        for number in 0..4_usize {
            let (shop, is_over, answered) = (&shop, &is_over, &answered);
            scope.spawn(move || {
                let targets = [
                    "/products/cafe-press",
                    "/api/products/1",
                    "/products?search=lamp",
                    "/",
                    "/api/products?sort=name",
                ];
                for target in targets.iter().cycle().skip(number) {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let answer = shop.get(target);
                    assert_eq!(answer.status, 200, "{target}: {answer}");
                    if *target == "/api/products/1" {
                        let price = answer.json()["data"]["price"].as_f64().expect("a price");
                        assert!((1.0..=99.0).contains(&price), "a price that nobody asked for: {answer}");
                    }
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let started = now();
        let mut round = 0_u32;
        while started.elapsed() < Duration::from_secs(chaos_seconds()) {
            round += 1;
            match round % 4 {
                0 => {
                    record.kill();
                    record.start_again();
                }
                // Another base, now and then.
                3 if round % 8 == 7 => record.write(&larger),
                3 => record.write(&replaced),
                _ => record.write(&with_price("1", f64::from(1 + round % 99))),
            }
            std::thread::sleep(Duration::from_millis(300));
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(answered.load(Ordering::Relaxed) > 100, "only {answered:?} answers");
    assert!(faulty.met().iter().all(|(_, met)| *met > 0), "not every fault was met: {:?}", faulty.met());
    faulty.get_well();
    record.write(&with_price("1", 77.0));
    within(FOLLOWS_WITHIN, "the catalog after all that", || price(&shop) == "77");
    assert!(!shop.output().contains("trapped"), "{}", shop.output());
}
