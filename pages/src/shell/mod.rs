//! The part of a page that belongs to no slot: document, head, structured data, and the element around a slot.

pub(crate) mod document;
pub(crate) mod head;
pub(crate) mod offer_terms;
pub(crate) mod slot;
pub(crate) mod speculation;
pub(crate) mod structured;
