//! Mails to shoppers: taken from the outbox, written by `pages`, and handed to a server, or kept in a mailbox while somebody tries the shop out.
//!
//! | to change | open |
//! | --- | --- |
//! | when a mail is sent, and again | `send.rs` |
//! | the server that takes mails | `smtp.rs` |
//! | the mailbox at `/dev/mail` | `mailbox.rs` |

pub(crate) mod mailbox;
pub(crate) mod send;
pub(crate) mod smtp;

use async_trait::async_trait;

/// A mail with its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// Its name in the outbox, which is its `Message-ID` as well.
    pub(crate) id: String,
    /// The address it goes to.
    pub(crate) to: String,
    /// The name of whom it goes to.
    pub(crate) name: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Whoever takes mails.
#[async_trait]
pub(crate) trait Post: Send + Sync + std::fmt::Debug {
    /// Takes a mail.
    async fn send(&self, letter: &Letter) -> Result<(), PostError>;
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PostError {
    /// No server has it; it can be tried again.
    #[error("the mail server does not take mails now")]
    Later(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A server will never take it.
    #[error("the mail server refused the mail")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The connection broke while it was handed over: a server may have it.
    #[error("the mail server did not say whether it has the mail")]
    Unsure(#[source] Box<dyn std::error::Error + Send + Sync>),
}
