//! What a mail is made of.

use commerce::checkout::OrderView;

/// Who sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    /// The name of the business.
    pub name: String,
    /// Its address for mail; empty for none.
    pub email: String,
    /// Its telephone; empty for none.
    pub phone: String,
    /// Its postal address, a line each.
    pub address: Vec<String>,
}

/// What a mail tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// The order is binding.
    Received,
    /// Its money has come.
    Paid,
    /// It is on its way.
    Shipped,
    /// Money goes back.
    Refunded,
    /// It was cancelled.
    Cancelled,
    /// The shopper withdrew from the contract: the receipt.
    Withdrawn,
}

/// All that a mail is made of.
#[derive(Debug)]
pub struct MailView<'a> {
    /// What it tells of.
    pub kind: MailKind,
    /// The order, as it is now.
    pub order: &'a OrderView,
    /// Who sells.
    pub seller: &'a Seller,
    /// The address of the order's page, with a key.
    pub link: &'a str,
}
