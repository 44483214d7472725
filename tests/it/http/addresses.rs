//! One address, read by both hosts. The edge's runtime resolves dot segments and backslashes before the Worker sees them, as browsers do
//! before they send; the origin reads what was sent. This is the list of all differences, so that a new one is noticed.

use storefront_tests::record::Record;
use storefront_tests::server::shop;

use crate::Faults;

/// What the edge takes an address for, where its runtime has resolved it. The origin refuses each as it stands.
const RESOLVED: [(&str, &str); 12] = [
    ("/api\\products", "/api/products"),
    ("/api/products\\1", "/api/products/1"),
    ("/api/x/../products", "/api/products"),
    ("/api/./products", "/api/products"),
    ("/api/x/%2e%2e/products", "/api/products"),
    ("/api/x/%2E%2E/products", "/api/products"),
    ("/api/x/.%2e/products", "/api/products"),
    ("/api/%2E/products", "/api/products"),
    ("/api/%2e/products", "/api/products"),
    ("/api/products/%2e%2e/%2e%2e/health", "/health"),
    ("/x\\..\\api/products", "/api/products"),
    ("/../../api/products", "/api/products"),
];

/// What both read as it stands: an escaped letter is no letter, an escaped slash, backslash or dot beside others is refused.
const SAME: [(&str, u16); 9] = [
    ("/%61pi/products", 404),
    ("/api/%70roducts", 404),
    ("/api/products/%31", 404),
    ("/API/products", 404),
    ("/api%2fproducts", 400),
    ("/api%5cproducts", 400),
    ("/api/x%2f%2e%2e%2fproducts", 400),
    ("/api//products", 400),
    ("/api/products/..%2f..%2fhealth", 400),
];

#[test]
fn the_edge_and_the_origin_read_one_address_alike_but_for_what_the_runtime_resolves() {
    let record = Record::start(&[]);
    let mut faults = Faults::default();
    for (target, same) in RESOLVED {
        let (edge, expect) = (shop().get(target), shop().get(same));
        faults.equal(format!("{target} at the edge"), &edge.status, &200);
        faults.expect(edge.timeless().body == expect.timeless().body, || format!("{target} at the edge is not {same}"));
        faults.equal(format!("{target} at the origin"), &record.get(target).status, &400);
    }
    for (target, status) in SAME {
        faults.equal(format!("{target} at the edge"), &shop().get(target).status, &status);
        faults.equal(format!("{target} at the origin"), &record.get(target).status, &status);
    }
    faults.report("ARCHITECTURE.md says what is resolved before the Worker; a rule of a firewall has to match what comes after that");
}
