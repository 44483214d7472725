//! `Cache-Control`, the only table of it. Every response has one: a cache that gets none keeps a response for hours.
//! The code that knows the audience of a response chooses.

use std::borrow::Cow;

/// How long a response may be kept, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheControl {
    /// A page that every visitor gets: kept, and revalidated on every view, so that a promotion or a price shows at once.
    /// Never `no-store`, which would keep the page out of the browser's back/forward cache.
    Revalidate,
    /// A page that another visitor may not get.
    Private,
    /// Personal data: not kept at all.
    PrivateNoStore,
    /// A file whose name contains the hash of its content.
    Immutable,
    /// A document that changes with a deployment or an edition: sitemap, robots, the API's description.
    Minutes,
    /// A response of the product API: used for a while, then once more while it is requested again.
    Fresh {
        /// Seconds for which a browser may use it.
        max_age: u32,
    },
    /// Refusals, failures, reports, health.
    NoStore,
}

impl CacheControl {
    /// The field's value.
    pub fn value(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            CacheControl::Revalidate => "no-cache",
            CacheControl::Private => "private, no-cache",
            CacheControl::PrivateNoStore => "private, no-store",
            CacheControl::Immutable => "public, max-age=31536000, immutable",
            CacheControl::Minutes => "public, max-age=300",
            // The default is spelled out, so that the usual response formats nothing.
            CacheControl::Fresh { max_age: 60 } => "public, max-age=60, stale-while-revalidate=600",
            CacheControl::Fresh { max_age } => {
                return Cow::Owned(format!("public, max-age={max_age}, stale-while-revalidate=600"));
            }
            CacheControl::NoStore => "no-store",
        })
    }
}
