//! Responses about the cart. None of them reaches a cache.
//!
//! | to change | open |
//! | --- | --- |
//! | the response to a change: status, address, page | `receive.rs` |
//! | the cart page, and the words for a refusal | `page.rs` |
//! | the cart as JSON | `json.rs` |
//! | codes that are guessed | `guess.rs` |

#[cfg(test)]
mod fuzz;
pub(crate) mod guess;
mod json;
mod page;
pub(crate) mod receive;
#[cfg(test)]
mod tests;
