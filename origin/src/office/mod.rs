//! The API that staff's tools speak: stock, for now. Open to holders of its own secret alone, since it changes what the shop sells.

pub(crate) mod stock;
