//! `/.well-known/security.txt`: valid on the day it is asked for, and nowhere else (RFC 9116). What follows from the configuration is
//! tested where that is read.

use storefront_tests::client::Request;
use storefront_tests::server::{PRODUCTION_ORIGIN, production, shop};

use crate::Faults;

const PATH: &str = "/.well-known/security.txt";

fn field(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned()))
}

#[test]
fn it_names_a_contact_and_expires_within_a_year() {
    let mut faults = Faults::default();
    let answer = production().get(PATH);
    assert_eq!(answer.status, 200, "{answer}");
    faults.equal("type", &answer.header("content-type").as_deref(), &Some("text/plain; charset=utf-8"));
    let text = answer.text();
    faults.equal("Contact", &field(&text, "Contact").as_deref(), &Some("mailto:security@shop.example"));
    faults.equal("Canonical", &field(&text, "Canonical"), &Some(format!("{PRODUCTION_ORIGIN}{PATH}")));
    faults.equal("Preferred-Languages", &field(&text, "Preferred-Languages").as_deref(), &Some("en"));
    let expires = field(&text, "Expires").unwrap_or_default();
    let days = storefront_tests::store_clock::now_seconds() / 86_400;
    let latest = day(days + 366);
    let today = day(days);
    // Dates of this form compare as texts.
    faults.expect(today < expires && expires < latest, || format!("Expires is {expires}, today is {today}"));
    let etag = answer.header("etag").unwrap_or_default();
    let known = production().send(&Request::get(PATH).header("if-none-match", &etag));
    faults.equal("known", &(known.status, known.body.len()), &(304, 0));
    let head = production().send(&Request::new("HEAD", PATH));
    faults.equal("HEAD", &(head.status, head.header("content-length")), &(200, Some(text.len().to_string())));
    faults.equal("POST", &production().send(&Request::new("POST", PATH)).status, &405);
    faults.equal("development", &shop().get(PATH).status, &200);
    faults.equal("the old place", &shop().get("/security.txt").status, &404);
    faults.report("docs/configuration.md has the variables");
}

/// A day counted from 1970, as the file writes it.
fn day(days: u64) -> String {
    let (mut year, mut left) = (1970, days);
    let length = |year: u64| {
        if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) { 366 } else { 365 }
    };
    while left >= length(year) {
        left -= length(year);
        year += 1;
    }
    let months = [31, length(year) - 337, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= months[month] {
        left -= months[month];
        month += 1;
    }
    format!("{year:04}-{:02}-{:02}T00:00:00Z", month + 1, left + 1)
}
