//! The size of a response's headers: clients and proxies refuse one that outgrows their buffers.

use storefront_tests::client::{Request, Response};
use storefront_tests::record::{Record, products};
use storefront_tests::server::{Server, Setup, production, shop};

use crate::Faults;
use crate::faults::eventually;
use crate::http::kinds;

/// What a page needs without any picture from elsewhere.
const PAGE: usize = 3 * 1024;

/// The same with as many hosts of pictures as are named one by one.
const PAGE_OF_MANY_HOSTS: usize = 6 * 1024;

/// What everything else needs.
const OTHER: usize = 1536;

fn size(answer: &Response) -> usize {
    answer.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum()
}

#[test]
fn every_kind_of_answer_has_few_headers() {
    let mut faults = Faults::default();
    for server in [shop(), production()] {
        for kind in kinds::all() {
            let bytes = size(&server.send(&kind.request));
            let limit = if kind.is_page() { PAGE } else { OTHER };
            faults.expect(bytes <= limit, || format!("{}: {bytes} bytes of headers, not {limit}", kind.request));
        }
    }
    faults.report("the headers are data in `pages/src/security.rs`");
}

/// A shop whose catalog has pictures from so many hosts beside its own, the last label of which has this length.
fn with_hosts(hosts: usize, last: usize) -> (Record, Server) {
    let mut records = products();
    for number in 0..hosts {
        let mut product = records[0].clone();
        let host = format!("{number:060}.{}.{}.{}", "a".repeat(61), "b".repeat(61), "c".repeat(last));
        product["id"] = format!("host-{number}").into();
        product["imageUrl"] = format!("https://{host}/lamp.jpg").into();
        records.push(product);
    }
    let mut record = Record::start(&[]);
    record.serve(&records);
    let url = record.url();
    let setup = Setup { variables: &[("ORIGIN_URL", &url), ("ORIGIN_EVERY_MS", "100")], ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    eventually("the catalog with the hosts", || {
        let answer = server.get(format!("/products/cafe-press-host-{}", hosts - 1));
        if answer.status == 200 { Ok(()) } else { Err(format!("it is {}", answer.status)) }
    });
    (record, server)
}

/// Every page has at most `limit` bytes of headers, and its policy contains `part`.
fn check(faults: &mut Faults, server: &Server, limit: usize, part: &str) {
    for target in [
        "/",
        "/products",
        "/categories",
        "/products/cafe-press-host-1",
        "/nothing",
        "/products?page=0",
        "/a%2fb",
        "/__versions",
    ] {
        let answer = server.send(&Request::get(target).header("accept", "text/html"));
        let (bytes, policy) = (size(&answer), answer.header("content-security-policy").unwrap_or_default());
        faults.expect(bytes <= limit, || format!("{target}: {bytes} bytes of headers, not {limit}"));
        faults.expect(policy.contains(part), || format!("{target}: `{part}` is not in `{policy}`"));
    }
}

#[test]
fn a_catalog_with_pictures_from_many_long_hosts_breaks_no_page() {
    let mut faults = Faults::default();
    // As many hosts as a catalog may name, each as long as a name may be.
    let (_record, server) = with_hosts(20, 61);
    check(&mut faults, &server, PAGE, "img-src 'self' https:;");
    // As many as are named one by one: a little below 4 KiB.
    let (_record, server) = with_hosts(16, 50);
    check(&mut faults, &server, PAGE_OF_MANY_HOSTS, &format!(" https://{:060}.aaa", 15));
    faults.report("a list of hosts over 4 KiB becomes `https:`");
}
