//! The pages that say that something did not work: no such page, a refused request, an error of the server.
//! None of them says more about the inside than a shopper can use, and none is for search engines.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::frame::Frame;
use crate::shell::document::{Kind, document};
use crate::shell::head::Head;
use crate::write::link::LISTING;

/// Characters of an address that are shown again.
const PATH_LIMIT: usize = 120;

/// There is no such page, for status 404. `path` is what was asked for, if it can be shown.
pub fn not_found(frame: &Frame<'_>, path: Option<&str>) -> Vec<u8> {
    let detail = html! {
        p {
            "There is nothing at "
            @match path {
                Some(path) => code { (path.chars().take(PATH_LIMIT).collect::<String>()) @if path.chars().nth(PATH_LIMIT).is_some() { "…" } },
                None => "this address",
            }
            ". It may have been mistyped, or what was here is no longer sold."
        }
    };
    page(frame, "404", "Page not found", &detail)
}

/// A request that cannot be answered, for status 400, 405 or 414. `title` and `detail` are sentences for a shopper.
pub fn refused(frame: &Frame<'_>, title: &str, detail: &str) -> Vec<u8> {
    page(frame, "Request refused", title, &html! { p { (detail) } })
}

/// An error of the server, for status 500 or 503.
pub fn server_error(frame: &Frame<'_>) -> Vec<u8> {
    let detail = html! {
        p { "That is our fault, not yours. It has been noted; trying again in a moment often helps." }
    };
    page(frame, "500", "Something went wrong", &detail)
}

fn page(frame: &Frame<'_>, status: &str, title: &str, detail: &Markup) -> Vec<u8> {
    let head = Head { title: Cow::Borrowed(title), description: Cow::Borrowed(title), ..Head::default() };
    let main = html! {
        div class="notice" {
            p class="status" { (status) }
            h1 { (title) }
            (detail)
            div class="notice-actions" {
                a class="button" href=(LISTING) { "See all products" }
                a class="button button-quiet" href="/" { "Go to the home page" }
            }
        }
    };
    document(frame, Kind::Other, &head, &main)
}
