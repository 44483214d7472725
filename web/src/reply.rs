//! A response as values: status, header fields, any number of cookies, and content, with the rules of HEAD and of conditional
//! requests applied by one function. A host sends `status`, `headers()` and `body` as they are.

use std::borrow::Cow;

use crate::cache::CacheControl;
use crate::cookie::SetCookie;
use crate::etag::ETag;
use crate::method::Method;
use crate::request::Request;

/// A response.
///
/// After [`Reply::answering`] a `HEAD` the body is empty, while length and tag are those that `GET` would have had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The media type of the content, if there is content.
    pub content_type: Option<Cow<'static, str>>,
    /// The length of the content that `GET` would have, where a host is to send it; absent from a 204 and a 304.
    pub content_length: Option<u64>,
    /// Who may keep the response, and for how long.
    pub cache_control: CacheControl,
    /// The validator of a 200 and a 304.
    pub etag: Option<ETag>,
    /// The other fields in their order, names in lower case: `allow`, `location`, `vary` and the like.
    pub fields: Vec<(&'static str, Cow<'static, str>)>,
    /// The cookies to be set. A response with one is never a 304: a shared cache would add the cookie to the response it kept.
    pub cookies: Vec<SetCookie>,
    /// The content.
    pub body: Cow<'static, [u8]>,
}

impl Reply {
    /// A response with content.
    pub fn new(
        status: u16,
        content_type: impl Into<Cow<'static, str>>,
        cache_control: CacheControl,
        body: impl Into<Cow<'static, [u8]>>,
    ) -> Reply {
        Reply { content_type: Some(content_type.into()), body: body.into(), ..Reply::empty(status, cache_control) }
    }

    /// A response without content.
    pub fn empty(status: u16, cache_control: CacheControl) -> Reply {
        Reply {
            status,
            content_type: None,
            content_length: None,
            cache_control,
            etag: None,
            fields: Vec::new(),
            cookies: Vec::new(),
            body: Cow::Borrowed(&[]),
        }
    }

    /// The same response with one more field; the name is in lower case.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Reply {
        self.fields.push((name, value.into()));
        self
    }

    /// The same response with a validator.
    #[must_use]
    pub fn with_etag(mut self, etag: ETag) -> Reply {
        self.etag = Some(etag);
        self
    }

    /// The same response with one more cookie.
    #[must_use]
    pub fn with_cookie(mut self, cookie: SetCookie) -> Reply {
        self.cookies.push(cookie);
        self
    }

    /// The response to this very request: a 304 if the client has the content already, without content to `HEAD`.
    #[must_use]
    pub fn answering(self, request: &Request<'_>) -> Reply {
        if self.is_known(request.method, || request.field("if-none-match")) {
            return self.not_modified();
        }
        if request.method == Method::Head { self.without_body() } else { self }
    }

    /// Whether a conditional request names the content of this response. Looked at for a 200 alone (RFC 9110, section 13.2.1).
    pub fn is_known<'f>(&self, method: Method, if_none_match: impl FnOnce() -> Option<Cow<'f, str>>) -> bool {
        let Some(etag) = self.etag.as_ref().filter(|_| self.status == 200 && self.cookies.is_empty()) else {
            return false;
        };
        method.reads() && if_none_match().is_some_and(|condition| etag.matches(&condition))
    }

    /// The 304 to this response: the fields that a cache stores with it, no content and no type (RFC 9110, section 15.4.5).
    #[must_use]
    pub fn not_modified(mut self) -> Reply {
        self.status = 304;
        self.content_type = None;
        self.content_length = None;
        self.body = Cow::Borrowed(&[]);
        self
    }

    /// The response to `HEAD`: the length of the content, and none of it.
    #[must_use]
    pub fn without_body(mut self) -> Reply {
        if !matches!(self.status, 204 | 304) && self.content_length.is_none() {
            self.content_length = u64::try_from(self.body.len()).ok();
        }
        self.body = Cow::Borrowed(&[]);
        self
    }

    /// The value of a field in [`Reply::fields`].
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find_map(|(known, value)| (*known == name).then_some(value.as_ref()))
    }

    /// All header fields in a fixed order, names in lower case; `set-cookie` once for each cookie.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let typed = [
            self.content_type.as_deref().map(|value| ("content-type", Cow::Borrowed(value))),
            self.content_length.map(|length| ("content-length", Cow::Owned(length.to_string()))),
            Some(("cache-control", self.cache_control.value())),
            self.etag.as_ref().map(|etag| ("etag", Cow::Borrowed(etag.as_str()))),
        ];
        let others = self.fields.iter().map(|(name, value)| (*name, Cow::Borrowed(value.as_ref())));
        let cookies = self.cookies.iter().map(|cookie| ("set-cookie", Cow::Owned(cookie.to_string())));
        typed.into_iter().flatten().chain(others).chain(cookies)
    }
}

#[cfg(test)]
mod tests {
    use super::Reply;
    use crate::cache::CacheControl;
    use crate::cookie::SetCookie;
    use crate::etag::ETag;
    use crate::method::Method;
    use crate::request::Request;

    fn page() -> Reply {
        Reply::new(200, "text/html", CacheControl::Revalidate, b"<p>".as_slice())
            .with_etag(ETag::of(b"<p>"))
            .with("vary", "accept")
    }

    #[test]
    fn a_304_keeps_tag_caching_and_fields_and_has_no_content() {
        let etag = ETag::of(b"<p>");
        let condition = [("if-none-match", etag.as_str())];
        for (method, status) in [(Method::Get, 304), (Method::Head, 304), (Method::Post, 200)] {
            let reply = page().answering(&Request::new(method, "/", "").with(&condition));
            assert_eq!(reply.status, status, "{method:?}");
        }
        let reply = page().answering(&Request::new(Method::Get, "/", "").with(&condition));
        let names: Vec<&str> = reply.headers().map(|(name, _)| name).collect();
        assert_eq!(names, ["cache-control", "etag", "vary"]);
        assert!(reply.body.is_empty());
    }

    #[test]
    fn a_response_with_a_cookie_or_another_status_is_no_304() {
        let request = Request::new(Method::Get, "/", "").with(&[("if-none-match", "*")]);
        assert_eq!(page().with_cookie(SetCookie::end("a")).answering(&request).status, 200);
        assert_eq!(Reply { status: 404, ..page() }.answering(&request).status, 404);
    }

    #[test]
    fn every_cookie_is_a_field_of_its_own() {
        let reply = page().with_cookie(SetCookie::end("a")).with_cookie(SetCookie::end("b"));
        let cookies: Vec<String> =
            reply.headers().filter(|(name, _)| *name == "set-cookie").map(|(_, value)| value.into_owned()).collect();
        assert_eq!(cookies, [SetCookie::end("a").to_string(), SetCookie::end("b").to_string()]);
    }

    #[test]
    fn head_says_the_length_that_get_would_have() {
        let reply = page().answering(&Request::new(Method::Head, "/", ""));
        assert_eq!((reply.content_length, reply.body.len()), (Some(3), 0));
    }
}
