//! What the shopper sees: a function per page from a view struct to the bytes of an HTML document, and the site's text files.
//! Pure: no I/O, no clock, no randomness, no environment. Absolute addresses come from [`Site`], never from a request.

mod card;
mod categories;
mod currency;
mod failure;
mod filters;
mod head;
mod home;
mod json;
mod layout;
mod link;
mod listing;
mod pagination;
mod preview;
mod product;
pub mod security;
mod sitemap;
mod structured;
mod text;
mod unconfirmed;
mod versions;

use rollout::VersionManifest;

pub use crate::categories::{CategoriesView, categories};
pub use crate::currency::{Currency, CurrencyError};
pub use crate::failure::{not_found, refused, server_error};
pub use crate::head::{BEACON, import_map};
pub use crate::home::{HomeView, home};
pub use crate::listing::{ListingView, RefusedListingView, listing, refused_listing};
pub use crate::preview::{END_PREVIEW, PreviewNotice, Previewed};
pub use crate::product::{ProductView, Purchase, QUANTITY_LIMIT, product};
pub use crate::sitemap::{robots, sitemap, sitemap_file, sitemap_files, sitemap_part};
pub use crate::unconfirmed::Unconfirmed;
pub use crate::versions::{RemoteView, VersionsView, versions};

/// The remotes that have a slot in a page, and the numbers of the slot contracts that the pages speak, the newest last
/// (`assets/README.md` describes them). A version built for another contract would find markup that it does not know.
pub const CONTRACTS: [(&str, &[u32]); 2] = [("product-detail", &[1]), ("products", &[1])];

/// Whether the pages write the markup that a remote's contract describes.
pub fn speaks(remote: &str, contract: u32) -> bool {
    contracts(remote).contains(&contract)
}

/// The contracts that the pages speak for a remote; none for a remote without a slot.
pub fn contracts(remote: &str) -> &'static [u32] {
    CONTRACTS.iter().find(|(name, _)| *name == remote).map_or(&[], |(_, contracts)| contracts)
}

/// A built file of the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Public URL path, such as `/assets/shell-5XGQ2A3B.css`.
    pub url: String,
    /// `sha384-…`, as it stands in an `integrity` attribute.
    pub integrity: String,
}

/// The built files that every page refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// The stylesheet of header, footer and the pages without a remote.
    pub stylesheet: Asset,
    /// The module that mounts the remotes.
    pub loader: Asset,
    /// The shop's icon.
    pub icon: Asset,
    /// The display font.
    pub font: Asset,
    /// What is drawn where a product has no picture.
    pub placeholder: Asset,
}

/// The shop, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Name of the shop.
    pub name: String,
    /// What the shop promises in a few words: the start page's heading and title.
    pub tagline: String,
    /// `scheme://host[:port]` without a slash at the end; the base of every absolute address.
    pub origin: String,
    /// What prices are in.
    pub currency: Currency,
    /// The built files of the shell.
    pub shell: Shell,
}

/// What every page shares: the site, and the versions of the remotes of this page.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The shop.
    pub site: &'a Site,
    /// One manifest for each remote that enhances this page. Without one, a slot is plain HTML that nothing enhances.
    pub remotes: &'a [&'a VersionManifest],
    /// Set when this visitor sees versions by a preview link.
    pub preview: Option<&'a PreviewNotice>,
    /// Set when prices and stock have not been confirmed for a while.
    pub unconfirmed: Option<Unconfirmed<'a>>,
}

impl<'a> Frame<'a> {
    /// The version of a remote on this page.
    fn remote(&self, name: &str) -> Option<&'a VersionManifest> {
        self.remotes.iter().copied().find(|manifest| manifest.remote().as_str() == name)
    }
}
