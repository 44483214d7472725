//! A mailbox in memory for whoever tries the shop out: the last mails, at `/dev/mail`. Never in production.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{Method, Request, Response};
use serde_json::json;
use web::{CacheControl, Reply};

use crate::http::fields::response;
use crate::http::gate::{Entry, entry};
use crate::http::problem::{Guarded, Problem};
use crate::mail::{Letter, Post, PostError};

/// How many mails it keeps.
const KEPT: usize = 50;

/// The mailbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mailbox(Arc<Mutex<VecDeque<Letter>>>);

#[async_trait]
impl Post for Mailbox {
    async fn send(&self, letter: &Letter) -> Result<(), PostError> {
        // The link is all that somebody at a terminal needs.
        let link = letter.text.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_default();
        tracing::info!(subject = letter.subject, link, "mail");
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(letter.clone());
        kept.truncate(KEPT);
        Ok(())
    }
}

/// Shows the mails, the last one first: as JSON to whoever accepts that, else as a page.
pub(crate) async fn answer(State(mailbox): State<Arc<Mailbox>>, request: Request<Body>) -> Response<Body> {
    let (head, _) = request.into_parts();
    // Nobody else on the network reads mails, even where a developer listens on all addresses.
    if entry(&[], &head) != Entry::Allowed {
        return Problem::FromElsewhere(Guarded::Mailbox).response();
    }
    if !matches!(head.method, Method::GET | Method::HEAD) {
        return Problem::MethodNotAllowed.response();
    }
    let kept: Vec<Letter> = mailbox.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
    let (kind, body) = if wants_json(&head) {
        ("application/json", document(&kept))
    } else {
        ("text/html; charset=utf-8", page(&kept))
    };
    let mut response = response(Reply::new(200, kind, CacheControl::PrivateNoStore, body));
    crate::http::fields::set(
        response.headers_mut(),
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    );
    response
}

fn wants_json(head: &Parts) -> bool {
    head.headers.get("accept").is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}

fn document(letters: &[Letter]) -> Vec<u8> {
    let rows: Vec<serde_json::Value> = letters
        .iter()
        .map(|letter| {
            let Letter { id, to, name, subject, text, html } = letter;
            json!({ "id": id, "to": to, "name": name, "subject": subject, "text": text, "html": html })
        })
        .collect();
    serde_json::to_vec(&json!({ "data": rows })).unwrap_or_default()
}

fn page(letters: &[Letter]) -> Vec<u8> {
    let mut page = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>Mails</title><h1>Mails</h1>",
    );
    if letters.is_empty() {
        page.push_str("<p>No mail was sent since the origin started.");
    }
    for letter in letters {
        page.push_str("<article><h2>");
        escape(&letter.subject, &mut page);
        page.push_str("</h2><p>To ");
        escape(&letter.to, &mut page);
        page.push_str("<pre>");
        // Links are the point of most mails.
        for part in letter.text.split_inclusive(char::is_whitespace) {
            let word = part.trim_end();
            if word.starts_with("http://") || word.starts_with("https://") {
                page.push_str("<a href=\"");
                escape(word, &mut page);
                page.push_str("\">");
                escape(word, &mut page);
                page.push_str("</a>");
                page.push_str(part.get(word.len()..).unwrap_or_default());
            } else {
                escape(part, &mut page);
            }
        }
        page.push_str("</pre></article><hr>");
    }
    page.into_bytes()
}

fn escape(text: &str, page: &mut String) {
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            other => page.push(other),
        }
    }
}
