//! The parts of a request that routes and handlers read. Nothing is decoded here: path and query are as they were sent.
//! A host looks a field up when it is asked for and not before: at the edge each look costs a call into JavaScript.

use std::borrow::Cow;

use crate::cookie;
use crate::method::Method;

/// The header fields of a request.
pub trait Fields {
    /// The value of a field by its name in lower case; several fields of one name joined by `, `.
    fn get(&self, name: &str) -> Option<Cow<'_, str>>;
}

/// A request without fields.
#[derive(Clone, Copy, Debug)]
pub struct NoFields;

/// A request, borrowed from its host.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The path as it was sent, percent-encoded.
    pub path: &'a str,
    /// The query string as it was sent, percent-encoded, without its `?`; empty when there is none.
    pub query: &'a str,
    /// The header fields.
    pub fields: &'a dyn Fields,
    /// The content, read up to the limit of its route; empty where the route takes none.
    pub body: &'a [u8],
}

impl Fields for NoFields {
    fn get(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

impl Fields for [(&str, &str)] {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut values = self.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
        let first = values.next()?;
        let rest: Vec<&str> = values.collect();
        Some(if rest.is_empty() { Cow::Borrowed(first) } else { Cow::Owned(format!("{first}, {}", rest.join(", "))) })
    }
}

impl<T: Fields + ?Sized> Fields for &T {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        (**self).get(name)
    }
}

impl<const N: usize> Fields for [(&str, &str); N] {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        Fields::get(self.as_slice(), name)
    }
}

impl<'a> Request<'a> {
    /// A request without fields and content.
    pub fn new(method: Method, path: &'a str, query: &'a str) -> Request<'a> {
        Request { method, path, query, fields: &NoFields, body: &[] }
    }

    /// The same request with fields.
    #[must_use]
    pub fn with(self, fields: &'a dyn Fields) -> Request<'a> {
        Request { fields, ..self }
    }

    /// A header field by its name in lower case.
    pub fn field(&self, name: &str) -> Option<Cow<'a, str>> {
        self.fields.get(name)
    }

    /// Whether this is `HEAD`, whose response has no content.
    pub fn is_head(&self) -> bool {
        self.method == Method::Head
    }
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Request { method, path, query, body, .. } = self;
        formatter
            .debug_struct("Request")
            .field("method", method)
            .field("path", path)
            .field("query", query)
            .field("body", &body.len())
            .finish_non_exhaustive()
    }
}

/// The values of a cookie in a `Cookie` field, in the order they were sent. A browser may send several of one name, of
/// different paths or hosts; the caller takes the first that is valid.
pub fn cookies<'a>(field: Option<&'a str>, name: &'a str) -> impl Iterator<Item = &'a str> {
    cookie::pairs(field.unwrap_or_default()).filter_map(move |(known, value)| (known == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::Request;
    use crate::method::Method;

    #[test]
    fn fields_are_found_whatever_their_case_and_joined() {
        let fields = [("If-None-Match", "\"a\""), ("accept", "text/html"), ("if-none-match", "\"b\"")];
        let request = Request::new(Method::Get, "/", "").with(&fields);
        assert_eq!(request.field("if-none-match").as_deref(), Some("\"a\", \"b\""));
        assert_eq!(request.field("accept").as_deref(), Some("text/html"));
        assert_eq!(request.field("cookie"), None);
    }
}
