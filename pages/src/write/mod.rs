//! How values become text: HTML, JSON, money, numbers, addresses, summaries. Knows no page.

pub(crate) mod currency;
pub(crate) mod json;
pub(crate) mod link;
pub(crate) mod number;
pub(crate) mod summary;
pub(crate) mod text;
