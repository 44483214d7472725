//! The notice on top of a page that shows versions by a preview link: which ones, and the way out.
//! Without it nobody could tell a preview from the shop.

use maud::{Markup, html};

use crate::write::text::Text;

/// The parameter whose presence ends a preview.
pub const END_PREVIEW: &str = "preview.end";

/// What a preview shows on this page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PreviewNotice {
    /// The remotes of the preview.
    pub shown: Vec<Previewed>,
    /// Path and query of the same page without the preview; ends it.
    pub end: String,
}

/// One remote of a preview.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Previewed {
    /// The remote.
    pub remote: String,
    /// The version that was asked for.
    pub version: String,
    /// Which version is shown instead, and why.
    pub instead: Option<(String, String)>,
}

pub(crate) fn banner(notice: &PreviewNotice) -> Markup {
    html! {
        aside class="preview-banner" aria-label="Preview" {
            div class="wrap" {
                p {
                    strong { "Preview" }
                    @for previewed in &notice.shown {
                        " "
                        span {
                            (previewed.remote) " " (previewed.version)
                            @if let Some((version, why)) = &previewed.instead {
                                " cannot be shown: " (why) ". You see " (version) "."
                            }
                        }
                    }
                }
                a href=(Text(&notice.end)) rel="nofollow" { "End preview" }
            }
        }
    }
}
