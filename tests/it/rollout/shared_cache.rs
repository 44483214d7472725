//! A shared cache in front of a shop whose canary runs, and hundreds of visitors behind it: nobody ever gets the page, the redirect
//! or the cookie of another, while what is everybody's comes out of the cache.

use std::collections::{BTreeMap, BTreeSet};

use storefront_tests::client::{Request, Response};
use storefront_tests::shared_cache::SharedCache;

use crate::Faults;
use crate::faults::{DETAIL, PRODUCTS, page_of};
use crate::rollout::visitors::{Trial, development, mark, set_cookies, with_cookie};

const COOKIE: &str = "storefront-visitor";

/// New visitors, each of whom looks at several pages.
const VISITORS: usize = 120;

/// What a page with a split may be kept by.
const PAGES: [&str; 3] = ["/products", "/products?category=Kitchen", "/products?sort=name&page=1"];

/// Who looks at a page.
enum Visitor {
    /// Comes for the first time.
    New,
    /// Brings its mark.
    Marked(String),
    /// Brings a mark and a preview of the next version.
    Previewing(String),
}

impl Visitor {
    fn request(&self, target: &str) -> Request {
        match self {
            Visitor::New => Request::get(target),
            Visitor::Marked(mark) => with_cookie(target, &format!("{COOKIE}={mark}")),
            Visitor::Previewing(mark) => {
                let preview = "storefront-preview=remote.products=3.1.0";
                with_cookie(target, &format!("{COOKIE}={mark}; {preview}"))
            }
        }
    }

    /// The version that this visitor must see in an answer.
    fn expects<'a>(&'a self, trial: &'a Trial, answer: &'a Response) -> Option<&'a str> {
        match self {
            Visitor::New => mark(answer, COOKIE).map(|mark| trial.version_for(mark)),
            Visitor::Marked(mark) => Some(trial.version_for(mark)),
            Visitor::Previewing(_) => Some(trial.next.number()),
        }
    }
}

/// One page view: the right version, by nobody else's cookie, and out of no cache.
fn check_view(
    faults: &mut Faults,
    trial: &Trial,
    cache: &SharedCache,
    visitor: &Visitor,
    target: &str,
) -> Option<String> {
    let request = visitor.request(target);
    let answer = cache.send(&request);
    let status = SharedCache::status(&answer);
    faults.expect(!status.is_empty() && status != "HIT", || format!("{request}: the cache says `{status}`"));
    let found = trial.shop.version_of(PRODUCTS, &answer);
    faults.equal(
        &request,
        &found.as_deref().map_err(Clone::clone),
        &visitor.expects(trial, &answer).ok_or(String::new()),
    );
    let has_banner = answer.text().contains("preview-banner");
    faults.equal(format!("{request}: banner"), &has_banner, &matches!(visitor, Visitor::Previewing(_)));
    let is_new = matches!(visitor, Visitor::New);
    faults.equal(format!("{request}: cookies"), &set_cookies(&answer).len(), &usize::from(is_new));
    mark(&answer, COOKIE).map(str::to_owned)
}

#[test]
fn nobody_gets_the_page_of_another_out_of_a_shared_cache() {
    let trial = development();
    let cache = SharedCache::start(trial.shop.server.address()).unwrap_or_else(|reason| panic!("{reason}"));
    let mut faults = Faults::default();

    let mut marks: Vec<String> = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for round in 0..VISITORS {
        let target = PAGES[round % PAGES.len()];
        let Some(mark) = check_view(&mut faults, trial, &cache, &Visitor::New, target) else { continue };
        *seen.entry(trial.version_for(&mark)).or_default() += 1;
        marks.push(mark);
        // Others come back in between, to the same pages and in another order.
        let other = marks[round * 7 % marks.len()].clone();
        check_view(&mut faults, trial, &cache, &Visitor::Marked(other.clone()), target);
        if round % 10 == 0 {
            check_view(&mut faults, trial, &cache, &Visitor::Previewing(other.clone()), target);
            check_view(&mut faults, trial, &cache, &Visitor::Marked(other.clone()), target);
        }
        let entry = cache.send(&Visitor::Marked(other.clone()).request("/remotes/products/remoteEntry.js"));
        let location = entry.header("location").unwrap_or_default();
        let expect = format!("/remotes/products/{}/", trial.version_for(&other));
        faults.expect(location.starts_with(&expect), || format!("the entry of {other} leads to `{location}`"));
    }
    let distinct: BTreeSet<&String> = marks.iter().collect();
    faults.equal("visitors with a mark of their own", &distinct.len(), &VISITORS);
    faults.equal("versions that were seen", &seen.len(), &2);
    faults.expect(seen.values().all(|count| *count > VISITORS / 5), || format!("too few saw one of them: {seen:?}"));
    faults.report("an answer that depends on the visitor is `private`, whoever asks and whatever is known");
}

/// Asks twice, as one visitor and as another.
fn ask_twice(cache: &SharedCache, target: &str) -> (Response, Response) {
    let first = cache.send(&Request::get(target));
    let second = cache.send(&with_cookie(target, &format!("{COOKIE}={}", "0".repeat(32))));
    (first, second)
}

#[test]
fn what_is_everybodys_comes_out_of_the_cache_without_a_cookie() {
    let trial = development();
    let cache = SharedCache::start(trial.shop.server.address()).unwrap_or_else(|reason| panic!("{reason}"));
    let mut faults = Faults::default();
    let files = [&trial.stable, &trial.canary, &trial.next].map(|version| version.url(version.style()));
    let shared = files.iter().map(String::as_str).chain(["/api/products", "/sitemap.xml", "/robots.txt"]);
    for target in shared {
        let (first, second) = ask_twice(&cache, target);
        faults.equal(format!("{target}: at first"), &SharedCache::status(&first).as_str(), &"MISS");
        faults.equal(format!("{target}: again"), &SharedCache::status(&second).as_str(), &"HIT");
        faults.expect(first.body == second.body, || format!("{target}: other bytes"));
        faults.equal(format!("{target}: cookies"), &set_cookies(&second).len(), &0);
    }
    // Pages ask the shop each time, split or not: a promotion must show at once.
    for target in ["/", page_of(DETAIL), "/products", "/remotes/products/remoteEntry.js", "/__versions", "/health"] {
        let (_, second) = ask_twice(&cache, target);
        let status = SharedCache::status(&second);
        faults.expect(status != "HIT", || format!("{target}: the cache says `{status}`"));
    }
    // A refusal of this moment must not outlive it.
    for target in ["/remotes/products/99.0.0/a.js", "/assets/nothing.js", "/api/nothing"] {
        let (first, second) = ask_twice(&cache, target);
        faults.equal(target, &(first.status, second.status), &(404, 404));
        faults.expect(SharedCache::status(&second) != "HIT", || format!("{target} is kept"));
    }
    faults.report("immutable files and the API are `public`; whatever changes with a release is asked for again");
}
