//! Which remotes have a slot, and the contracts of their markup that the pages write.
//! The one place of this crate that names remotes: a page refers to a row from here.

/// A remote with a slot: its name, and the numbers of the contracts that the pages speak, the newest last.
pub(crate) type Row = (&'static str, &'static [u32]);

/// The slot of every page: the header's link to the cart.
pub(crate) const CART: Row = ("cart", &[1]);

/// The slot of the steps of the checkout, and of the page of an order.
pub(crate) const CHECKOUT: Row = ("checkout", &[1]);

/// The slot of a product's page. From contract 2 on, versions may rely on the form that adds to the cart.
pub(crate) const PRODUCT: Row = ("product-detail", &[1, 2]);

/// The slot of the listing. From contract 2 on, heading and breadcrumb are within the slot, and the search field is in the header.
pub(crate) const LISTING: Row = ("products", &[1, 2]);

/// The remotes that have a slot in a page, and the numbers of the slot contracts that the pages speak, the newest last
/// (`assets/README.md` describes them). A version built for another contract would find markup that it does not know.
pub const CONTRACTS: [(&str, &[u32]); 4] = [CART, CHECKOUT, PRODUCT, LISTING];

/// The remote of the listing's slot.
pub const LISTING_REMOTE: &str = LISTING.0;

/// The remote of the slot of a product's page.
pub const PRODUCT_REMOTE: &str = PRODUCT.0;

/// Whether a remote mounts with the first use of its slot. Pages name its files, and load none of them before.
pub(crate) fn mounts_on_use(remote: &str) -> bool {
    remote == CART.0
}

/// Whether the pages write the markup that a remote's contract describes.
pub fn speaks(remote: &str, contract: u32) -> bool {
    contracts(remote).contains(&contract)
}

/// The contracts that the pages speak for a remote; none for a remote without a slot.
pub fn contracts(remote: &str) -> &'static [u32] {
    CONTRACTS.iter().find(|(name, _)| *name == remote).map_or(&[], |(_, contracts)| contracts)
}
