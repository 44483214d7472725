//! What hosts tell each other about a checkout and its order: requests, views, and the checks of what shoppers type. The origin decides and
//! answers with views; the edge renders them. Amounts are integers in the minor unit of the view's currency, times milliseconds since 1970.
//!
//! | to change | open |
//! | --- | --- |
//! | a field of the contact form, its rule | `contact.rs`; of an address: `address.rs` |
//! | the names of fields and of the rules that they break | `fault.rs` |
//! | the form of a country's postcodes | `postcode.rs` |
//! | the states and provinces of a country | `regions.rs`, `regions.txt` |
//! | what a request to the origin has | `request.rs` |
//! | what a page knows of a checkout | `view.rs` |
//! | what a page knows of an order | `order.rs` |
//! | the number of an order | `number.rs` |
//! | what a value of a later release means | `later.rs` |

mod address;
pub(crate) mod contact;
mod fault;
mod later;
pub(crate) mod number;
pub(crate) mod order;
mod postcode;
mod regions;
pub(crate) mod request;
pub(crate) mod view;

pub use crate::checkout::address::{Address, AddressForm};
pub use crate::checkout::contact::{Contact, ContactForm, EMAIL_PATTERN, PHONE_PATTERN};
pub use crate::checkout::fault::{Fault, Field, FieldError};
pub use crate::checkout::order::{OrderView, ParcelView, PaymentView};
pub use crate::checkout::postcode::{needs_postcode, postcode_pattern};
pub use crate::checkout::regions::{region_name, regions};
pub use crate::checkout::request::{CartRequest, DeliveryRequest, OrderRequest, Ordered, refusal};
pub use crate::checkout::view::{
    CheckoutView, OrderOfCheckout, Summary, SummaryCode, SummaryLine, SummaryOption, SummaryShipping, SummaryTax, Way,
};
