//! Many requests at once: every response is the one that the same request gets alone.
//! A smoke test of what is kept in the isolate; no measurement.

use std::sync::atomic::{AtomicUsize, Ordering};

use storefront_tests::bundle;
use storefront_tests::client::{Request, Response};
use storefront_tests::server::shop;

const THREADS: usize = 8;
const REQUESTS: usize = 50;

#[test]
fn answers_do_not_depend_on_what_else_is_going_on() {
    let files = bundle::shell().into_iter().chain(bundle::remotes().into_iter().flat_map(|remote| remote.files));
    let mut requests: Vec<Request> = files.take(6).map(|file| Request::get(file.url)).collect();
    for target in [
        "/",
        "/products",
        "/products?sort=name&pageSize=3&page=2",
        "/products?page=0",
        "/products/cafe-press",
        "/products/opal-table-lamp?cart=add",
        "/nothing",
        "/api/products?search=lamp",
        "/api/products/3",
        "/api/nothing",
        "/health",
        "/sitemap.xml",
        "/a%2fb",
        "/remotes/products/remoteEntry.js",
    ] {
        requests.push(Request::get(target));
    }
    requests.push(Request::new("PUT", "/products").body("x"));
    requests.push(Request::new("HEAD", "/products"));
    let alone: Vec<Response> = requests.iter().map(|request| shop().send(request).timeless()).collect();
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (requests, alone, answered) = (&requests, &alone, &answered);
            scope.spawn(move || {
                for number in 0..REQUESTS {
                    // Another order in each thread, the same in each run.
                    let at = (thread * 7 + number * (2 * thread + 1)) % requests.len();
                    let answer = shop().send(&requests[at]).timeless();
                    assert_eq!(answer, alone[at], "{} differs from the same request alone", requests[at]);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(answered.into_inner(), THREADS * REQUESTS);
}
