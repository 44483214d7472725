//! The part of a page that belongs to no slot: document, head, notices, structured data.

pub(crate) mod document;
pub(crate) mod head;
pub(crate) mod preview;
pub(crate) mod slot;
pub(crate) mod speculation;
pub(crate) mod structured;
pub(crate) mod unconfirmed;
