//! Values of a product that keep their own rules.

mod decimal;
pub(crate) mod id;
pub(crate) mod money;
pub(crate) mod product;
