//! The outcomes of planning a request: a page to render, a response, or a description of the I/O that the host has to do first.
//! Data alone; `plan.rs` makes these values and `render.rs` turns a page into a response.

use catalog::Query;

use crate::files::fetch::FileFetch;
use crate::remotes::resolved::Resolved;
use crate::reply::Reply;
use crate::view::PurchaseState;

/// What is to be sent.
#[derive(Debug)]
pub(crate) enum Answer {
    /// This.
    Reply(Reply),
    /// A static file, to be fetched.
    File(FileFetch),
    /// The verdict on a failure report, once its body has been read.
    Beacon,
}

/// A page that may be kept in the isolate: everything it depends on is in its key.
#[derive(Debug)]
pub(crate) enum Page {
    Home,
    Listing(Box<Query>),
    Categories,
    Product { id: String, purchase: PurchaseState },
    Sitemap,
    SitemapFile(u32),
    Robots,
}

/// A page to be rendered, or taken from the kept ones.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) page: Page,
    /// What the bytes and headers depend on: path, canonical parameters, versions.
    pub(crate) key: String,
    /// The versions of its remotes.
    pub(crate) resolved: Resolved,
}

/// What a request comes to before anything is rendered.
#[derive(Debug)]
pub(crate) enum Plan {
    /// A page that may be kept.
    Page(Planned),
    /// An answer that is not kept.
    Now(Answer),
}
