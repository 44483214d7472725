//! The office of the origin, as tests speak to it: one way to ask and one to post.

use std::net::SocketAddr;

use serde_json::Value;
use storefront_tests::client::{self, Request, Response};

use crate::engines::OFFICE;

/// Sends a request with the secret of the office.
pub(crate) fn send(origin: SocketAddr, request: Request) -> Response {
    let request = request.header("authorization", &format!("Bearer {OFFICE}"));
    client::send(origin, &request).expect("the office answers")
}

/// Asks for an address below `/office/`.
pub(crate) fn get(origin: SocketAddr, path: &str) -> Response {
    send(origin, Request::get(format!("/office/{path}")))
}

/// Posts a document to an address below `/office/`.
pub(crate) fn post(origin: SocketAddr, path: &str, body: &Value) -> Response {
    let request = Request::new("POST", format!("/office/{path}")).header("content-type", "application/json");
    send(origin, request.body(body.to_string()))
}
