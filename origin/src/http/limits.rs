//! The limits of a route in the form that clients read: heads that are too long, responses that take too long, and the bare refusals of
//! the libraries below as problems.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll, ready as await_poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{Request, Response, StatusCode};
use futures_util::future::Either;
use pin_project_lite::pin_project;
use tokio::time::Timeout;
use tower::{Layer, Service};

use crate::http::problem::Problem;

/// The longest head of a request, in bytes; the longest address that the shop takes has 8 KiB.
pub(crate) const HEAD_LIMIT: usize = 32 * 1024;

/// Wraps the service of a route that takes bodies up to a size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The largest body, in bytes; `RequestBodyLimit` enforces it.
    pub(crate) body: usize,
    /// The longest time to a response. `tower-http`'s own limit sets its timer before it looks at the response, which costs each request
    /// more than all header fields; this one sets it for responses that are not ready at once.
    pub(crate) time: Duration,
}

/// A service that is limited.
#[derive(Clone, Debug)]
pub(crate) struct Limited<S> {
    inner: S,
    limits: Limits,
}

pin_project! {
    /// The response of a limited service to be.
    pub(crate) struct Answering<F> {
        #[pin]
        response: Timeout<F>,
        body: usize,
    }
}

impl<S> Layer<S> for Limits {
    type Service = Limited<S>;

    fn layer(&self, inner: S) -> Limited<S> {
        Limited { inner, limits: *self }
    }
}

impl<S, B> Service<Request<Body>> for Limited<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response<Body>, Infallible>>, Answering<S::Future>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if head_length(&request) > HEAD_LIMIT {
            return Either::Left(ready(Ok(Problem::HeadTooLarge.response())));
        }
        let Limits { body, time } = self.limits;
        Either::Right(Answering { response: tokio::time::timeout(time, self.inner.call(request)), body })
    }
}

impl<F, B> Future for Answering<F>
where
    F: Future<Output = Result<Response<B>, Infallible>>,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        Poll::Ready(match await_poll!(this.response.poll(context)) {
            Ok(response) => response.map(|response| as_problem(response.map(Body::new), *this.body)),
            Err(_) => Ok(Problem::TimedOut.response()),
        })
    }
}

/// The bytes of a head as it is written, without its optional parts. The connection's own limit is that of a buffer, which grows in steps.
fn head_length(request: &Request<Body>) -> usize {
    let target = request.uri().path().len() + request.uri().query().map_or(0, |query| query.len() + 1);
    let fields = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    request.method().as_str().len() + target + "  HTTP/1.1\r\n\r\n".len() + fields.sum::<usize>()
}

/// A refusal by `tower-http` or `axum`, which is empty or plain text, as the problem of its status.
fn as_problem(response: Response<Body>, limit: usize) -> Response<Body> {
    let problem = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Problem::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { limit },
        _ => return response,
    };
    if response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == web::problem::PROBLEM_JSON) {
        return response;
    }
    let mut refused = problem.response();
    // The methods of this route, which `axum` adds, are others than those of the problem.
    refused.headers_mut().remove(ALLOW);
    refused
}
