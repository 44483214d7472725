//! Ids and keys that nobody can guess, and the hashes by which keys are kept.

use std::fmt::Write as _;

use commerce::OrderNumber;
use sha2::{Digest as _, Sha256};

/// The system has no randomness to give.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system gives no random numbers")]
pub(crate) struct NoRandomness;

/// 128 random bits in hexadecimal digits.
pub(crate) fn random() -> Result<String, NoRandomness> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(hexadecimal(&bytes))
}

/// The number of a new order.
pub(crate) fn number() -> Result<OrderNumber, NoRandomness> {
    getrandom::u64().map(OrderNumber::from_bits).map_err(|_| NoRandomness)
}

/// The hash of a key. Keys are random, so that a plain hash reveals nothing of them.
pub(crate) fn hash(key: &str) -> String {
    hexadecimal(&Sha256::digest(key.as_bytes()))
}

/// Whether a text has the form of an id or a key.
pub(crate) fn is_key(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // A text takes everything.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
