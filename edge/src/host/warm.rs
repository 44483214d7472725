//! The way of a warm GET: one call in and one call out, with numbers alone. JavaScript writes the URL and three header fields
//! into a buffer of this module's memory; the outcome is a descriptor there, from which `edge/entry.js` makes the response.
//!
//! A call that touches a JavaScript object costs as much as rendering a card, and making a response takes a dozen of them
//! (docs/benchmarks.md has the figures). So this path has none; every other request takes `exchange.rs`, with `worker`'s types.
//! Nothing is decided here: `shop` answers, and a request that needs more than is at hand is left to the other way.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use shop::response::Response;
use shop::{Audience, Incoming, Plan, Planned, routes};
use web::{Fields, Method, Request};

use crate::host::descriptor::{Descriptor, Send};
use crate::host::page_cache::PageCache;
use crate::platform::runtime::draw;
use crate::state::{self, State};

/// Bytes of the buffer: a URL of the longest length that the shop reads, and fields that a browser sends. A request with more takes
/// the other way.
const INPUT: usize = 24 * 1024;

/// The memory that both sides use, and the pages that JavaScript holds.
#[derive(Default)]
struct Shared {
    input: Vec<u8>,
    descriptor: Descriptor,
    pages: PageCache,
}

/// The fields that JavaScript hands over; `is_short` notes that the response depends on another one.
struct Given<'a> {
    if_none_match: &'a str,
    cookie: &'a str,
    origin: &'a str,
    is_short: Cell<bool>,
}

thread_local! {
    static SHARED: RefCell<Shared> = RefCell::default();
}

/// The address of the buffer. It stays where it is, and has the length that `edge/entry.js` knows as well.
pub(crate) fn input_buffer() -> usize {
    SHARED.with_borrow_mut(|shared| {
        shared.input.resize(INPUT, 0);
        shared.input.as_ptr().addr()
    })
}

/// Answers the request whose URL, `If-None-Match`, `Cookie` and `Origin` stand in the first `length` bytes of the buffer, a line
/// each. `now` is in milliseconds since 1970; `is_prepared` says that the other way has read what there is to read for it.
///
/// Returns the address of a descriptor, or 0 for a request that takes the other way.
pub(crate) fn answer(length: usize, is_head: bool, now: f64, is_prepared: bool) -> usize {
    SHARED
        .with_borrow_mut(|shared| {
            let state = state::started()?;
            shared.answer(&state, length, is_head, now, is_prepared).map(|()| shared.descriptor.address())
        })
        .unwrap_or_default()
}

impl Fields for Given<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = match name {
            "if-none-match" => self.if_none_match,
            "cookie" => self.cookie,
            "origin" => self.origin,
            _ => {
                self.is_short.set(true);
                ""
            }
        };
        (!value.is_empty()).then_some(Cow::Borrowed(value))
    }
}

impl Shared {
    fn answer(&mut self, state: &State, length: usize, is_head: bool, now: f64, is_prepared: bool) -> Option<()> {
        let input = std::str::from_utf8(self.input.get(..length)?).ok()?;
        let mut lines = input.split('\n');
        let (url, if_none_match, cookie, origin) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
        let (path, query) = routes::split_url(url);
        let given = Given { if_none_match, cookie, origin, is_short: Cell::new(false) };
        let method = if is_head { Method::Head } else { Method::Get };
        let clock = || now;
        let incoming = Incoming::new(Request::new(method, path, query).with(&given), &clock, &draw);
        let shop = &state.shop;
        let matched = routes::route(path, query).ok()?;
        if !shop.is_plain(&matched, &incoming) || !is_prepared && !shop.is_ready(&matched, &incoming) {
            return None;
        }
        let plan = shop.plan(&matched, &incoming);
        if given.is_short.get() {
            return None;
        }
        let descriptor = &mut self.descriptor;
        match plan {
            Plan::Now(mut response) => {
                descriptor.set_cookies(response.reply.cookies.iter());
                response.reply.cookies.clear();
                descriptor.hand_over(response, Send::Whole, None, Vec::new(), &shop.policies);
            }
            Plan::Page(planned) => answer_page(state, descriptor, &mut self.pages, planned, &incoming),
            Plan::File(_) | Plan::Report | Plan::Hook | Plan::Content | Plan::Forward(_) => return None,
        }
        Some(())
    }
}

/// A page from the page cache, or rendered, and kept if everybody gets it. A new visitor's cookies are no part of what is kept.
fn answer_page(
    state: &State,
    descriptor: &mut Descriptor,
    pages: &mut PageCache,
    planned: Planned,
    incoming: &Incoming<'_>,
) {
    let shop = &state.shop;
    // A shared cache may put the fields of a 304 to the page it kept: a response with a cookie is sent whole.
    let has_cookies = !planned.resolved.cookies.is_empty();
    descriptor.set_cookies(planned.resolved.cookies.iter());
    let part = |head: &Response| {
        if !has_cookies && head.reply.is_known(incoming.method, || incoming.field("if-none-match")) {
            Send::NotModified
        } else if incoming.is_head() {
            Send::Head
        } else {
            Send::Whole
        }
    };
    if let Audience::Everyone(key) = &planned.audience
        && let Some(kept) = pages.get(key)
    {
        match (kept.slot, part(&kept.head)) {
            (Some(slot), send) => return descriptor.point(slot, send),
            // Too large to be kept: its head says that nothing has changed.
            (None, Send::NotModified) => {
                return descriptor.hand_over(kept.head.clone(), Send::NotModified, None, Vec::new(), &shop.policies);
            }
            (None, _) => {}
        }
    }
    let mut response = shop.render(&planned, incoming.now());
    let send = part(&response);
    let (mut slot, mut emptied) = (None, Vec::new());
    // A refusal has no tag, and is not kept.
    if response.reply.etag.is_some()
        && let Audience::Everyone(key) = planned.audience
        && pages.is_wanted(&key)
    {
        let body = std::mem::take(&mut response.reply.body);
        slot = pages.keep(key, response.clone(), body.len(), &mut emptied);
        response.reply.body = body;
    }
    descriptor.hand_over(response, send, slot, emptied, &shop.policies);
}
