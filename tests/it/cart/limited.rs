//! How often one address may change a cart: above the limit the shop explains, and the cart stays as it is.

use storefront_tests::server::{Server, Setup};

use super::{cookie, form};
use crate::Faults;

#[test]
fn above_the_limit_a_change_is_refused_and_explained() {
    let setup = Setup { limit: Some(3), ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let mut faults = Faults::default();
    let refused: Vec<_> = (0..12)
        .map(|_| server.send(&form("/cart/add", "cart=1~1*2*4800", "sku=1")))
        .filter(|response| response.status != 303)
        .collect();
    // A minute may end in between, so that a second one begins to count.
    faults.expect((6..=9).contains(&refused.len()), || format!("{} of 12 were refused", refused.len()));
    for response in &refused {
        faults.equal("status", &response.status, &429);
        faults.equal("retry-after", &response.header("retry-after").as_deref(), &Some("60"));
        faults.equal("cookie", &cookie(response, "cart"), &None);
        faults.expect(response.text().contains("The cart is as it was"), || "no explanation".to_owned());
    }
    faults.equal("reading is not limited", &server.get("/cart").status, &200);
    faults.report("`Limit` in `shop/src/routes.rs` names the binding of `wrangler.toml`");
}
