//! A request as the shop sees it: the values of the HTTP vocabulary, and the host's clock and chance as functions, so that only a
//! request that depends on them asks for them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Deref;

use rollout::Visitor;
use web::Request;

/// Whether a response says what came of the codes of a cart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Codes {
    /// It does.
    #[default]
    Shown,
    /// It does not: the sender's network has tried too many.
    Hidden,
}

/// A request, with the clock and the chance of its host. Fields are looked up on demand, since each may cost a call into JavaScript.
pub struct Incoming<'a> {
    request: Request<'a>,
    clock: &'a dyn Fn() -> f64,
    draw: &'a dyn Fn() -> Option<Visitor>,
    now: OnceCell<f64>,
    cookies: OnceCell<Option<Cow<'a, str>>>,
    codes: Codes,
}

impl<'a> Incoming<'a> {
    /// `clock` gives the time in milliseconds since 1970, `draw` a random mark for a new visitor.
    pub fn new(request: Request<'a>, clock: &'a dyn Fn() -> f64, draw: &'a dyn Fn() -> Option<Visitor>) -> Self {
        Self { request, clock, draw, now: OnceCell::new(), cookies: OnceCell::new(), codes: Codes::Shown }
    }

    /// The request, whose response shows or hides the outcomes of codes.
    #[must_use]
    pub fn with_codes(self, codes: Codes) -> Self {
        Self { codes, ..self }
    }

    /// Whether the response shows the outcomes of codes.
    pub(crate) fn codes(&self) -> Codes {
        self.codes
    }

    /// The request itself.
    pub fn request(&self) -> &Request<'a> {
        &self.request
    }

    /// The time in milliseconds since 1970, the same for as long as this request is looked at.
    pub fn now(&self) -> f64 {
        *self.now.get_or_init(self.clock)
    }

    /// The field `Cookie`.
    pub fn cookies(&self) -> Option<&str> {
        self.cookies.get_or_init(|| self.request.field("cookie")).as_deref()
    }

    /// A mark for a new visitor.
    pub(crate) fn draw(&self) -> Option<Visitor> {
        (self.draw)()
    }
}

impl<'a> Deref for Incoming<'a> {
    type Target = Request<'a>;

    fn deref(&self) -> &Request<'a> {
        &self.request
    }
}
