//! The page of `/__versions`: which version of each remote this visitor gets, and why. For operators and testers.
//! Shows what it is given; the same facts are there as JSON for programs.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::frame::Frame;
use crate::shell::document::{Kind, document};
use crate::shell::head::Head;

/// What there is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionsView {
    /// The remotes, in order.
    pub remotes: Vec<RemoteView>,
    /// Where releases are read: `r2`, `s3` or `bundled`.
    pub store: &'static str,
}

/// One remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteView {
    /// Its name.
    pub name: String,
    /// The version that this visitor gets.
    pub version: String,
    /// Why: a sentence.
    pub why: String,
    /// Further facts: what each is, and its value.
    pub facts: Vec<(&'static str, String)>,
    /// What was passed over, a sentence each.
    pub passed_over: Vec<String>,
}

/// The page.
pub fn versions(frame: &Frame<'_>, view: &VersionsView) -> Vec<u8> {
    const TITLE: &str = "Versions";
    let head = Head {
        title: Cow::Borrowed(TITLE),
        description: Cow::Borrowed("Which version of each remote this visitor gets, and why."),
        ..Head::default()
    };
    let main = html! {
        h1 { (TITLE) }
        p class="versions-lead" {
            "What you get at this moment, and why. Releases are read from "
            @match view.store { "bundled" => "nowhere: only what was built with the shop is there.", store => { code { (store) } "." } }
        }
        @for remote in &view.remotes { (section(remote)) }
    };
    document(frame, Kind::Other, &head, &main)
}

fn section(remote: &RemoteView) -> Markup {
    let id = format!("remote-{}", remote.name);
    html! {
        section class="version-card" aria-labelledby=(id) {
            h2 id=(id) { (remote.name) " " code { (remote.version) } }
            p { (remote.why) }
            @if !remote.passed_over.is_empty() {
                ul class="version-passed" {
                    @for sentence in &remote.passed_over { li { (sentence) } }
                }
            }
            dl {
                @for (what, value) in &remote.facts {
                    div { dt { (what) } dd { (value) } }
                }
            }
        }
    }
}
