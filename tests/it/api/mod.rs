//! The product API of the compiled Worker: against the catalog itself, against an oracle, and with a large catalog.

pub(crate) mod corpus;
mod large;
mod oracle;
