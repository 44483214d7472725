//! The outcomes of planning a request: a page to render, a response, or a description of the I/O that the host has to do first.
//! Data alone; `plan.rs` makes these values and `render.rs` turns a page into a response.

use catalog::Query;
use pages::{Ignored, MerchantPage, Refusal};

use crate::audience::Audience;
use crate::cart::page::CartPage;
use crate::files::FileFetch;
use crate::forward::Ask;
use crate::remotes::resolved::Resolved;
use crate::response::Response;

/// The outcome of planning a request.
#[derive(Debug)]
pub enum Plan {
    /// A page: from the page cache, or to be rendered.
    Page(Planned),
    /// This response.
    Now(Response),
    /// A static file, to be fetched.
    File(FileFetch),
    /// The response to content, once it has been read: [`Shop::receive`](crate::Shop::receive).
    Content,
    /// The response to an answer of the origin, once it has been asked: [`Shop::hear`](crate::Shop::hear).
    Forward(Box<Ask>),
    /// The origin's response to a webhook, once its content has been read and handed on.
    Hook,
    /// The verdict on a failure report, once its content has been read.
    Report,
}

/// A page to be rendered, or taken from the page cache.
#[derive(Debug)]
pub struct Planned {
    /// The page.
    pub page: Page,
    /// Who gets it. Only a page for everyone has a key for the page cache.
    pub audience: Audience,
    /// The versions of its remotes, and the cookies of this visitor.
    pub resolved: Resolved,
}

/// A page or a document of the site.
#[derive(Debug)]
pub enum Page {
    /// The start page.
    Home,
    /// The listing of a query.
    Listing {
        /// The query, as far as it was understood.
        query: Box<Query>,
        /// The parameters that were not.
        ignored: Vec<Ignored>,
    },
    /// All categories.
    Categories,
    /// The page of one product.
    Product {
        /// The product's id.
        id: String,
        /// Which of its variants is chosen.
        chosen: Option<usize>,
        /// The combination that was asked for, if there is no such variant.
        missing: Option<String>,
        /// The form that did not add it to the cart.
        refusal: Option<Box<Refusal>>,
    },
    /// A page of the merchant's own.
    Merchant(&'static MerchantPage),
    /// The visitor's cart.
    Cart(Box<CartPage>),
    /// A response of the product API; path and canonical query are the address of its key.
    Api,
    /// The sitemap, or the index of its files.
    Sitemap,
    /// One file of a sitemap, counted from 1.
    SitemapFile(u32),
    /// The robots file.
    Robots,
}
