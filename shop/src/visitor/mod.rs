//! The sender of a request: cookies, previews, and the secret of an operator.
//! Reads headers that the host passes in; draws nothing and keeps nothing.

pub(crate) mod checkout;
pub mod cookies;
pub(crate) mod operators;
