//! The checkout through the compiled Worker and the native origin: from the cart to a placed order without scripts, what is refused, an origin
//! that is away, and what no response may do.

mod away;
mod described;
mod guarded;
mod hooks;
mod refused;
mod rules;
mod walk;

use storefront_tests::client::{Request, Response};
use storefront_tests::record::Record;
use storefront_tests::server::Server;

use crate::cart::form;
use crate::origin::followed::{SECRET, follow_at};

/// What a shopper in Great Britain types.
pub(crate) const TYPED: &str = "email=ada%40example.com&country=GB&name=Ada+Lovelace&line1=12+St+James%27s+Square&line2=&postcode=sw1y4jh&city=London&phone=";

/// A shop that sells: an origin with a database of its own, and a Worker that follows it.
struct Selling {
    shop: Server,
    record: Record,
    _folder: tempfile::TempDir,
}

/// A browser without scripts: it keeps cookies and follows what it is sent to.
struct Shopper<'a> {
    shop: &'a Server,
    cookies: Vec<(String, String)>,
}

impl Selling {
    fn start() -> Selling {
        Selling::start_with(&[])
    }

    /// With these variables of the origin.
    fn start_with(variables: &[(&str, &str)]) -> Selling {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let database = format!("sqlite:{}", folder.path().join("shop.db").display());
        let own = [("DATABASE_URL", database.as_str()), ("ORIGIN_SECRET", SECRET)];
        let record = Record::start(&[&own, variables].concat());
        let shop = follow_at(&record.url(), &[("ORIGIN_EVERY_MS", "200")]);
        Selling { shop, record, _folder: folder }
    }

    fn shopper(&self) -> Shopper<'_> {
        Shopper { shop: &self.shop, cookies: Vec::new() }
    }
}

impl Shopper<'_> {
    /// One more of something in the cart.
    fn adds(&mut self, sku: &str) {
        let added = self.posts("/cart/add", &format!("sku={sku}"));
        assert_eq!(added.status, 303, "{added}");
    }

    fn opens(&mut self, target: &str) -> Response {
        self.sends(&Request::get(target).header("cookie", &self.field()))
    }

    fn posts(&mut self, target: &str, content: &str) -> Response {
        self.sends(&form(target, &self.field(), content))
    }

    /// Posts, and opens the page that follows.
    fn follows(&mut self, target: &str, content: &str) -> (String, Response) {
        let sent = self.posts(target, content);
        assert_eq!(sent.status, 303, "{target}: {sent}");
        let location = sent.header("location").expect("a 303 has an address").clone();
        let page = self.opens(&location);
        (location, page)
    }

    /// Whatever stands between the cart and the review of it.
    fn comes_to_review(&mut self) -> Response {
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

/// The value of the hidden field with the total.
fn total(page: &Response) -> String {
    let text = page.text();
    let rest = text.split("name=\"total\" value=\"").nth(1).unwrap_or_else(|| panic!("no total: {text}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[track_caller]
fn has(page: &Response, parts: &[&str]) {
    let text = page.text();
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing: {text}");
    }
}
