//! The office: addresses of the origin for staff and their tools.

pub(crate) mod gate;
pub(crate) mod orders;
pub(crate) mod stock;
