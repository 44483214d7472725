//! What the shopper sees: a function per page from a view struct to the bytes of an HTML document, and the site's text files.
//! Pure: no I/O, no clock, no randomness, no environment. Absolute addresses come from [`Site`], never from a request.

mod card;
mod categories;
mod contracts;
mod failure;
mod frame;
mod home;
mod listing;
mod product;
pub mod security;
mod shell;
mod site;
mod sitemap;
mod versions;
mod write;

pub use crate::card::{Card, Place};
pub use crate::categories::{CategoriesView, categories};
pub use crate::contracts::{CONTRACTS, contracts, speaks};
pub use crate::failure::{not_found, refused, server_error};
pub use crate::frame::Frame;
pub use crate::home::{HomeView, home, home_of};
pub use crate::listing::{ListingView, RefusedListingView, listing, listing_of, refused_listing};
pub use crate::product::{ProductView, Purchase, QUANTITY_LIMIT, product, product_of};
pub use crate::shell::head::{BEACON, import_map};
pub use crate::shell::preview::{END_PREVIEW, PreviewNotice, Previewed};
pub use crate::shell::unconfirmed::Unconfirmed;
pub use crate::site::{Asset, Shell, Site};
pub use crate::sitemap::{robots, sitemap, sitemap_file, sitemap_files, sitemap_part};
pub use crate::versions::{RemoteView, VersionsView, versions};
pub use crate::write::currency::{Currency, CurrencyError};
