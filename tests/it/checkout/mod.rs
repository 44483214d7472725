//! The checkout through the compiled Worker and the native origin: from the cart to a placed order without scripts, what is refused, an origin
//! that is away, and what no response may do.

mod away;
mod described;
mod guarded;
mod hooks;
mod refused;
mod rules;
mod rush;
mod shared_cache;
mod walk;

use storefront_tests::client::{Request, Response};
use storefront_tests::record::Record;
use storefront_tests::server::{Server, Setup};
use storefront_tests::shared_cache::SharedCache;

use crate::cart::form;
use crate::engines::OFFICE;
use crate::origin::followed::SECRET;

/// What a shopper in Great Britain types.
pub(crate) const TYPED: &str = "email=ada%40example.com&country=GB&name=Ada+Lovelace&line1=12+St+James%27s+Square&line2=&postcode=sw1y4jh&city=London&phone=";

/// A shop that sells: an origin with a database of its own, and a Worker that follows it.
struct Selling {
    shop: Server,
    record: Record,
    _folder: Option<tempfile::TempDir>,
}

/// What takes the requests of a browser.
pub(crate) trait Door {
    fn send(&self, request: &Request) -> Response;
}

impl Door for Server {
    fn send(&self, request: &Request) -> Response {
        Server::send(self, request)
    }
}

impl Door for SharedCache {
    fn send(&self, request: &Request) -> Response {
        SharedCache::send(self, request)
    }
}

/// A browser without scripts: it keeps cookies and follows what it is sent to.
pub(crate) struct Shopper<'a, D = Server> {
    pub(crate) shop: &'a D,
    pub(crate) cookies: Vec<(String, String)>,
}

impl Selling {
    fn start() -> Selling {
        Selling::start_with(&[])
    }

    /// With these variables of the origin.
    fn start_with(variables: &[(&str, &str)]) -> Selling {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let database = format!("sqlite:{}", folder.path().join("shop.db").display());
        Selling { _folder: Some(folder), ..Selling::on_with(&database, variables) }
    }

    /// The same on a database that is there, for as many shoppers as a test has: all of them come from one address.
    fn on(database: &str) -> Selling {
        Selling::on_with(database, &[])
    }

    fn on_with(database: &str, variables: &[(&str, &str)]) -> Selling {
        let own = [("DATABASE_URL", database), ("ORIGIN_SECRET", SECRET), ("OFFICE_SECRET", OFFICE)];
        let record = Record::start(&[&own, variables].concat());
        let url = record.url();
        let edge = [("ORIGIN_URL", url.as_str()), ("ORIGIN_SECRET", SECRET), ("ORIGIN_EVERY_MS", "200")];
        let shop = Server::start(&Setup { variables: &edge, limit: Some(100_000), ..Setup::default() });
        Selling { shop: shop.unwrap_or_else(|reason| panic!("{reason}")), record, _folder: None }
    }

    fn shopper(&self) -> Shopper<'_> {
        Shopper { shop: &self.shop, cookies: Vec::new() }
    }
}

impl<D: Door> Shopper<'_, D> {
    /// One more of something in the cart.
    pub(crate) fn adds(&mut self, sku: &str) {
        let added = self.posts("/cart/add", &format!("sku={sku}"));
        assert_eq!(added.status, 303, "{added}");
    }

    pub(crate) fn opens(&mut self, target: &str) -> Response {
        self.sends(&Request::get(target).header("cookie", &self.field()))
    }

    pub(crate) fn posts(&mut self, target: &str, content: &str) -> Response {
        self.sends(&form(target, &self.field(), content))
    }

    /// Posts, and opens the page that follows.
    pub(crate) fn follows(&mut self, target: &str, content: &str) -> (String, Response) {
        let sent = self.posts(target, content);
        assert_eq!(sent.status, 303, "{target}: {sent}");
        let location = sent.header("location").expect("a 303 has an address").clone();
        let page = self.opens(&location);
        (location, page)
    }

    /// Whatever stands between the cart and the review of it.
    pub(crate) fn comes_to_review(&mut self) -> Response {
        self.adds("1");
        assert!(self.opens("/cart").text().contains("href=\"/checkout\""), "the cart leads to the checkout");
        assert_eq!(self.opens("/checkout").status, 200);
        let (location, page) = self.follows("/checkout/contact", TYPED);
        assert_eq!((location.as_str(), page.status), ("/checkout/delivery", 200));
        let (location, page) = self.follows("/checkout/delivery", "method=Standard");
        assert_eq!((location.as_str(), page.status), ("/checkout/review", 200), "{page}");
        page
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn field(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn sends(&mut self, request: &Request) -> Response {
        let response = self.shop.send(request);
        for (_, field) in response.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, attributes) = field.split_once(';').expect("a cookie has attributes");
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            self.cookies.retain(|(known, _)| known != name);
            if !attributes.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        response
    }
}

/// Sets the pieces of a SKU that are on hand.
fn count(record: &Record, sku: &str, on_hand: u64) {
    let body = serde_json::json!({ "id": format!("count-{sku}"), "to": on_hand, "reason": "counted", "staff": "ada" });
    let request = Request::new("POST", format!("/office/stock/{sku}"))
        .header("authorization", &format!("Bearer {OFFICE}"))
        .header("content-type", "application/json")
        .body(body.to_string());
    let answer = record.send(&request);
    assert_eq!(answer.status, 200, "{answer}");
}

/// The pieces of a SKU that orders claim.
fn reserved(record: &Record, sku: &str) -> u64 {
    let request = Request::get(format!("/office/stock/{sku}")).header("authorization", &format!("Bearer {OFFICE}"));
    record.send(&request).json()["data"]["reserved"].as_u64().expect("a number")
}

/// The value of the hidden field with the total.
pub(crate) fn total(page: &Response) -> String {
    let text = page.text();
    let rest = text.split("name=\"total\" value=\"").nth(1).unwrap_or_else(|| panic!("no total: {text}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[track_caller]
pub(crate) fn has(page: &Response, parts: &[&str]) {
    let text = page.text();
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing: {text}");
    }
}
