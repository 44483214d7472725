//! Values of a product that keep their own rules: the constructor is the only door. The bottom of the crate.
//!
//! | to change | open |
//! | --- | --- |
//! | the fields of a product and their JSON, ratings | `product.rs` |
//! | money | `money.rs`; the codes, decimal places and largest price of a currency: `currency.rs` |
//! | the shape of SKUs and handles | `sku.rs`, `handle.rs`; from a name to a handle: `text/slug.rs` |
//! | the shape and the order of ids | `id.rs` |
//! | which addresses a picture may have | `picture.rs` |
//! | sorting of few things | `few.rs` |
//! | how decimal numbers are read and written | `decimal.rs` |

pub(crate) mod currency;
mod decimal;
pub(crate) mod details;
pub(crate) mod few;
pub(crate) mod handle;
pub(crate) mod id;
pub(crate) mod money;
pub(crate) mod picture;
pub(crate) mod product;
pub(crate) mod sku;
pub(crate) mod whole;
