//! Values of a product that keep their own rules: the constructor is the only door. The bottom of the crate.
//!
//! | to change | open |
//! | --- | --- |
//! | the fields of a product and their JSON, ratings | `product.rs` |
//! | money, the largest price | `money.rs` |
//! | the shape and the order of ids | `id.rs` |
//! | which addresses a picture may have | `picture.rs` |
//! | how decimal numbers are read and written | `decimal.rs` |

mod decimal;
pub(crate) mod id;
pub(crate) mod money;
pub(crate) mod picture;
pub(crate) mod product;
