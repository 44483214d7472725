//! Checkout and orders for shoppers: what the edge asks for on their behalf. Prices and places by the rules of `commerce`, with the catalog and
//! the stock of this moment; answers with views.
//!
//! | to change | open |
//! | --- | --- |
//! | addresses, statuses and problems | `answer.rs` |
//! | what a shopper does to a checkout | `desk.rs` |
//! | paying an order | `pay.rs` |
//! | what a checkout costs, what is held for it | `price.rs` |
//! | views of checkouts and orders | `show.rs` |
//! | webhooks of payment providers | `hook.rs` |
//! | ids and keys | `keys.rs` |
//! | what is done when a time has come: expiry, refunds, payments that nobody reported | `sweep.rs` |
//! | figures of what is behind | `watch.rs` |

pub(crate) mod answer;
pub(crate) mod desk;
pub(crate) mod hook;
pub(crate) mod keys;
mod pay;
mod price;
mod show;
pub(crate) mod sweep;
pub(crate) mod watch;
