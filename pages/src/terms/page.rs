//! A page of the merchant's own: heading, the figures of `shop.toml`, and the text.

use std::borrow::Cow;

use maud::{PreEscaped, html};

use crate::frame::Frame;
use crate::merchant::MerchantPage;
use crate::shell::document::{Kind, breadcrumb, document};
use crate::shell::head::Head;
use crate::shell::structured::{self, Crumb};
use crate::terms::facts;

/// The page.
pub fn merchant_page(frame: &Frame<'_>, page: &MerchantPage) -> Vec<u8> {
    let crumbs = [Crumb { name: "Home", path: Some("/") }, Crumb { name: page.title, path: None }];
    let head = Head {
        title: Cow::Borrowed(page.title),
        description: Cow::Borrowed(page.description),
        canonical: Some(Cow::Owned(format!("/pages/{}", page.name))),
        structured: Some(structured::trail(frame.site, &crumbs)),
        ..Head::default()
    };
    let main = html! {
        (breadcrumb(&crumbs))
        article class="merchant-page" dir="auto" {
            h1 { (page.title) }
            @if let Some(facts) = facts(frame.site, page.name) {
                h2 class="details-heading" { "At a glance" }
                (facts)
            }
            (PreEscaped(page.html))
        }
    };
    document(frame, Kind::Other, &head, &main)
}
