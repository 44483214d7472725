//! A response of the shop as values: the HTTP vocabulary's reply, the set of security headers that goes with it, and the edition
//! that it was made from. Holds no object of a host, so native tests read the very responses that the Worker sends.

use std::borrow::Cow;
use std::rc::Rc;

use web::{CacheControl, Problem, ProblemKind, Reply, Request, SetCookie};

/// The media type of pages.
pub const TYPE_HTML: &str = "text/html; charset=utf-8";

/// The set of security headers of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// An HTML page; the content security policy names the import map of its remotes by this hash.
    Page(Rc<str>),
    /// A file of a remote, which other origins may load as a module.
    Shared,
    /// Everything else: may load nothing and be framed by no one.
    Resource,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Status, fields, cookies and content.
    pub reply: Reply,
    /// The security headers.
    pub policy: Policy,
    /// The revision of the edition that it was made from, if it was made from one.
    pub revision: Option<Rc<str>>,
}

/// The part of a response's head that many responses share, so that a host can make it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The status code.
    pub status: u16,
    /// The media type.
    pub content_type: Option<Cow<'static, str>>,
    /// The caching.
    pub cache_control: CacheControl,
    /// The security headers.
    pub policy: Policy,
    /// The edition.
    pub revision: Option<Rc<str>>,
}

impl Response {
    /// A response that nothing but its own page may load.
    pub fn resource(reply: Reply) -> Response {
        Response { reply, policy: Policy::Resource, revision: None }
    }

    /// A page.
    pub fn page(status: u16, policy: Policy, caching: CacheControl, body: Vec<u8>) -> Response {
        Response { reply: Reply::new(status, TYPE_HTML, caching, body), policy, revision: None }
    }

    /// A problem document.
    pub fn problem(kind: ProblemKind, detail: &str) -> Response {
        Response::resource(Problem::new(kind, detail).reply())
    }

    /// The same response with one more field; the name is in lower case.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Response {
        self.reply = self.reply.with(name, value);
        self
    }

    /// The same response with more cookies.
    #[must_use]
    pub fn with_cookies(mut self, cookies: impl IntoIterator<Item = SetCookie>) -> Response {
        self.reply.cookies.extend(cookies);
        self
    }

    /// The response to this very request: a 304 if the client has the content already, without content to `HEAD`.
    #[must_use]
    pub fn answering(mut self, request: &Request<'_>) -> Response {
        self.reply = self.reply.answering(request);
        self
    }

    /// The shared part of the head.
    pub fn template(&self) -> Template {
        Template {
            status: self.reply.status,
            content_type: self.reply.content_type.clone(),
            cache_control: self.reply.cache_control,
            policy: self.policy.clone(),
            revision: self.revision.clone(),
        }
    }
}
