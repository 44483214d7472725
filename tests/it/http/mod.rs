//! HTTP as such, over every kind of response: methods, validators, caching, addresses, sizes of headers.

mod addresses;
mod caching;
mod concurrency;
mod header_size;
pub(crate) mod kinds;
mod methods;
mod validators;
