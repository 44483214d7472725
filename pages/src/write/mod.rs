//! How values become text: HTML, JSON, money, addresses. Knows no page and no product.

pub(crate) mod currency;
pub(crate) mod json;
pub(crate) mod link;
pub(crate) mod text;
