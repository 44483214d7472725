//! Mails about an order: subject, a text and the same in HTML, without pictures, scripts or advertising. What and when come first.
//!
//! | to change | open |
//! | --- | --- |
//! | subjects and first sentences | `words.rs` |
//! | what a mail is made of | `view.rs` |
//! | the text | `text.rs` |
//! | the HTML | `html.rs` |

mod html;
mod text;
mod view;
mod words;

pub use crate::mail::view::{MailKind, MailView, Seller};

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The subject, in one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Writes a mail.
pub fn mail(view: &MailView<'_>) -> Mail {
    Mail { subject: words::subject(view), text: text::text(view), html: html::html(view) }
}
