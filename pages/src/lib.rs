//! What the shopper sees: a function per page from a view struct to the bytes of an HTML document, and the site's text files.
//! Pure: no I/O, no clock, no randomness, no environment. Absolute addresses come from [`Site`], never from a request.
//!
//! | to change … | open … |
//! | --- | --- |
//! | a word or an element of one page | `home.rs`, `categories.rs`, `listing/`, `product/`, `failure.rs`, `versions.rs` |
//! | the filters of the listing, the links between its pages | `listing/filters.rs`, `listing/pagination.rs` |
//! | what a shopper reads where a filter could not be used; where nothing was found | `listing/ignored.rs`; `listing/empty.rs` |
//! | delivery, tax and returns beside a price; the merchant's pages | `terms/`; how their files are read: `build/`; the data: `merchant.rs` |
//! | a product in a list, and what of it a host may keep | `card/mod.rs` |
//! | a picture, wherever it stands: its sizes, its formats, its place | `picture/`; which there are: `own_pictures.rs` |
//! | the cart | `cart/` |
//! | the steps of the checkout; the page of an order | `checkout/`; `order/` |
//! | mails about an order | `mail/` |
//! | rating and availability, wherever they stand | `card/facts.rs` |
//! | how a description is shortened | `write/summary.rs` |
//! | header, footer, the order of a document | `shell/document.rs` |
//! | titles, previews, styles, import map, boot data, early hints | `shell/head.rs` |
//! | structured data | `shell/structured.rs`; delivery and returns in it: `shell/offer_terms.rs` |
//! | what is fetched or rendered ahead of a click | `shell/speculation.rs` |
//! | the element that a remote enhances | `shell/slot.rs`; which remotes there are and their contracts: `contracts.rs` |
//! | the notices on top of a page | `notice/` |
//! | security headers and the content security policy | `security.rs` |
//! | money, numbers, addresses, escaping, JSON | `write/` |
//! | what every page is given | `site.rs` (the shop), `frame.rs` (the answer) |
//! | `sitemap.xml`, `robots.txt` | `sitemap.rs` |
//! | a printed page | `assets/shell/print.css`; the address at its end: `page_address` in `shell/document.rs` |
//! | looks | `assets/shell/`; of a slot: the remote's folder |
//!
//! Imports point one way: pages use `card`, `terms` and `shell`; the first two and `shell` use `picture`; `shell` uses `frame` and `notice`; all use `site`, `merchant`, `own_pictures`, `contracts`
//! and `write`.

#[cfg(feature = "build")]
pub mod build;
mod card;
mod cart;
mod categories;
pub mod checkout;
mod contracts;
mod failure;
mod frame;
mod home;
mod listing;
mod mail;
mod merchant;
mod notice;
pub mod order;
mod own_pictures;
mod picture;
mod product;
pub mod security;
mod shell;
mod site;
mod sitemap;
mod terms;
mod versions;
mod write;

pub use crate::card::{Card, Place};
pub use crate::cart::{CartAlert, CartNotice, CartView, Named, Refusal, Sent, cart};
pub use crate::categories::{CategoriesView, categories};
pub use crate::contracts::{CONTRACTS, LISTING_REMOTE, PRODUCT_REMOTE, contracts, speaks};
pub use crate::failure::{not_found, refused, server_error};
pub use crate::frame::Frame;
pub use crate::home::{HomeView, home, home_of};
pub use crate::listing::ignored::Ignored;
pub use crate::listing::{ListingView, listing, listing_of};
pub use crate::mail::{Mail, MailKind, MailView, Seller, mail};
pub use crate::merchant::{Delivery, DeliveryTerms, Merchant, MerchantPage, Terms, TermsInForce};
pub use crate::notice::preview::{END_PREVIEW, PreviewNotice, Previewed};
pub use crate::notice::unconfirmed::Unconfirmed;
pub use crate::own_pictures::{OwnFiles, OwnPicture, Pictures, Resizing};
pub use crate::product::{More, ProductView, product, product_of};
pub use crate::shell::head::{BEACON, Lead, import_map, link_header};
pub use crate::site::{Asset, Shell, Site};
pub use crate::sitemap::{robots, sitemap, sitemap_file, sitemap_files, sitemap_part};
pub use crate::terms::page::merchant_page;
pub use crate::terms::pages_about;
pub use crate::versions::{RemoteView, VersionsView, versions};
pub use crate::write::currency::Currency;
