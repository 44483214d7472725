//! A request as the shop sees it: method, path, query, and headers that are read on demand.
//! The host supplies clock and chance as functions, so that only a request that depends on them asks for them.

use std::cell::OnceCell;

use catalog::api::Method;
use rollout::Visitor;

/// A request. Headers are looked up on demand, since each costs the host a call into JavaScript.
pub struct Incoming<'a> {
    /// The method, as the API distinguishes them.
    pub method: Method,
    /// Whether the method is POST, which only the reports' address takes and `Method` does not distinguish.
    pub is_post: bool,
    /// The path, still encoded.
    pub path: &'a str,
    /// The query without its question mark, still encoded; empty for none.
    pub query: &'a str,
    /// Looks a header up by its name in lower case.
    pub header: &'a dyn Fn(&str) -> Option<String>,
    /// The time in milliseconds since 1970. Asked for by what depends on it alone, once a request.
    pub clock: &'a dyn Fn() -> f64,
    /// A mark for a new visitor, drawn at random.
    pub draw: &'a dyn Fn() -> Option<Visitor>,
    now: OnceCell<f64>,
    cookies: OnceCell<Option<String>>,
}

impl<'a> Incoming<'a> {
    /// A request at the beginning of time, by which nobody is drawn.
    pub fn new(method: Method, path: &'a str, query: &'a str, header: &'a dyn Fn(&str) -> Option<String>) -> Self {
        let (now, cookies) = (OnceCell::new(), OnceCell::new());
        Self { method, is_post: false, path, query, header, clock: &|| 0.0, draw: &|| None, now, cookies }
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<String> {
        (self.header)(name)
    }

    /// Whether the method is HEAD.
    pub fn is_head(&self) -> bool {
        self.method == Method::Head
    }

    /// Whether this is a GET or a HEAD.
    pub(crate) fn reads(&self) -> bool {
        matches!(self.method, Method::Get | Method::Head)
    }

    /// The time in milliseconds since 1970, the same for the whole request.
    pub fn now(&self) -> f64 {
        *self.now.get_or_init(self.clock)
    }

    /// The `Cookie` header.
    pub(crate) fn cookies(&self) -> Option<&str> {
        self.cookies.get_or_init(|| self.header("cookie")).as_deref()
    }

    pub(crate) fn draw(&self) -> Option<Visitor> {
        (self.draw)()
    }
}
