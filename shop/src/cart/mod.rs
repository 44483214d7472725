//! The shopper's cart: text in a first-party cookie, and the changes that forms make to it. Prices nothing and answers nothing; the handlers do
//! (`handlers/cart/`).
//!
//! | to change | open |
//! | --- | --- |
//! | the cookies, and what a request brings | `held.rs` |
//! | attempts at codes that count once a minute | `attempts.rs` |
//! | the fields of a form | `form.rs` |
//! | what the catalog knows of a SKU | `items.rs` |
//! | adding, setting, removing, codes; why a change is refused | `change.rs` |
//! | destination and notice of the cart page | `page.rs` |

pub(crate) mod attempts;
pub(crate) mod change;
pub(crate) mod form;
pub(crate) mod held;
pub(crate) mod items;
pub(crate) mod page;
