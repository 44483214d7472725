//! A question to the origin of record about a checkout or an order, a webhook that goes on to it, and its answer. Data alone: the host sends
//! and reads, `handlers/checkout/` and `handlers/hook.rs` decide what is asked and what an answer means.

use std::fmt;

use commerce::OrderNumber;
use commerce::checkout::{ContactForm, Way};
use pages::checkout::Declined;
use pages::order::End;

use crate::response::Response;

/// A question.
#[derive(Debug)]
pub struct Ask {
    /// The method.
    pub method: &'static str,
    /// The path at the origin.
    pub path: String,
    /// The header field that opens the checkout or the order, and its value.
    pub key: Option<(&'static str, Key)>,
    /// The content, as JSON; empty for none.
    pub body: String,
    /// What the answer is for.
    pub(crate) after: After,
}

/// An event of a payment provider, as it came.
#[derive(Debug)]
pub struct Hook {
    /// The path at the origin.
    pub path: String,
    /// The signature of the provider.
    pub signature: Option<String>,
    /// The media type of the content.
    pub content_type: Option<String>,
    /// The content.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The status.
    pub status: u16,
    /// The content.
    pub body: Vec<u8>,
}

/// What is to be done next.
#[derive(Debug)]
pub enum Next {
    /// The origin is asked.
    Ask(Box<Ask>),
    /// This is the response.
    Now(Response),
}

/// The key of a checkout and of its order. Never printed, so that no log has one.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// The checkout of a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// Its id at the origin.
    pub(crate) id: String,
    /// The key that opens it.
    pub(crate) key: Key,
}

/// What the answer to a question is for.
#[derive(Debug)]
pub(crate) enum After {
    /// An empty form, if the origin is there.
    Blank,
    /// A checkout begins with this form.
    Begin(ContactForm),
    /// The form was sent to it.
    Contact(Held, ContactForm),
    /// The checkout of this moment, for a page.
    Show(Held, Shown),
    /// This method was chosen.
    Delivery(Held),
    /// It was ordered.
    Order(Held, Wanted),
    /// The test bank has its answer.
    Authenticate(Held),
    /// The page of an order, or why something cannot be done with it.
    Found(OrderNumber, Key, Option<End>),
    /// The second step of ending an order.
    Ask(OrderNumber, Key, End),
    /// An order was ended.
    Ended(OrderNumber, Key, End),
}

/// A page of a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Contact and address.
    Contact,
    /// The ways of delivery; whether none was chosen.
    Delivery {
        /// Whether that is said.
        is_missing: bool,
    },
    /// Review and payment.
    Review(Option<(Declined, Option<Way>)>),
    /// The test bank.
    Bank,
}

/// What was ordered, in the shopper's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The total, in the minor unit.
    pub(crate) seen: u64,
    /// The way of payment.
    pub(crate) way: Way,
}

impl Key {
    /// Digits of a key.
    const LENGTH: std::ops::RangeInclusive<usize> = 16..=128;

    /// A key has 16 to 128 hexadecimal digits in lower case; anything else opens nothing and is sent nowhere.
    pub(crate) fn parse(text: &str) -> Option<Key> {
        let is_key =
            Key::LENGTH.contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_key.then(|| Key(text.to_owned()))
    }

    /// The digits, to be sent to the origin and to the browser that has them, and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

impl Held {
    /// Longest id, in characters.
    const ID_LIMIT: usize = 64;

    /// Reads `<id>.<key>`.
    pub(crate) fn parse(text: &str) -> Option<Held> {
        let (id, key) = text.split_once('.')?;
        let is_id = !id.is_empty()
            && id.len() <= Held::ID_LIMIT
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        Some(Held { id: id.to_owned(), key: Key::parse(key).filter(|_| is_id)? })
    }

    /// The text that [`Held::parse`] reads.
    pub(crate) fn to_text(&self) -> String {
        format!("{}.{}", self.id, self.key.reveal())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Held, Key};

    const KEY: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn what_no_origin_gave_out_is_no_key() {
        assert!(Key::parse(KEY).is_some());
        let long = "a".repeat(129);
        for wrong in ["", "00112233", "00112233445566778899AABBCCDDEEFF", "00112233445566778899aabb../../x", &long] {
            assert!(Key::parse(wrong).is_none(), "{wrong}");
        }
        assert!(!format!("{:?}", Held::parse(&format!("a.{KEY}"))).contains("0011"), "no log has a key");
    }

    #[test]
    fn an_id_cannot_change_the_path_that_it_stands_in() {
        let held = Held::parse(&format!("7c-A_9.{KEY}")).unwrap();
        assert_eq!((held.id.as_str(), held.to_text()), ("7c-A_9", format!("7c-A_9.{KEY}")));
        for wrong in ["../orders", "a/b", "a%2fb", "a b", "a?b", "", "é", &"a".repeat(65)] {
            assert!(Held::parse(&format!("{wrong}.{KEY}")).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_checkout_that_reads_back_or_none(text in "\\PC{0,80}|[a-zA-Z0-9_-]{1,70}\\.[0-9a-f]{10,140}") {
            if let Some(held) = Held::parse(&text) {
                prop_assert_eq!(held.to_text(), text);
            }
        }
    }
}
