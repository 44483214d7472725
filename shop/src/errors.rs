//! Refusals: a wrong method or sender, content that an address does not take, an unknown or hostile address, a failure of the host.
//! A person gets a page, a program gets problem+json; the row of the route says which.

use web::{AddressError, CacheControl, Method, Problem, ProblemKind, Reply};

use crate::request::Incoming;
use crate::response::Response;
use crate::routes::{Handler, Limit, Matched, Reader, Sender, find};
use crate::shop::Shop;

/// Refuses a method, or answers OPTIONS; `None` for a request that may go on. Everything but reading is refused wherever the row
/// names no other method: an S3 client that was pointed at the shop by mistake must never take a response for a successful write.
pub(crate) fn method(matched: &Matched<'_>, request: &Incoming<'_>) -> Option<Response> {
    let methods = matched.route.methods;
    // The API answers every method itself, preflights among them.
    if matched.route.handler == Handler::Api || methods.contains(request.method) {
        return None;
    }
    let allow = methods.allow();
    let refusal = if request.method == Method::Options && methods.has_options() {
        Response::resource(Reply::empty(204, CacheControl::NoStore))
    } else {
        Response::problem(ProblemKind::MethodNotAllowed, &format!("the method must be one of {allow}"))
    };
    Some(refusal.with("allow", allow).answering(request.request()))
}

/// Refuses a sender or content by the header fields, before any content is read; `None` for a request that may go on.
pub(crate) fn content(matched: &Matched<'_>, request: &Incoming<'_>) -> Option<Response> {
    let content = matched.route.content.filter(|_| !request.method.reads())?;
    if matched.route.sender == Sender::Browser && is_foreign(request) {
        let detail = format!("{} comes from a page of this shop", content.name);
        return Some(Response::problem(ProblemKind::Forbidden, &detail));
    }
    let is_read = |found: &str| content.types.iter().any(|known| found.trim().eq_ignore_ascii_case(known));
    if !request.field("content-type").is_some_and(|value| value.split(';').next().is_some_and(is_read)) {
        let detail = format!("{} is of type {}", content.name, content.types.join(" or "));
        return Some(Response::problem(ProblemKind::UnsupportedMediaType, &detail));
    }
    let declared = request.field("content-length").and_then(|length| length.parse::<u64>().ok());
    declared.filter(|length| *length > content.limit).map(|_| too_large(matched))
}

