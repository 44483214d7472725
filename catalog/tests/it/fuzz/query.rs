//! Paths and query strings that no form sends: the response to each has a documented status and a body of JSON.

use std::fmt::Write as _;

use catalog::{Currency, Query};
use web::{Method, Reply, Request, TARGET_LIMIT, decode_form};

use super::{Chance, run};
use crate::{CATALOG, answer};

/// How many cases each run has at least.
const CASES: u64 = 4_000;

const NAMES: [&str; 14] = [
    "search",
    "search",
    "category",
    "minPrice",
    "maxPrice",
    "inStock",
    "page",
    "pageSize",
    "sort",
    "include",
    "q",
    "q",
    "s%65arch",
    "utm_source",
];

const VALUES: [&str; 40] = [
    "",
    "1",
    "0",
    "-1",
    "+1",
    "01",
    "1000000",
    "1000001",
    "4294967295",
    "4294967296",
    "18446744073709551616",
    "100",
    "101",
    "1e3",
    "0.01",
    "0.001",
    "9999999.99",
    "10000000",
    ".5",
    "5.",
    "NaN",
    "true",
    "false",
    "TRUE",
    "relevance",
    "price-asc",
    "price-desc",
    "rating",
    "name",
    "facets",
    "mug",
    "lamp+brass",
    "Kitchen",
    "caf%C3%A9",
    "notebok",
    "%2B1",
    "%00",
    "tn-2110",
    "a",
    "%F0%9F%AB%96",
];

/// Encodings that are broken, cut short, overlong, of half a pair, or of no character.
const ENCODINGS: [&str; 16] = [
    "%",
    "%4",
    "%zz",
    "%ff",
    "%c3",
    "%C3%28",
    "%e2%80",
    "%ED%A0%80",
    "%F4%90%80%80",
    "%C0%80",
    "%25",
    "%26",
    "%3D",
    "%2",
    "%%",
    "%\u{e9}9",
];

/// Letters that grow, shrink, vanish or join when they are folded, and those that are easily taken for others.
const LETTERS: [char; 24] = [
    '\u{0}',
    '\u{7f}',
    '\u{a0}',
    '\u{ad}',
    '\u{df}',
    '\u{130}',
    '\u{131}',
    '\u{149}',
    '\u{300}',
    '\u{345}',
    '\u{390}',
    '\u{5d0}',
    '\u{61c}',
    '\u{e33}',
    '\u{1100}',
    '\u{1e9e}',
    '\u{200d}',
    '\u{202e}',
    '\u{2028}',
    '\u{fb03}',
    '\u{fdfa}',
    '\u{feff}',
    '\u{1f469}',
    '\u{10ffff}',
];

const PATHS: [&str; 8] = [
    "/api/products",
    "/api/products",
    "/api/products",
    "/api/products/suggest",
    "/api/products/suggest",
    "/api/products/categories",
    "/api/openapi.json",
    "/health",
];

const METHODS: [Method; 5] = [Method::Get, Method::Get, Method::Head, Method::Options, Method::Post];

#[test]
fn any_query_string_has_an_answer() {
    run("any_query_string_has_an_answer", CASES, |case| {
        let mut chance = Chance::of_case(case);
        let path = path(&mut chance);
        let query = if chance.once_in(3) { noise(&mut chance) } else { grammar(&mut chance) };
        let method = *chance.pick(&METHODS);
        let seen: String = format!("{path}?{query}").chars().take(400).collect();
        let reply = answer(&CATALOG, &Request::new(method, &path, &query));
        check(&seen, method, &reply);
        assert_eq!(reply.status == 414, path.len() + query.len() > TARGET_LIMIT, "{seen:?}");
        if let Ok(query) = Query::parse(&query, Currency::default()) {
            assert_eq!(Query::parse(&query.canonical(), Currency::default()), Ok(query), "{seen}");
        }
        assert!(decode_form(&query).count() <= query.len(), "{seen}");
    });
}

#[track_caller]
fn check(seen: &str, method: Method, reply: &Reply) {
    assert!(matches!(reply.status, 200 | 204 | 400 | 404 | 405 | 414), "{seen:?}: {}", reply.status);
    if method == Method::Head || reply.status == 204 {
        assert!(reply.body.is_empty(), "{seen:?}");
        return;
    }
    let body: serde_json::Value = match serde_json::from_slice(&reply.body) {
        Ok(body) => body,
        Err(error) => panic!("{seen:?}: {error}: {}", String::from_utf8_lossy(&reply.body)),
    };
    assert_eq!(reply.content_length, u64::try_from(reply.body.len()).ok(), "{seen:?}");
    let is_problem = reply.content_type.as_deref() == Some("application/problem+json");
    assert_eq!(is_problem, reply.status >= 400, "{seen:?}");
    if is_problem {
        assert_eq!(body["status"], reply.status, "{seen:?}");
        // What is quoted of a request is cut, so that a refusal is never as long as what it refuses.
        assert!(reply.body.len() < 2_000, "{seen:?}: {} bytes", reply.body.len());
    }
}

fn path(chance: &mut Chance) -> String {
    match chance.below(6) {
        0 => format!("/api/products/{}", value(chance)),
        1 => format!("/api/{}", noise(chance)),
        _ => (*chance.pick(&PATHS)).to_owned(),
    }
}

/// Pairs as a form has them, with what a form never sends here and there.
fn grammar(chance: &mut Chance) -> String {
    let mut text = String::new();
    for number in 0..chance.below(9) {
        if number > 0 {
            text.push_str(chance.pick::<&str>(&["&", "&", "&", "&&", ";", "&=&"]));
        }
        text.push_str(chance.pick::<&str>(&NAMES));
        if !chance.once_in(12) {
            text.push_str(if chance.once_in(12) { "==" } else { "=" });
            text.push_str(&value(chance));
        }
    }
    text
}

fn value(chance: &mut Chance) -> String {
    match chance.below(10) {
        0 => noise(chance),
        1 => (*chance.pick(&ENCODINGS)).repeat(1 + chance.below(80)),
        2 => chance.pick(&VALUES).repeat(1 + chance.below(300)),
        3 => encoded(chance),
        4 => vec![*chance.pick(&VALUES); 1 + chance.below(40)].join("+"),
        _ => (*chance.pick(&VALUES)).to_owned(),
    }
}

/// Letters as a browser encodes them.
fn encoded(chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..chance.below(210) {
        for byte in chance.pick(&LETTERS).encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn noise(chance: &mut Chance) -> String {
    let most = if chance.once_in(20) { 20_000 } else { 60 };
    let length = chance.below(most);
    let character = |chance: &mut Chance| match chance.below(5) {
        0 => *chance.pick(&LETTERS),
        1 => *chance.pick(&['%', '&', '=', '+', '`', '"', '\\', '/']),
        2 => char::from_u32(chance.word() % 0x11_0000).unwrap_or('\u{fffd}'),
        _ => char::from(chance.byte() & 0x7f),
    };
    (0..length).map(|_| character(chance)).collect()
}
