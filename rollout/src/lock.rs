//! The lock of a release, which stops canaries, steps and promotions, and no way back.

use serde::{Deserialize, Serialize};

use crate::{Author, Message, Timestamp, strict};

/// The author and the reason of a ban on moving traffic forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Lock {
    /// Since when.
    pub at: Timestamp,
    /// By whom.
    pub by: Author,
    /// Reason for the change; may be empty.
    pub message: Message,
}

strict::objects!(Lock);