/// Whether another site had the browser send this. Browsers say so in `Sec-Fetch-Site`, which no page can set; older ones name the page's
/// origin, which is then compared with the address that was asked (the rule of Go 1.25 and tower-http 0.7). A request with neither comes from
/// no browser, and nobody's cookies are in it but the sender's own.
pub(crate) fn is_foreign(request: &Incoming<'_>) -> bool {
    if let Some(site) = request.field("sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    let Some(origin) = request.field("origin") else { return false };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_none() || host.map(str::to_ascii_lowercase) != request.field("host").map(|host| host.to_ascii_lowercase())
}

/// The response to content over the limit of its route.
pub fn too_large(matched: &Matched<'_>) -> Response {
    let (name, limit) = matched.route.content.map_or(("a request", 0), |content| (content.name, content.limit));
    Response::problem(ProblemKind::ContentTooLarge, &format!("{name} has at most {limit} bytes"))
}

/// The response to content that does not arrive in the time of its route.
pub fn too_slow(matched: &Matched<'_>) -> Response {
    let name = matched.route.content.map_or("a request", |content| content.name);
    Response::problem(ProblemKind::RequestTimeout, &format!("the content of {name} takes too long"))
}

/// The response above a limit. The platform counts by the minute.
pub fn too_many(shop: &Shop, matched: &Matched<'_>, limit: Limit) -> Response {
    let (what, happened, kept) = match (limit, matched.route.handler) {
        (Limit::CartChanges, Handler::Checkout) => {
            ("forms", "Many forms of the checkout were sent", "Nothing was ordered, and the cart is as it was")
        }
        (Limit::CartChanges, Handler::Order | Handler::OrderEnd(_)) => {
            ("changes", "There were many changes of orders", "The order is as it was")
        }
        (Limit::CartChanges, _) => ("changes", "There were many changes of the cart", "The cart is as it was"),
        (Limit::CodeAttempts, Handler::Checkout) => {
            ("codes", "Many codes were tried", "Nothing was ordered, and the cart is as it was")
        }
        (Limit::CodeAttempts, _) => ("codes", "Many codes were tried", "The cart is as it was"),
        (Limit::Webhooks, _) => ("events", "Many events were sent", "None of them was taken"),
    };
    let refusal = if matched.route.reader == Reader::Program {
        let detail = format!("too many {what} in a minute; wait a minute");
        Response::problem(ProblemKind::TooManyRequests, &detail)
    } else {
        let detail =
            format!("{happened} from your network in the last minute. {kept}: go back, wait a minute, and try again.");
        let body = pages::refused(&shop.frame(&[]), &format!("Too many {what} at once"), &detail);
        Response::page(429, shop.plain(), CacheControl::PrivateNoStore, body)
    };
    refusal.with("retry-after", "60")
}

/// The response to content that breaks off.
pub fn unreadable(matched: &Matched<'_>) -> Response {
    let name = matched.route.content.map_or("a request", |content| content.name);
    Response::problem(ProblemKind::MalformedRequest, &format!("the content of {name} cannot be read"))
}

/// Nothing lives at this address.
pub(crate) fn not_found(shop: &Shop, matched: &Matched<'_>, request: &Incoming<'_>) -> Response {
    if matched.route.reader == Reader::Program {
        return missing("nothing is at this path", request);
    }
    let body = pages::not_found(&shop.frame(&[]), Some(request.path));
    page(shop, 404, body, request)
}

/// 404 as problem+json: a missing script or style must never be answered with a page.
pub(crate) fn missing(detail: &str, request: &Incoming<'_>) -> Response {
    Response::problem(ProblemKind::NotFound, detail).answering(request.request())
}

/// The address itself is refused, outside the API.
pub(crate) fn address(shop: &Shop, error: AddressError, request: &Incoming<'_>) -> Response {
    let problem = Problem::from(error);
    if find(request.path).route.reader == Reader::Program {
        return Response::resource(problem.reply()).answering(request.request());
    }
    let title = match error {
        AddressError::TooLong => "The address is too long",
        AddressError::Unreadable => "The address cannot be read",
    };
    let body = pages::refused(&shop.frame(&[]), title, &problem.detail);
    page(shop, problem.kind.status(), body, request)
}

/// A page without a remote that nobody keeps but the browser, for its back button, as every page.
pub(crate) fn page(shop: &Shop, status: u16, body: Vec<u8>, request: &Incoming<'_>) -> Response {
    Response::page(status, shop.plain(), CacheControl::Revalidate, body).answering(request.request())
}

/// The same thing lives at another address, for good.
pub(crate) fn moved(path: &str, query: &str, request: &Incoming<'_>) -> Response {
    let location = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let reply = Reply::empty(308, CacheControl::Minutes).with("location", location);
    Response::resource(reply).answering(request.request())
}

/// The form that was sent chose a page that has an address of its own: 303, since that page answers the question and does not stand in the
/// place of this address (302 and 307), which may have another response tomorrow (301 and 308).
pub(crate) fn see(address: &str, request: &Incoming<'_>) -> Response {
    let reply = Reply::empty(303, CacheControl::Minutes).with("location", address.to_owned());
    Response::resource(reply).answering(request.request())
}

/// The response to a failure inside the host. Says nothing about the cause; that stands in the log.
pub fn server_error(shop: &Shop, path: &str) -> Response {
    if find(path).route.reader == Reader::Program {
        return Response::problem(ProblemKind::InternalError, "the shop cannot answer now");
    }
    let body = pages::server_error(&shop.frame(&[]));
    Response::page(500, shop.plain(), CacheControl::NoStore, body)
}

#[cfg(test)]
mod tests {
    use web::{Method, Request};

    use super::{content, too_many};
    use crate::request::Incoming;
    use crate::routes::{Limit, ROUTES, find};

    fn refused(path: &str, headers: &[(&str, &str)]) -> Option<u16> {
        let incoming = Incoming::new(Request::new(Method::Post, path, "").with(&headers), &|| 0.0, &|| None);
        content(&find(path), &incoming).map(|response| response.reply.status)
    }

    #[test]
    fn a_report_is_judged_by_its_fields_before_its_content() {
        #[track_caller]
        fn check(headers: &[(&str, &str)], expect: Option<u16>) {
            assert_eq!(refused("/beacon", headers), expect, "{headers:?}");
        }
        let json = ("content-type", "application/json");
        check(&[json], None);
        check(&[("content-type", "application/json; charset=utf-8"), ("sec-fetch-site", "same-origin")], None);
        // Types have no case, and neither has a blank before the parameters a meaning.
        check(&[("content-type", "Application/JSON")], None);
        check(&[("content-type", "APPLICATION/json ;charset=utf-8")], None);
        check(&[("content-type", "application/jsonp")], Some(415));
        check(&[], Some(415));
        check(&[("content-type", "text/plain")], Some(415));
        check(&[json, ("sec-fetch-site", "cross-site")], Some(403));
        check(&[json, ("content-length", "2048")], None);
        check(&[json, ("content-length", "2049")], Some(413));
    }

    #[test]
    fn the_words_above_a_limit_are_those_of_the_limit() {
        let shop = crate::testing::shop(false);
        for (path, limit, words) in [
            ("/cart/add", Limit::CartChanges, "There were many changes of the cart from your network"),
            ("/cart/code", Limit::CodeAttempts, "Many codes were tried from your network"),
            ("/checkout/order", Limit::CartChanges, "Many forms of the checkout were sent from your network"),
            ("/checkout/order", Limit::CartChanges, "Nothing was ordered, and the cart is as it was"),
            ("/checkout/review", Limit::CodeAttempts, "Nothing was ordered, and the cart is as it was"),
            ("/orders/7K3M-Q9XR/cancel", Limit::CartChanges, "There were many changes of orders from your network"),
            ("/orders/7K3M-Q9XR/cancel", Limit::CartChanges, "The order is as it was"),
            ("/hooks/stripe", Limit::Webhooks, "too many events in a minute"),
            ("/api/cart/lines", Limit::CartChanges, "too many changes in a minute"),
            ("/api/cart/lines", Limit::CodeAttempts, "too many codes in a minute"),
        ] {
            let reply = too_many(&shop, &find(path), limit).reply;
            let text = String::from_utf8(reply.body.to_vec()).unwrap();
            assert!(reply.status == 429 && text.contains(words), "{path}: {text}");
        }
    }

    #[test]
    fn every_row_that_takes_content_refuses_more_and_other_types() {
        for row in ROUTES {
            let Some(rule) = row.content else { continue };
            let path = row.pattern.to_string().replace('*', "1");
            let more = (rule.limit + 1).to_string();
            for kind in rule.types {
                assert_eq!(refused(&path, &[("content-type", kind)]), None, "{path}");
                assert_eq!(refused(&path, &[("content-type", kind), ("content-length", &more)]), Some(413), "{path}");
            }
            assert_eq!(refused(&path, &[("content-type", "application/x-other")]), Some(415), "{path}");
        }
    }
}
