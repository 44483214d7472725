//! The checkout: which page follows from a request and from what the origin answers. A machine of few states: [`Shop::checkout_begins`] and
//! [`Shop::checkout_receives`] give the first question, [`Shop::hear`] the response to an answer, or the next question. At most three are asked
//! for one request. The origin decides everything; no response reaches a cache.
//!
//! | to change | open |
//! | --- | --- |
//! | the question that a request leads to | `begin.rs` |
//! | what an answer about a checkout means | `hear.rs` |
//! | the page of an order, cancelling, withdrawing | `order.rs` |
//! | the form as JSON and back | `form.rs` |
//! | the response around a page | `respond.rs` |
//! | the cookie of a checkout | `visitor/checkout.rs` |
//! | the day on which it arrives | `arrival.rs` |

mod arrival;
mod begin;
mod form;
mod hear;
mod order;
mod respond;
#[cfg(test)]
mod tests;
