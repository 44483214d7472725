//! The outcomes of planning a request: a page to render, a response, or a description of the I/O that the host has to do first.
//! Data alone; `plan.rs` makes these values and `render.rs` turns a page into a response.

use catalog::Query;

use crate::files::fetch::FileFetch;
use crate::remotes::resolved::Resolved;
use crate::reply::Reply;
use crate::view::PurchaseState;

/// A response, or the I/O that it takes.
#[derive(Debug)]
pub enum Answer {
    /// A response that is complete.
    Reply(Reply),
    /// A static file, to be fetched.
    File(FileFetch),
    /// The verdict on a failure report, once its body has been read.
    Beacon,
}

/// A page that may be kept in the isolate: everything it depends on is in its key.
#[derive(Debug)]
pub enum Page {
    /// The start page.
    Home,
    /// The listing of a query.
    Listing(Box<Query>),
    /// All categories.
    Categories,
    /// The page of one product.
    Product {
        /// The product's id.
        id: String,
        /// The state of its form.
        purchase: PurchaseState,
    },
    /// The sitemap, or the index of its files.
    Sitemap,
    /// One file of a sitemap, counted from 1.
    SitemapFile(u32),
    /// The robots file.
    Robots,
}

/// A page to be rendered, or taken from the kept ones.
#[derive(Debug)]
pub struct Planned {
    /// The page.
    pub page: Page,
    /// Everything that the bytes and headers depend on: path, canonical parameters, versions.
    pub key: String,
    /// The versions of its remotes.
    pub resolved: Resolved,
}

/// The outcome of planning a request, before anything is rendered.
#[derive(Debug)]
pub enum Plan {
    /// A page that may be kept.
    Page(Planned),
    /// An answer that is not kept.
    Now(Answer),
}
