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
//! | an address: its rules, its slots, its caching, its limits of content | `routes.rs`, one row; its code: `plan.rs`, `handlers/` |
//! | who gets a response, the key of a page, private or shared | `audience.rs` |
//! | the cart: its cookies, its forms, its page, its JSON | `cart/`, `handlers/cart/` |
//! | the checkout: what the origin is asked, what its answers mean | `forward.rs`, `handlers/checkout/` |
//! | a cookie | `visitor/cookies.rs`; its form: `web::cookie` |
//! | reads that come before a response | `prepare.rs`; their results: `remotes/resolved.rs` |
//! | what a page makes of filters that the API refuses | `lenient.rs`; its words: `pages/src/listing/ignored.rs` |
//! | a page: its products, its status, its fields | `view.rs`, `render.rs` |
//! | how long a rendered card is kept | `cards.rs` |
//! | a refusal, the form of an error | `errors.rs`; types and titles: `web::problem` |
//! | the headers of a kind of response | `policy.rs`, `response.rs` |
//! | a variable of the configuration | `config.rs` |
//! | the version of a remote that a visitor gets | `resolution.rs`, `remotes/mod.rs` |
//! | the staleness of a release | `remotes/follow.rs` |
//! | why an object of the store is not at hand | `remotes/cause.rs`, `remotes/unread.rs` |
//! | the current edition of the catalog | `catalog/`; of the merchant's rules: `rules.rs` |
//! | files of shell and remotes, ranges of them | `handlers/files.rs`, `web::range` |
//! | the entry of a remote, `/__versions`, previews, `/health/ready`, `security.txt` | `handlers/`, a file each |
//! | codes and texts of trouble with the origin, and their readers | `catalog/trouble.rs`, `visitor/operators.rs` |
//! | failure reports, counts of refusals, log lines | `reports/` |
//!
//! Imports point downwards: data (`request`, `answer`, `forward`, `response`, `files`, `routes`) and the parts of the state (`catalog`, `rules`, `remotes`,
//! `visitor`, `policy`) lie below `shop`, which holds the state; `resolution`, `errors`, `handlers`, `prepare`, `render` and `plan`
//! work on it.

mod answer;
mod audience;
mod bundle;
mod cards;
mod cart;
pub mod catalog;
#[cfg(test)]
#[path = "../../catalog/tests/it/chance.rs"]
mod chance;
mod choice;
pub mod config;
mod document;
pub mod errors;
pub mod files;
pub mod forward;
pub mod handlers;
mod kept;
mod lenient;
mod plan;
pub mod policy;
mod prepare;
pub mod remotes;
mod render;
pub mod reports;
mod request;
mod resolution;
pub mod response;
pub mod routes;
pub mod rules;
#[cfg(test)]
#[path = "../../catalog/tests/it/fuzz/seeded.rs"]
mod seeded;
mod shop;
#[cfg(test)]
mod testing;
pub mod time;
mod view;
pub mod visitor;

pub use pages::{OwnFiles, OwnPicture};

pub use crate::answer::{Page, Plan, Planned};
pub use crate::audience::{Audience, PageKey};
pub use crate::bundle::{Bundle, ShellFile};
pub use crate::handlers::cart::guess::Attempt;
pub use crate::request::{Codes, Incoming};
pub use crate::shop::{BUNDLED, Shop};
pub use pages::{Delivery, Merchant, MerchantPage};
