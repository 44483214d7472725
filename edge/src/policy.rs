//! The headers of every kind of answer. Computed once in an isolate's life: the content security policy names the import
//! map of the page's remotes by its hash, and hashing it on every view would cost more than the page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use catalog::Catalog;
use pages::{Site, security};
use sha2::{Digest as _, Sha256};

use crate::bundled::Remotes;
use crate::reply::{PageKind, Policy, Template};

type Headers = Vec<(&'static str, String)>;

/// Security headers by kind of answer.
#[derive(Debug)]
pub(crate) struct Policies {
    plain: Headers,
    listing: Headers,
    product: Headers,
    resource: Headers,
}

impl Policies {
    pub(crate) fn new(site: &Site, remotes: &Remotes, catalog: &Catalog, production: bool) -> Self {
        let page = |kind| {
            let import_map = pages::import_map(site, &remotes.of_page(kind));
            let hash = STANDARD.encode(Sha256::digest(import_map.as_bytes()));
            security::page_headers(&hash, catalog.image_origins(), production)
        };
        Self {
            plain: page(PageKind::Plain),
            listing: page(PageKind::Listing),
            product: page(PageKind::Product),
            resource: security::resource_headers(production),
        }
    }

    /// All headers of a template: type, caching, security.
    pub(crate) fn headers(&self, template: &Template) -> Headers {
        let mut headers = Vec::with_capacity(12);
        headers.extend(template.content_type.iter().map(|value| ("content-type", value.to_string())));
        headers.push(("cache-control", template.cache_control.to_string()));
        headers.extend_from_slice(match template.policy {
            Policy::Page(PageKind::Plain) => &self.plain,
            Policy::Page(PageKind::Listing) => &self.listing,
            Policy::Page(PageKind::Product) => &self.product,
            Policy::Resource => &self.resource,
        });
        headers
    }
}
