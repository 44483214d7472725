//! The shop: from the values of a request to the values of its response. Pure: no JavaScript, clock, random source or waiting;
//! a response that needs I/O (a file's bytes, the body of a report) is returned as a description for the host to carry out.
//!
//! A host builds a [`Shop`] from its [`Bundle`] and configuration once, and then takes each request through four steps:
//!
//! 1. [`routes::route`] finds the route of a path.
//! 2. [`Shop::prepare`] names the releases and manifests that have to be read first.
//! 3. [`Shop::plan`] gives the response, or the page to render.
//! 4. [`Shop::render`] renders a page that the host does not hold yet.
//!
//! | to change … | look in |
//! | --- | --- |
//! | an address: its rules, slots, caching | `routes.rs`, one row; the code behind it: `plan.rs` |
//! | who gets a response, the key of a page | `audience.rs` |
//! | reads that come before a response | `prepare.rs`; their results: `remotes/resolved.rs` |
//! | a page: its products, status and headers | `view.rs`, `render.rs` |
//! | a refusal, the form of an error | `errors.rs`; types and titles: `web::problem` |
//! | the headers of a kind of response | `policy.rs`, `response.rs` |
//! | a variable of the configuration | `config.rs` |
//! | cookies, preview links, the secret of operators | `visitor/` |
//! | the version of a remote that a visitor gets | `remotes/resolution.rs`, `remotes/mod.rs` |
//! | the staleness of a release | `remotes/follow.rs` |
//! | why a thing of the store is not at hand | `remotes/cause.rs`, `remotes/unread.rs` |
//! | `/__versions` | `remotes/versions.rs` |
//! | a static file, a remote's file, ranges | `files/` |
//! | the current edition of the catalog, `/health/ready` | `catalog/` |
//! | failure reports, counts of refusals, log lines | `reports/` |
//! | `/.well-known/security.txt` | `security_txt.rs` |
//!
//! Data types lie below (`request`, `answer`, `reply`, `files::fetch`, `remotes::resolved`), the state in `shop`, behaviour above it.

mod answer;
mod audience;
mod bundle;
pub mod catalog;
pub mod config;
mod document;
pub mod errors;
pub mod files;
mod plan;
pub mod policy;
mod prepare;
pub mod remotes;
mod render;
pub mod reports;
mod request;
pub mod response;
pub mod routes;
mod security_txt;
mod shop;
#[cfg(test)]
mod testing;
pub mod time;
mod view;
pub mod visitor;

pub use crate::answer::{Page, Plan, Planned};
pub use crate::audience::{Audience, PageKey};
pub use crate::bundle::{Bundle, ShellFile};
pub use crate::request::Incoming;
pub use crate::shop::{BUNDLED, Shop};
