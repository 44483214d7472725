//! Who may enter the office: whoever shows its secret; where there is none and this is no production, the machine that it runs on. Never a page
//! in a browser.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response};
use web::{CacheControl, ProblemKind, Reply};

use crate::http::fields::response;
use crate::http::gate::{Entry, entry};
use crate::store::Store;

/// The parts that answering takes.
pub(crate) struct Office {
    /// Without a database there is no office.
    pub(crate) store: Option<Store>,
    pub(crate) secrets: Vec<String>,
    /// Whether this machine may do without a secret, as in development.
    pub(crate) is_open_here: bool,
}

/// Why the office is closed to a request.
pub(super) enum Closed {
    NoDatabase,
    NoSecret,
    FromElsewhere,
    OfAPage,
}

impl Office {
    pub(super) fn entered(&self, head: &Parts) -> Result<Store, Closed> {
        let store = self.store.as_ref().ok_or(Closed::NoDatabase)?;
        if is_of_a_page(head) {
            return Err(Closed::OfAPage);
        }
        let is_locked = self.secrets.is_empty() && !self.is_open_here;
        match entry(&self.secrets, head) {
            Entry::Allowed if !is_locked => Ok(store.clone()),
            Entry::FromElsewhere if !is_locked => Err(Closed::FromElsewhere),
            _ => Err(Closed::NoSecret),
        }
    }
}

impl Closed {
    pub(super) fn response(&self) -> Response<Body> {
        let (kind, detail, code) = match self {
            Closed::NoDatabase => (
                ProblemKind::NotFound,
                "this server has no database, so it keeps no stock; `DATABASE_URL` names one",
                "no-database",
            ),
            Closed::OfAPage => {
                (ProblemKind::Forbidden, "the office answers programs of staff, and no page in a browser", "of-a-page")
            }
            Closed::NoSecret => (
                ProblemKind::Unauthorized,
                "the office wants `Authorization: Bearer` with the secret that `OFFICE_SECRET` names",
                "no-secret",
            ),
            Closed::FromElsewhere => (
                ProblemKind::Forbidden,
                "without `OFFICE_SECRET` the office answers the machine that it runs on, asked by its loopback name and through no proxy",
                "no-secret",
            ),
        };
        let mut response = refused(kind, detail, code);
        if kind == ProblemKind::Unauthorized {
            response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Whether a page in a browser sends this. On a machine without a secret any page could reach the office by its loopback name; no page can
/// leave these fields out.
fn is_of_a_page(head: &Parts) -> bool {
    let is_visited = head.headers.get("sec-fetch-site").is_none_or(|site| site == "none");
    head.headers.contains_key("origin") || !is_visited
}

/// A refusal.
pub(super) fn refused(kind: ProblemKind, detail: &str, code: &str) -> Response<Body> {
    response(web::Problem::new(kind, detail).with_code(code).reply())
}

/// An answer. A structure of texts and numbers has no value that JSON lacks.
pub(super) fn document(document: &serde_json::Value) -> Response<Body> {
    let body = serde_json::to_vec(document).unwrap_or_default();
    response(Reply::new(200, "application/json", CacheControl::PrivateNoStore, body))
}
