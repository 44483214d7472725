//! The Worker's answers as values: status, headers and body, before they become a JavaScript response.
//! Holds no JavaScript object, so native tests read the very answers that the Worker sends.

use std::borrow::Cow;
use std::rc::Rc;

use web::ETag;

/// Pages: revalidated on every view, so that a promote or a price shows at once; never `no-store`, which would keep a page
/// out of the browser's back/forward cache.
pub(crate) const CACHE_PAGE: &str = "no-cache";
/// Pages that another visitor may not get.
pub(crate) const CACHE_PRIVATE: &str = "private, no-cache";
/// Files whose name carries their hash.
pub(crate) const CACHE_IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Sitemap and robots.
pub(crate) const CACHE_MINUTES: &str = "public, max-age=300";
/// Refusals, failures, reports.
pub(crate) const CACHE_NOTHING: &str = "no-store";

pub(crate) const TYPE_HTML: &str = "text/html; charset=utf-8";

/// Which set of security headers an answer carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Policy {
    /// An HTML page; the content security policy names the import map of its remotes by this hash.
    Page(Rc<str>),
    /// A file of a remote, which other origins may load as a module.
    Shared,
    /// Everything else: may load nothing and be framed by no one.
    Resource,
}

/// Pages by the remotes that take part in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageKind {
    /// No remote.
    Plain,
    /// The remote `products`.
    Listing,
    /// The remote `product-detail`.
    Product,
}

impl PageKind {
    /// The remote that has a slot in pages of this kind.
    pub(crate) fn remote(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Listing => Some("products"),
            Self::Product => Some("product-detail"),
        }
    }
}

/// The headers that many answers share. Answers with equal templates share one JavaScript `Headers` object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) status: u16,
    pub(crate) content_type: Option<Cow<'static, str>>,
    pub(crate) cache_control: Cow<'static, str>,
    pub(crate) policy: Policy,
    /// Which catalog it is answered from, if it is from one.
    pub(crate) revision: Option<Rc<str>>,
}

/// Status line and headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) template: Template,
    pub(crate) etag: Option<ETag>,
    /// What only this answer has: `allow`, `location`, `content-range` and the like.
    pub(crate) extra: Vec<(&'static str, String)>,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) head: Head,
    pub(crate) body: Cow<'static, [u8]>,
    /// The answer to HEAD: the length of the body that GET would have had stands in `content-length`, no body follows.
    pub(crate) head_only: bool,
}

impl Head {
    /// A head with nothing but its template.
    pub(crate) fn new(status: u16, content_type: &'static str, cache_control: &'static str, policy: Policy) -> Self {
        Self {
            template: Template {
                status,
                content_type: Some(Cow::Borrowed(content_type)),
                cache_control: Cow::Borrowed(cache_control),
                policy,
                revision: None,
            },
            etag: None,
            extra: Vec::new(),
        }
    }

    /// The same with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.extra.push((name, value.into()));
        self
    }

    /// The head of a 304 to this one: what RFC 9110, section 15.4.5 retains; no content type, since there is no content.
    pub(crate) fn not_modified(mut self) -> Self {
        self.template.status = 304;
        self.template.content_type = None;
        self
    }
}

impl Reply {
    /// The API's reply, to which the adapter adds nothing but the security headers.
    pub(crate) fn from_api(reply: web::Reply, revision: Rc<str>, head_only: bool) -> Self {
        let mut extra: Vec<(&'static str, String)> =
            reply.fields.into_iter().map(|(name, value)| (name, value.into_owned())).collect();
        if let Some(length) = reply.content_length.filter(|_| head_only) {
            extra.push(("content-length", length.to_string()));
        }
        let template = Template {
            status: reply.status,
            content_type: reply.content_type,
            cache_control: reply.cache_control.value(),
            policy: Policy::Resource,
            revision: Some(revision),
        };
        Self { head: Head { template, etag: reply.etag, extra }, body: reply.body, head_only }
    }

    /// An answer with a body.
    pub(crate) fn new(head: Head, body: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { head, body: body.into(), head_only: false }
    }

    /// An answer without one.
    pub(crate) fn empty(head: Head) -> Self {
        Self::new(head, Vec::new())
    }

    /// The answer to HEAD.
    pub(crate) fn without_body(mut self, head_only: bool) -> Self {
        self.head_only = head_only && self.head.template.status != 304;
        self
    }
}
