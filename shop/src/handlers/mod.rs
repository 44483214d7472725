//! The code behind the routes that render no page from the page cache: a file a route. Each turns the shop's state and a request into a
//! response, or into the description of a file to fetch.

pub(crate) mod cart;
mod checkout;
pub(crate) mod entry;
pub mod files;
pub mod hook;
pub(crate) mod preview_link;
pub(crate) mod ready;
pub(crate) mod security_txt;
pub(crate) mod suggestions;
pub(crate) mod versions;
