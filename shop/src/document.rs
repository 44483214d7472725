//! JSON documents of the shop's own, for the body of a response or a line of the log. Writes only; `rollout::strict` reads.

use serde::Serialize;

/// The bytes of a document: a structure of texts, numbers and lists, or a map by text, which can always be written.
pub(crate) fn document(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
