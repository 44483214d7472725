//! The outcome of a warm GET as numbers: words in this module's memory, and the bytes that they point to, from which
//! `edge/entry.js` makes the response. Everything stays in place until the next call.

use std::borrow::Cow;

use shop::policy::Policies;
use shop::response::{Response, Template};

/// Most heads that JavaScript knows at once. Kinds of responses are few, but every set of versions brings its own.
const HEADS_LIMIT: usize = 64;

/// The word for no slot.
const NO_SLOT: u32 = u32::MAX;

/// The part of a page that is sent. The numbers are `edge/entry.js`'s as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Send {
    /// All of it.
    Whole = 0,
    /// A 304 with its fields.
    NotModified = 1,
    /// Its fields and its length.
    Head = 2,
}

/// The descriptor, and the heads that JavaScript knows.
#[derive(Default)]
pub(crate) struct Descriptor {
    /// Boxed, so that its address never changes.
    words: Box<[u32; 14]>,
    body: Cow<'static, [u8]>,
    /// Fields of this response: `name`, a tab, the value, a line each.
    own: String,
    /// `Set-Cookie` values of this visitor, a line each. Never kept.
    cookies: String,
    /// Fields of the head, when JavaScript does not know it yet.
    head: String,
    /// Slots whose pages are gone.
    emptied: Vec<u32>,
    heads: Vec<Template>,
    /// The edition of the policies that the heads were made of.
    edition: u32,
}

impl Descriptor {
    /// The address of the words.
    pub(crate) fn address(&self) -> usize {
        self.words.as_ptr().addr()
    }

    /// Adds the cookies of this visitor.
    pub(crate) fn set_cookies<'a>(&mut self, cookies: impl Iterator<Item = &'a web::SetCookie>) {
        self.cookies.clear();
        for cookie in cookies {
            self.cookies.push_str(&cookie.to_string());
            self.cookies.push('\n');
        }
    }

    /// Points to a page that JavaScript holds in a slot.
    pub(crate) fn point(&mut self, slot: u32, send: Send) {
        self.clear();
        self.write(slot, false, send, 0, 0);
    }

    /// Hands a response over; with a slot JavaScript keeps it there, after it has emptied the others.
    pub(crate) fn hand_over(
        &mut self,
        response: Response,
        send: Send,
        slot: Option<u32>,
        emptied: Vec<u32>,
        policies: &Policies,
    ) {
        self.clear();
        self.emptied = emptied;
        let head = self.head_of(&response, policies);
        let reply = response.reply;
        if let Some(etag) = &reply.etag {
            line(&mut self.own, "etag", etag.as_str());
        }
        for (name, value) in &reply.fields {
            line(&mut self.own, name, value);
        }
        // The runtime writes the length of a body that it sends; only a response to HEAD has to name it.
        if let Some(length) = reply.content_length.filter(|_| reply.body.is_empty()) {
            line(&mut self.own, "content-length", &length.to_string());
        }
        self.body = reply.body;
        self.write(slot.unwrap_or(NO_SLOT), true, send, u32::from(reply.status), head);
    }

    fn clear(&mut self) {
        self.body = Cow::Borrowed(&[]);
        self.own.clear();
        self.head.clear();
        self.emptied.clear();
    }

    /// The number of a head, which is written out if JavaScript does not know it.
    fn head_of(&mut self, response: &Response, policies: &Policies) -> u32 {
        if self.edition != policies.edition() || self.heads.len() >= HEADS_LIMIT {
            self.edition = policies.edition();
            self.heads.clear();
        }
        let template = response.template();
        let known = self.heads.iter().position(|known| *known == template);
        let at = known.unwrap_or_else(|| {
            for (name, value) in policies.headers(&template) {
                line(&mut self.head, name, &value);
            }
            self.heads.push(template);
            self.heads.len() - 1
        });
        u32::try_from(at).unwrap_or_default()
    }

    fn write(&mut self, slot: u32, is_fresh: bool, send: Send, status: u32, head: u32) {
        let texts = [self.body.as_ref(), self.own.as_bytes(), self.cookies.as_bytes(), self.head.as_bytes()];
        let [body, own, cookies, known] = texts.map(|text| [word(text.as_ptr().addr()), word(text.len())]);
        let emptied = [word(self.emptied.as_ptr().addr()), word(self.emptied.len())];
        let kind = u32::from(is_fresh) | (send as u32) << 1;
        *self.words = [
            slot, kind, status, head, body[0], body[1], own[0], own[1], cookies[0], cookies[1], known[0], known[1],
            emptied[0], emptied[1],
        ];
    }
}

fn line(out: &mut String, name: &str, value: &str) {
    out.extend([name, "\t", value, "\n"]);
}

/// An address or a length: the module's memory has 32 bits.
fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
