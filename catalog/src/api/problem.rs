//! Errors as RFC 9457 problem documents: one table of types, titles and statuses, and the document itself.
//! Carries nothing internal: a detail names the parameter, the rule and the limit, never a cause inside the program.

use std::borrow::Cow;

use crate::api::Request;
use crate::api::reply::Reply;
use crate::json::{push_number, push_string};
use crate::model::id::ProductId;
use crate::query::error::ParameterError;

/// Every kind of problem that the API or a host in front of it reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A parameter broke a rule.
    InvalidParameter,
    /// The request as a whole cannot be read: a hostile path, a broken header.
    MalformedRequest,
    /// No product has this id.
    ProductNotFound,
    /// Nothing is at this path.
    NotFound,
    /// The method is not among those of `Allow`.
    MethodNotAllowed,
    /// The URL is longer than the host takes.
    UriTooLong,
    /// The client has asked for more than the host allows it in a second.
    TooManyRequests,
    /// The host failed.
    InternalError,
    /// The host cannot answer now.
    Unavailable,
}

/// A problem document to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<'a> {
    /// Its type, title and status.
    pub kind: ProblemKind,
    /// What happened this time, for a person.
    pub detail: Cow<'a, str>,
    /// The parameter at fault, if it is one's.
    pub parameter: Option<&'a str>,
}

impl ProblemKind {
    /// Every kind, for tables and metrics.
    pub const ALL: [ProblemKind; 9] = [
        ProblemKind::InvalidParameter,
        ProblemKind::MalformedRequest,
        ProblemKind::ProductNotFound,
        ProblemKind::NotFound,
        ProblemKind::MethodNotAllowed,
        ProblemKind::UriTooLong,
        ProblemKind::TooManyRequests,
        ProblemKind::InternalError,
        ProblemKind::Unavailable,
    ];

    /// The stable identifier, the constant title and the status.
    pub fn facts(self) -> (&'static str, &'static str, u16) {
        match self {
            ProblemKind::InvalidParameter => ("urn:problem:invalid-parameter", "Invalid parameter", 400),
            ProblemKind::MalformedRequest => ("urn:problem:malformed-request", "Malformed request", 400),
            ProblemKind::ProductNotFound => ("urn:problem:product-not-found", "Product not found", 404),
            ProblemKind::NotFound => ("urn:problem:not-found", "Not found", 404),
            ProblemKind::MethodNotAllowed => ("urn:problem:method-not-allowed", "Method not allowed", 405),
            ProblemKind::UriTooLong => ("urn:problem:uri-too-long", "URI too long", 414),
            ProblemKind::TooManyRequests => ("urn:problem:too-many-requests", "Too many requests", 429),
            ProblemKind::InternalError => ("urn:problem:internal-error", "Internal error", 500),
            ProblemKind::Unavailable => ("urn:problem:unavailable", "Unavailable", 503),
        }
    }
}

impl<'a> Problem<'a> {
    /// A problem that no parameter is to blame for.
    pub fn new(kind: ProblemKind, detail: impl Into<Cow<'a, str>>) -> Problem<'a> {
        Problem { kind, detail: detail.into(), parameter: None }
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
        if let Some(parameter) = self.parameter {
            out.extend_from_slice(b",\"parameter\":");
            push_string(&mut out, parameter);
        }
        out.push(b'}');
        out
    }
}

impl From<ParameterError> for Problem<'_> {
    fn from(error: ParameterError) -> Self {
        Problem {
            kind: ProblemKind::InvalidParameter,
            detail: Cow::Owned(error.to_string()),
            parameter: Some(error.parameter()),
        }
    }
}

/// The reply that carries a problem; for hosts too, when they refuse a request before it reaches `answer`.
pub fn problem(problem: &Problem<'_>, request: &Request<'_>) -> Reply {
    Reply::problem(problem, request)
}

/// No product has this id.
pub(super) fn no_product<'a>(id: ProductId<'_>) -> Problem<'a> {
    Problem::new(ProblemKind::ProductNotFound, format!("there is no product `{}`", id.as_str()))
}
