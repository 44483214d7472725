//! How large the headers of an answer are: clients and proxies refuse one that outgrows their buffers, whatever its body says.

use storefront_tests::client::{Request, Response};
use storefront_tests::record::{Record, products};
use storefront_tests::server::{Server, Setup, production, shop};

use crate::fault::eventually;
use crate::{Faults, kinds};

/// What a page needs without any picture from elsewhere.
const PAGE: usize = 3 * 1024;

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

#[test]
fn a_catalog_with_pictures_from_many_long_hosts_breaks_no_page() {
    // As many hosts as a catalog may name, each as long as a name may be.
    let mut records = products();
    for number in 0..20 {
        let mut product = records[0].clone();
        let host = format!("{number:060}.{}.{}.{}", "a".repeat(61), "b".repeat(61), "c".repeat(61));
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
        let answer = server.get("/products/host-19");
        if answer.status == 200 { Ok(()) } else { Err(format!("it is {}", answer.status)) }
    });
    let mut faults = Faults::default();
    for target in
        ["/", "/products", "/categories", "/products/host-19", "/nothing", "/products?page=0", "/a%2fb", "/__versions"]
    {
        let answer = server.send(&Request::get(target).header("accept", "text/html"));
        let (bytes, policy) = (size(&answer), answer.header("content-security-policy").unwrap_or_default());
        faults.expect(bytes <= PAGE, || format!("{target}: {bytes} bytes of headers"));
        faults.expect(policy.contains("img-src 'self' https:;"), || format!("{target}: `{policy}`"));
    }
    faults.report("a list of hosts over 4 KiB becomes `https:`");
}
