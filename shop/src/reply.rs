//! Responses as values: status, headers and body, before they become a JavaScript object.
//! Native tests read the very responses that the Worker sends.

use std::borrow::Cow;
use std::rc::Rc;

use catalog::api::{self, ETag};

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
pub struct Template {
    /// The status code.
    pub status: u16,
    pub(crate) content_type: Option<Cow<'static, str>>,
    pub(crate) cache_control: Cow<'static, str>,
    /// The set of security headers.
    pub policy: Policy,
    /// The revision of the catalog that the response comes from, if it comes from one.
    pub revision: Option<Rc<str>>,
}

/// Status line and headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Status and shared headers.
    pub template: Template,
    /// The entity tag.
    pub etag: Option<ETag>,
    /// Headers of this response alone: `allow`, `location`, `content-range` and the like.
    pub extra: Vec<(&'static str, String)>,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Status and headers.
    pub head: Head,
    /// The bytes of the body.
    pub body: Cow<'static, [u8]>,
    /// The answer to HEAD: the length of the body that GET would have had stands in `content-length`, no body follows.
    pub head_only: bool,
}

impl Head {
    /// A head with nothing but its template.
    pub fn new(status: u16, content_type: &'static str, cache_control: &'static str, policy: Policy) -> Self {
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

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.extra.push((name, value.into()));
        self
    }

    /// The head of a 304 to this one: what RFC 9110, section 15.4.5 retains; no content type, since there is no content.
    #[must_use]
    pub fn not_modified(mut self) -> Self {
        self.template.status = 304;
        self.template.content_type = None;
        self
    }
}

impl Reply {
    /// The API's reply, to which the adapter adds nothing but the security headers.
    pub(crate) fn from_api(reply: api::Reply, revision: Rc<str>, head_only: bool) -> Self {
        let mut extra: Vec<(&'static str, String)> = Vec::new();
        if reply.allow.is_some() || reply.vary.is_some() || reply.cors.is_some() {
            let own = |name: &str| !matches!(name, "content-type" | "content-length" | "cache-control" | "etag");
            extra.extend(reply.headers().filter(|(name, _)| own(name)).map(|(name, value)| (name, value.into_owned())));
        }
        if let Some(length) = reply.content_length.filter(|_| head_only) {
            extra.push(("content-length", length.to_string()));
        }
        let template = Template {
            status: reply.status,
            content_type: reply.content_type.map(Cow::Borrowed),
            cache_control: reply.cache_control,
            policy: Policy::Resource,
            revision: Some(revision),
        };
        Self { head: Head { template, etag: reply.etag, extra }, body: reply.body, head_only }
    }

    /// An answer with a body.
    pub fn new(head: Head, body: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { head, body: body.into(), head_only: false }
    }

    /// An answer without one.
    pub fn empty(head: Head) -> Self {
        Self::new(head, Vec::new())
    }

    /// The answer to HEAD.
    #[must_use]
    pub fn without_body(mut self, head_only: bool) -> Self {
        self.head_only = head_only && self.head.template.status != 304;
        self
    }
}
