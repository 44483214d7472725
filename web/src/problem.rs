//! Errors as RFC 9457 problem documents: the only table of types, titles and statuses, and the document itself.
//! Carries nothing internal: a detail names the parameter, the rule and the limit, never a cause inside the program.

use std::borrow::Cow;

use crate::address::AddressError;
use crate::cache::CacheControl;
use crate::json::{push_number, push_string};
use crate::reply::Reply;

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

macro_rules! kinds {
    ($($(#[$meaning:meta])* $kind:ident = $status:literal, $name:literal, $title:literal;)+) => {
        /// Every kind of problem that a host reports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemKind {
            $($(#[$meaning])* $kind,)+
        }

        impl ProblemKind {
            /// Every kind, for tables and metrics.
            pub const ALL: &[ProblemKind] = &[$(ProblemKind::$kind),+];

            /// The stable identifier, the constant title and the status.
            pub fn facts(self) -> (&'static str, &'static str, u16) {
                match self {
                    $(ProblemKind::$kind => (concat!("urn:problem:", $name), $title, $status),)+
                }
            }
        }
    };
}

kinds! {
    /// A parameter broke a rule.
    InvalidParameter = 400, "invalid-parameter", "Invalid parameter";
    /// The request as a whole cannot be read: a hostile path, a broken field, content that is no document.
    MalformedRequest = 400, "malformed-request", "Malformed request";
    /// The request lacks the secret that the address needs.
    Unauthorized = 401, "unauthorized", "Unauthorized";
    /// The sender may not use this address.
    Forbidden = 403, "forbidden", "Forbidden";
    /// The address lies where products lie, but no product has this id.
    ProductNotFound = 404, "product-not-found", "Product not found";
    /// No remote has this name.
    UnknownRemote = 404, "unknown-remote", "Unknown remote";
    /// The version was never published.
    UnknownVersion = 404, "unknown-version", "Unknown version";
    /// The version's manifest does not name the file.
    UnknownFile = 404, "unknown-file", "Unknown file";
    /// Nothing is at this path.
    NotFound = 404, "not-found", "Not found";
    /// The method is not among those of `Allow`.
    MethodNotAllowed = 405, "method-not-allowed", "Method not allowed";
    /// The content of the request did not arrive in time.
    RequestTimeout = 408, "request-timeout", "Request timeout";
    /// It existed and was removed for good.
    Gone = 410, "gone", "Gone";
    /// The request contradicts the state of things.
    Conflict = 409, "conflict", "Conflict";
    /// The content of the request is larger than the address takes.
    ContentTooLarge = 413, "content-too-large", "Content too large";
    /// The URL is longer than the host takes.
    UriTooLong = 414, "uri-too-long", "URI too long";
    /// The content of the request is of a type that the address does not read.
    UnsupportedMediaType = 415, "unsupported-media-type", "Unsupported media type";
    /// The range lies outside the file.
    RangeNotSatisfiable = 416, "range-not-satisfiable", "Range not satisfiable";
    /// The content can be read and breaks a rule.
    UnprocessableContent = 422, "unprocessable-content", "Unprocessable content";
    /// The client has asked for more than the host allows it in a second.
    TooManyRequests = 429, "too-many-requests", "Too many requests";
    /// The head of the request is larger than the host takes.
    HeaderFieldsTooLarge = 431, "header-fields-too-large", "Header fields too large";
    /// The host failed.
    InternalError = 500, "internal-error", "Internal error";
    /// Another host gave no usable response.
    BadGateway = 502, "bad-gateway", "Bad gateway";
    /// The host cannot answer now.
    Unavailable = 503, "unavailable", "Unavailable";
    /// Another host gave no response in time.
    GatewayTimeout = 504, "gateway-timeout", "Gateway timeout";
}

/// A problem document to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<'a> {
    /// Its type, title and status.
    pub kind: ProblemKind,
    /// What happened this time, for a person.
    pub detail: Cow<'a, str>,
    /// The parameter at fault, if one is.
    pub parameter: Option<&'a str>,
    /// The code of the cause, for programs that tell causes apart.
    pub code: Option<&'a str>,
}

impl ProblemKind {
    /// The status code.
    pub fn status(self) -> u16 {
        self.facts().2
    }
}

impl<'a> Problem<'a> {
    /// A problem for which no parameter is to blame.
    pub fn new(kind: ProblemKind, detail: impl Into<Cow<'a, str>>) -> Problem<'a> {
        Problem { kind, detail: detail.into(), parameter: None, code: None }
    }

    /// The same problem with the code of its cause.
    #[must_use]
    pub fn with_code(self, code: &'a str) -> Problem<'a> {
        Problem { code: Some(code), ..self }
    }

    /// The JSON document.
    pub fn to_json(&self) -> Vec<u8> {
        let (kind, title, status) = self.kind.facts();
        let mut out = Vec::with_capacity(128 + self.detail.len());
        out.extend_from_slice(b"{\"type\":");
        push_string(&mut out, kind);
        out.extend_from_slice(b",\"title\":");
        push_string(&mut out, title);
        out.extend_from_slice(b",\"status\":");
        push_number(&mut out, u32::from(status));
        out.extend_from_slice(b",\"detail\":");
        push_string(&mut out, &self.detail);
        let members = [("parameter", self.parameter), ("code", self.code)];
        for (name, value) in members.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            out.push(b',');
            push_string(&mut out, name);
            out.push(b':');
            push_string(&mut out, value);
        }
        out.push(b'}');
        out
    }

    /// The response that carries the document. No cache keeps it.
    pub fn reply(&self) -> Reply {
        Reply::new(self.kind.status(), PROBLEM_JSON, CacheControl::NoStore, self.to_json())
    }
}

impl From<AddressError> for Problem<'_> {
    fn from(error: AddressError) -> Self {
        let kind = match error {
            AddressError::TooLong => ProblemKind::UriTooLong,
            AddressError::Unreadable => ProblemKind::MalformedRequest,
        };
        Problem::new(kind, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Problem, ProblemKind};

    #[test]
    fn a_detail_cannot_break_out_of_its_document() {
        let problem = Problem::new(ProblemKind::NotFound, "there is no `\"},\n{\"`").with_code("absent");
        let text = String::from_utf8(problem.to_json()).unwrap();
        let expect = r#"{"type":"urn:problem:not-found","title":"Not found","status":404,"detail":"there is no `\"},\n{\"`","code":"absent"}"#;
        assert_eq!(text, expect);
    }

    #[test]
    fn types_and_titles_are_distinct() {
        let kinds = ProblemKind::ALL;
        let types: BTreeSet<&str> = kinds.iter().map(|kind| kind.facts().0).collect();
        let titles: BTreeSet<&str> = kinds.iter().map(|kind| kind.facts().1).collect();
        assert_eq!((types.len(), titles.len()), (kinds.len(), kinds.len()));
    }
}
