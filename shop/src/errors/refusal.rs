//! Refusals: a wrong method, an unknown or hostile address, and the redirects that lead to the right one.
//! A person gets a page, a program gets problem+json: programs ask for everything below `/api/`, `/assets/` and `/remotes/`.

use catalog::api::Method;

use crate::answer::Answer;
use crate::errors::problem::problem;
use crate::remotes::resolved::Resolved;
use crate::reply::{CACHE_MINUTES, CACHE_NOTHING, CACHE_PAGE, CACHE_PRIVATE, Head, Policy, Reply, TYPE_HTML};
use crate::request::Incoming;
use crate::routes::{BEACON_PATH, Route};
use crate::shop::Shop;

/// The methods of every address but the API's and the reports'.
const ALLOW: &str = "GET, HEAD, OPTIONS";

/// Refuses a method, or answers OPTIONS; `None` for a request that may go on.
pub(crate) fn method(route: &Route<'_>, request: &Incoming<'_>) -> Option<Answer> {
    // The API answers every method itself, preflights among them.
    if *route == Route::Api || matches!(route, Route::Refused(_)) && catalog::api::owns(request.path) {
        return None;
    }
    let (allowed, allow) = match (route, request.method) {
        (_, Method::Get | Method::Head) if *route != Route::Beacon => return None,
        (Route::Beacon, _) if request.is_post => return None,
        (Route::Beacon, _) => (false, "POST"),
        (_, Method::Options) => (true, ALLOW),
        _ => (false, ALLOW),
    };
    let refusal = if allowed {
        let mut head = Head::new(204, "", CACHE_NOTHING, Policy::Resource);
        head.template.content_type = None;
        Reply::empty(head)
    } else {
        problem(405, &format!("the method must be one of {allow}"))
    };
    let Reply { head, body, .. } = refusal;
    Some(Answer::Reply(Reply::new(head.with("allow", allow), body).without_body(request.is_head())))
}

/// Nothing lives at this address.
pub(crate) fn not_found(shop: &Shop, request: &Incoming<'_>) -> Answer {
    let body = pages::not_found(&shop.frame(&[]), Some(request.path));
    page(404, shop.plain(), body, request)
}

/// The address itself is refused, outside the API.
pub(crate) fn address(shop: &Shop, status: u16, title: &str, detail: &str, request: &Incoming<'_>) -> Answer {
    if is_for_programs(request.path) {
        return Answer::Reply(problem(status, detail).without_body(request.is_head()));
    }
    let body = pages::refused(&shop.frame(&[]), title, detail);
    page(status, shop.plain(), body, request)
}

/// Whether programs ask for what lies at a path: they get problem+json, where a person gets a page.
pub(crate) fn is_for_programs(path: &str) -> bool {
    catalog::api::owns(path)
        || ["/assets/", "/remotes/", "/health/", BEACON_PATH].iter().any(|prefix| path.starts_with(prefix))
}

/// A page that the isolate does not keep: a refusal, or one that shows what a shopper submitted. The browser may keep it for
/// its back button, as every page.
pub(crate) fn page(status: u16, policy: Policy, body: Vec<u8>, request: &Incoming<'_>) -> Answer {
    page_for(status, policy, body, &Resolved::default(), request)
}

/// The same for a page whose versions depend on the visitor.
pub(crate) fn page_for(
    status: u16,
    policy: Policy,
    body: Vec<u8>,
    resolved: &Resolved,
    request: &Incoming<'_>,
) -> Answer {
    let caching = if resolved.private { CACHE_PRIVATE } else { CACHE_PAGE };
    let mut head = Head::new(status, TYPE_HTML, caching, policy);
    head.extra.extend(resolved.passed_over.clone().map(|passed| ("x-remote-fallback", passed)));
    head.extra.extend(resolved.set_cookie.clone().map(|cookie| ("set-cookie", cookie)));
    Answer::Reply(Reply::new(head, body).without_body(request.is_head()))
}

/// The same thing lives at another address, for good.
pub(crate) fn moved(path: &str, query: &str, request: &Incoming<'_>) -> Answer {
    let location = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut head = Head::new(308, "", CACHE_MINUTES, Policy::Resource).with("location", location);
    head.template.content_type = None;
    Answer::Reply(Reply::empty(head).without_body(request.is_head()))
}

/// The answer to a failure inside the Worker. Says nothing about the cause; that stands in the log.
pub fn server_error(shop: &Shop, path: &str) -> Reply {
    if is_for_programs(path) {
        return problem(500, "the shop cannot answer now");
    }
    let body = pages::server_error(&shop.frame(&[]));
    Reply::new(Head::new(500, TYPE_HTML, CACHE_NOTHING, shop.plain()), body)
}
