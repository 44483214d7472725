//! `POST /hooks/<provider>`: an event of a payment provider goes on to the origin byte for byte, with its signature and nothing else of the
//! request, and the status of the origin comes back, so that the provider delivers again what was not applied.

use web::{CacheControl, ProblemKind, Reply};

use crate::answer::Plan;
use crate::errors;
use crate::forward::{Heard, Hook};
use crate::request::Incoming;
use crate::response::Response;
use crate::routes::Matched;
use crate::shop::Shop;

/// Longest name of a provider, in characters.
const NAME_LIMIT: usize = 32;

/// Longest signature that goes on, in bytes. Stripe's has some 160, and twice that while a secret is replaced.
const SIGNATURE_LIMIT: usize = 2048;

/// Most bytes of the origin's words that go back to the provider.
const WORDS_LIMIT: usize = 4096;

/// The header field of a signature: that of Stripe, the one provider that signs.
pub const SIGNATURE: &str = "stripe-signature";

/// What follows from the head of a webhook, before any of its content is read.
pub(crate) fn plan(shop: &Shop, matched: &Matched<'_>, request: &Incoming<'_>) -> Plan {
    let is_known = shop.source.is_some() && is_name(matched.parameter);
    if is_known { Plan::Hook } else { Plan::Now(errors::missing("no payment provider has this address", request)) }
}

/// The event to hand on.
pub fn event(matched: &Matched<'_>, signature: Option<String>, content_type: Option<String>, body: Vec<u8>) -> Hook {
    Hook {
        path: format!("/hooks/{}", matched.parameter),
        // One that is too long is none, which the origin refuses.
        signature: signature.filter(|signature| signature.len() <= SIGNATURE_LIMIT),
        content_type: content_type.filter(|kind| kind.len() <= NAME_LIMIT * 4),
        body,
    }
}

/// The response to a provider; `None` is an origin that did not answer in time, or not in whole.
pub fn answer(heard: Option<Heard>) -> Response {
    // A redirect, and whatever else no origin sends, is nothing that was applied.
    let Some(Heard { status, body }) = heard.filter(|heard| matches!(heard.status, 200..=299 | 400..=599)) else {
        let detail = "the event was not handed on; deliver it again";
        return Response::problem(ProblemKind::Unavailable, detail).with("retry-after", "30");
    };
    let kind = if status < 300 { "application/json" } else { "application/problem+json" };
    let words = if body.len() <= WORDS_LIMIT { body } else { Vec::new() };
    Response::resource(Reply::new(status, kind, CacheControl::PrivateNoStore, words))
}

/// A name in lower case, such as `stripe`: nothing that could change the path at the origin.
fn is_name(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=NAME_LIMIT).contains(&text.len()) && text.bytes().all(is_letter) && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use web::CacheControl;

    use super::{answer, event, is_name};
    use crate::forward::Heard;
    use crate::routes::find;

    #[test]
    fn a_name_cannot_change_the_path_that_it_stands_in() {
        for name in ["stripe", "a", "pay-2"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "Stripe", "..", "a.b", "a%2fb", "-a", "a_b", "é", &"a".repeat(33)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn the_event_goes_on_as_it_came() {
        let body = vec![0, 0xff, b'{', b'\n'];
        let hook = event(&find("/hooks/stripe"), Some("t=1,v1=ab".to_owned()), None, body.clone());
        assert_eq!(
            (hook.path.as_str(), hook.signature.as_deref(), hook.body),
            ("/hooks/stripe", Some("t=1,v1=ab"), body)
        );
        let long = event(&find("/hooks/stripe"), Some("a".repeat(2049)), None, Vec::new());
        assert_eq!(long.signature, None);
    }

    #[test]
    fn the_status_of_the_origin_comes_back() {
        #[track_caller]
        fn check(status: u16, expect: u16) {
            let reply = answer(Some(Heard { status, body: b"{}".to_vec() })).reply;
            assert_eq!((reply.status, reply.cache_control), (expect, CacheControl::PrivateNoStore));
        }
        check(200, 200);
        check(400, 400);
        check(500, 500);
        check(503, 503);
        assert_eq!(answer(Some(Heard { status: 302, body: Vec::new() })).reply.status, 503);
        assert_eq!(answer(Some(Heard { status: 101, body: Vec::new() })).reply.status, 503);
        let away = answer(None).reply;
        assert_eq!((away.status, away.cookies.len()), (503, 0));
        let huge = answer(Some(Heard { status: 400, body: vec![b'a'; 5_000] })).reply;
        assert!(huge.body.is_empty());
    }
}
