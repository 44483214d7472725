//! The HTTP vocabulary that all hosts share: requests in, responses out, and the rules of the protocol between them.
//! Pure: values in, values out; builds for wasm32 and native. Knows no route, no catalog and no server.
//!
//! | to change … | open |
//! | --- | --- |
//! | the methods, and the `Allow` field | [`method`] |
//! | the parts of a request, its fields and cookies | [`request`], [`cookie`] |
//! | the parts of a response, the answer to HEAD, when a response is a 304 | [`reply`] |
//! | entity tags and their comparison | [`etag`] |
//! | `Cache-Control`, the only table of it | [`cache`] |
//! | errors, the only table of types, titles and statuses | [`problem`] |
//! | which addresses are read | [`address`] |
//! | forms and query strings | [`form`] |
//! | JSON of hot responses | [`json`] |
//! | byte ranges | [`range`] |
//! | text from elsewhere in logs and messages | [`foreign`] |

pub mod address;
pub mod cache;
pub mod cookie;
pub mod etag;
pub mod foreign;
pub mod form;
pub mod json;
pub mod method;
pub mod problem;
pub mod range;
pub mod reply;
pub mod request;

pub use crate::address::{AddressError, TARGET_LIMIT, check_address};
pub use crate::cache::CacheControl;
pub use crate::cookie::{CookieError, SetCookie};
pub use crate::etag::ETag;
pub use crate::form::{FormError, decode_form};
pub use crate::method::{Method, Methods};
pub use crate::problem::{Problem, ProblemKind};
pub use crate::reply::Reply;
pub use crate::request::{Fields, Request};
