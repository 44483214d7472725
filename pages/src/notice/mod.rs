//! What stands on top of a page when it is not what everybody sees, or may not be right: previews, unconfirmed prices.

pub(crate) mod preview;
pub(crate) mod unconfirmed;
