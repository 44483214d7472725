//! A real shared cache in front of the shop, and a hundred shoppers behind it whose requests interleave: nobody sees anything of another's cart.

use storefront_tests::client::Request;
use storefront_tests::server::shop;
use storefront_tests::shared_cache::SharedCache;

use super::{cookie, form};
use crate::Faults;

const SHOPPERS: u32 = 100;

/// Products that are sold by their ids.
const PRODUCTS: [&str; 6] = ["1", "2", "4", "7", "10", "11"];

/// The marks of shoppers on a page, each once.
fn marks(html: &str) -> Vec<String> {
    let mut marks: Vec<String> =
        html.split("SHOPPER").skip(1).filter_map(|rest| Some(format!("SHOPPER{}X", rest.split_once('X')?.0))).collect();
    marks.sort();
    marks.dedup();
    marks
}

#[test]
fn nobody_sees_the_cart_of_another() {
    let cache = SharedCache::start(shop().address()).unwrap_or_else(|reason| panic!("{reason}"));
    let mut faults = Faults::default();
    let mut carts: Vec<String> = vec![String::new(); 100];
    for round in 0..3_u8 {
        for shopper in 0..SHOPPERS {
            let place = usize::try_from(shopper).unwrap_or_default();
            // A SKU that nobody else has tells carts apart on the page; the shop knows none of them, so it comes with the text.
            let mark = format!("SHOPPER{shopper}X");
            let own = if round == 0 { format!("1~{mark}*1") } else { carts[place].clone() };
            let content = format!("sku={}", PRODUCTS[(place + usize::from(round)) % PRODUCTS.len()]);
            let sent = cache.send(&form("/cart/add", &format!("cart={own}"), &content));
            faults.expect(matches!(sent.status, 303 | 409), || format!("shopper {shopper}: status {}", sent.status));
            faults.expect(SharedCache::status(&sent) != "HIT", || "a change came out of the cache".to_owned());
            carts[place] = cookie(&sent, "cart").unwrap_or(own);
            // Another one looks at its cart in between, and somebody without one.
            let other = (place * 37 + usize::from(round)) % (place + 1);
            let page = cache.send(&Request::get("/cart").header("cookie", &format!("cart={}", carts[other])));
            let html = page.text();
            faults.expect(SharedCache::status(&page) != "HIT", || "a cart came out of the cache".to_owned());
            faults.expect(html.contains(&format!("SHOPPER{other}X")), || format!("{other} does not see its own cart"));
            faults.equal("shoppers on one page", &marks(&html), &vec![format!("SHOPPER{other}X")]);
            let priced = cache.send(&Request::get("/api/cart").header("cookie", &format!("cart={}", carts[place])));
            faults.expect(priced.text().contains(&mark), || format!("{shopper} does not get its own cart as JSON"));
            let stranger = cache.send(&Request::get("/cart")).text();
            faults.expect(!stranger.contains("SHOPPER"), || "somebody without a cart sees one".to_owned());
        }
    }
    faults.report("a response with anything of a cart is `private`, and its route serves one visitor");
}
