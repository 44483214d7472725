//! The office: addresses of the origin for staff and their tools.

pub(crate) mod gate;
mod list;
pub(crate) mod orders;
pub(crate) mod rules;
pub(crate) mod stock;
