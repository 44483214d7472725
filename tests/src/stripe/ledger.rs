//! What the double knows: sessions with their charge, answers by key, events. A key with other parameters is refused, and no refund exceeds
//! what was captured.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::stripe::KEY;
use crate::stripe::events::{API_VERSION, Event};

/// A request, read.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) path: String,
    /// The body, or the query of a `GET`.
    pub(super) form: BTreeMap<String, String>,
    pub(super) key: Option<String>,
    pub(super) authorization: String,
    pub(super) version: String,
}

#[derive(Debug, Default)]
pub(super) struct Ledger {
    sessions: Vec<Session>,
    answers: BTreeMap<String, (String, BTreeMap<String, String>, u16, Value)>,
    refunds: Vec<Value>,
    events: Vec<Event>,
}

#[derive(Debug)]
struct Session {
    id: String,
    reference: Option<String>,
    total: u64,
    currency: String,
    created: u64,
    expires_at: u64,
    status: &'static str,
    is_paid: bool,
    /// The status of its payment intent, once the shopper has come so far.
    intent: Option<&'static str>,
    /// Charges that took money. More than one is a fault of the double.
    charges: usize,
    refunded: u64,
    is_disputed: bool,
}

impl Session {
    fn number(&self) -> &str {
        self.id.trim_start_matches("cs_test_")
    }

    fn captured(&self) -> u64 {
        if self.is_paid { self.total } else { 0 }
    }

    fn charge(&self) -> Value {
        if !self.is_paid {
            return Value::Null;
        }
        json!({
            "id": format!("ch_{}", self.number()), "object": "charge", "amount": self.total,
            "amount_captured": self.captured(), "amount_refunded": self.refunded, "currency": self.currency,
            "disputed": self.is_disputed, "refunded": self.refunded == self.total, "paid": true,
            "payment_intent": format!("pi_{}", self.number()),
        })
    }

    fn show(&self, is_expanded: bool) -> Value {
        let id = format!("pi_{}", self.number());
        let intent = match self.intent {
            None => Value::Null,
            Some(_) if !is_expanded => json!(id),
            Some(status) => json!({
                "id": id, "object": "payment_intent", "status": status, "amount": self.total,
                "amount_received": self.captured(), "currency": self.currency, "latest_charge": self.charge(),
            }),
        };
        let url = (self.status == "open").then(|| format!("https://checkout.stripe.example/c/{}", self.id));
        json!({
            "id": self.id, "object": "checkout.session", "mode": "payment", "status": self.status, "url": url,
            "payment_status": if self.is_paid { "paid" } else { "unpaid" }, "amount_total": self.total,
            "currency": self.currency, "client_reference_id": self.reference, "expires_at": self.expires_at,
            "payment_intent": intent, "livemode": false, "created": self.created,
        })
    }
}

impl Ledger {
    /// Gives a status, an answer, and whether it repeats the one that is kept for the key.
    pub(super) fn call(&mut self, call: &Call) -> (u16, Value, bool) {
        if call.authorization != format!("Bearer {KEY}") {
            return refused(401, "api_key_invalid");
        }
        if call.version != API_VERSION {
            return refused(400, "api_version_invalid");
        }
        if let Some((path, form, status, answer)) = call.key.as_ref().and_then(|key| self.answers.get(key)) {
            let is_same = *path == call.path && *form == call.form;
            let (status, answer) =
                if is_same { (*status, answer.clone()) } else { error(400, "idempotency_error", "") };
            return (status, answer, is_same);
        }
        let (status, answer, is_kept) = self.act(call);
        if is_kept {
            self.keep(call, status, &answer);
        }
        (status, answer, false)
    }

    /// Fails, with or without the effect of the call. The failure is kept for the key.
    pub(super) fn fail(&mut self, call: &Call, acts: bool) -> (u16, Value, bool) {
        if acts {
            self.act(call);
        }
        let (status, answer) = error(500, "api_error", "");
        self.keep(call, status, &answer);
        (status, answer, false)
    }

    /// Refuses a call. A refund is refused for the state of its payment or of the account, after its parameters were read: that is kept for the key.
    pub(super) fn refuse(&mut self, call: &Call, code: &str) -> (u16, Value, bool) {
        let (status, answer, is_repeated) = refused(400, code);
        if call.path == "/v1/refunds" {
            self.keep(call, status, &answer);
        }
        (status, answer, is_repeated)
    }

    fn keep(&mut self, call: &Call, status: u16, answer: &Value) {
        if let Some(key) = call.key.clone() {
            self.answers.insert(key, (call.path.clone(), call.form.clone(), status, answer.clone()));
        }
    }

    pub(super) fn forget_keys(&mut self) {
        self.answers.clear();
    }

    /// Gives a status, an answer, and whether the answer is kept for the key: a call whose parameters are refused is not.
    fn act(&mut self, call: &Call) -> (u16, Value, bool) {
        let refused = |code| {
            let (status, answer) = error(400, "invalid_request_error", code);
            (status, answer, false)
        };
        let parts: Vec<&str> = call.path.trim_matches('/').split('/').collect();
        let field = |name: &str| call.form.get(name).cloned();
        match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["v1", "checkout", "sessions"]) => match self.begin(&call.form) {
                Some(session) => (200, session, true),
                None => refused("parameter_invalid"),
            },
            ("GET", ["v1", "checkout", "sessions"]) => (200, self.list(&call.form), false),
            ("GET", ["v1", "refunds"]) => {
                let wanted = field("payment_intent").unwrap_or_default();
                let is_wanted = |refund: &&Value| refund["payment_intent"] == wanted.as_str();
                let found: Vec<Value> = self.refunds.iter().rev().filter(is_wanted).cloned().collect();
                (200, json!({ "object": "list", "data": found, "has_more": false }), false)
            }
            ("GET", ["v1", "checkout", "sessions", id]) => {
                let is_expanded = call.form.values().any(|value| value == "payment_intent.latest_charge");
                match self.sessions.iter().find(|session| session.id == *id) {
                    Some(session) => (200, session.show(is_expanded), false),
                    None => (404, error(404, "invalid_request_error", "resource_missing").1, false),
                }
            }
            ("POST", ["v1", "checkout", "sessions", id, "expire"]) => {
                if !self.expire(id) {
                    return refused("session_not_open");
                }
                let shown = self.sessions.iter().find(|session| session.id == *id).map(|session| session.show(false));
                (200, shown.unwrap_or_default(), true)
            }
            ("POST", ["v1", "refunds"]) => {
                let intent = field("payment_intent").unwrap_or_default();
                let amount = field("amount").and_then(|amount| amount.parse::<u64>().ok());
                let found = self.sessions.iter_mut().find(|session| format!("pi_{}", session.number()) == intent);
                let Some(session) = found.filter(|session| session.is_paid) else { return refused("resource_missing") };
                let left = session.captured() - session.refunded;
                let amount = amount.unwrap_or(left);
                if left == 0 {
                    return refused("charge_already_refunded");
                }
                if amount == 0 || amount > left {
                    return refused("amount_too_large");
                }
                let id = session.id.clone();
                (200, self.refund(&id, amount, field("metadata[refund]").as_deref()), true)
            }
            _ => (404, error(404, "invalid_request_error", "url_invalid").1, false),
        }
    }

    fn begin(&mut self, form: &BTreeMap<String, String>) -> Option<Value> {
        let field = |name: &str| form.get(name).cloned();
        let (mut total, mut lines) = (0, 0);
        while let Some(amount) = field(&format!("line_items[{lines}][price_data][unit_amount]")) {
            let quantity = field(&format!("line_items[{lines}][quantity]"))?.parse::<u64>().ok()?;
            field(&format!("line_items[{lines}][price_data][product_data][name]"))?;
            total += amount.parse::<u64>().ok()? * quantity;
            lines += 1;
        }
        if field("mode")? != "payment" || lines == 0 || !field("success_url")?.starts_with("http") {
            return None;
        }
        let session = Session {
            id: format!("cs_test_{}", self.sessions.len() + 1),
            reference: field("client_reference_id"),
            total,
            currency: field("line_items[0][price_data][currency]")?,
            created: seconds(),
            expires_at: field("expires_at").map_or(Some(0), |time| time.parse().ok())?,
            status: "open",
            is_paid: false,
            intent: None,
            charges: 0,
            refunded: 0,
            is_disputed: false,
        };
        let shown = session.show(false);
        self.sessions.push(session);
        Some(shown)
    }

    /// The newest first, as Stripe lists them; so many, and those after one.
    fn list(&self, query: &BTreeMap<String, String>) -> Value {
        let number = |name: &str| query.get(name).and_then(|value| value.parse::<u64>().ok());
        let (since, limit) = (number("created[gte]").unwrap_or(0), number("limit").unwrap_or(10));
        let is_wanted = |session: &&Session| {
            let intent = query.get("payment_intent");
            session.created >= since && intent.is_none_or(|intent| *intent == format!("pi_{}", session.number()))
        };
        let mut found: Vec<Value> =
            self.sessions.iter().rev().filter(is_wanted).map(|found| found.show(false)).collect();
        if let Some(after) = query.get("starting_after") {
            let place = found.iter().position(|session| session["id"] == after.as_str());
            found.drain(..place.map_or(found.len(), |place| place + 1));
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = found.len() > limit;
        found.truncate(limit);
        json!({ "object": "list", "data": found, "has_more": has_more })
    }

    /// Sends money of a session back, which has as much.
    fn refund(&mut self, session: &str, amount: u64, mark: Option<&str>) -> Value {
        let Some(session) = self.sessions.iter_mut().find(|found| found.id == session) else { return Value::Null };
        session.refunded += amount;
        let charge = session.charge();
        let refund = json!({ "id": format!("re_{}", self.refunds.len() + 1), "object": "refund", "amount": amount,
            "status": "succeeded", "payment_intent": charge["payment_intent"], "currency": charge["currency"],
            "metadata": { "refund": mark } });
        self.refunds.push(refund.clone());
        self.tell("charge.refunded", &charge);
        refund
    }

    pub(super) fn refund_by_hand(&mut self, session: &str, amount: u64) {
        self.refund(session, amount, None);
    }

    pub(super) fn sessions(&self) -> Vec<String> {
        self.sessions.iter().map(|session| session.id.clone()).collect()
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.events.clone()
    }

    pub(super) fn totals(&self) -> (usize, u64, u64) {
        let sum = |of: fn(&Session) -> u64| self.sessions.iter().map(of).sum();
        let charges = self.sessions.iter().map(|session| session.charges).sum();
        (charges, sum(Session::captured), sum(|session| session.refunded))
    }

    pub(super) fn pay(&mut self, id: &str) -> bool {
        self.change(id, "checkout.session.completed", |session| {
            let is_open = session.status == "open";
            if is_open {
                session.capture();
            }
            is_open
        })
    }

    pub(super) fn pay_slowly(&mut self, id: &str) -> bool {
        self.change(id, "checkout.session.completed", |session| {
            let is_open = session.status == "open";
            if is_open {
                (session.status, session.intent) = ("complete", Some("processing"));
            }
            is_open
        })
    }

    pub(super) fn end_slowly(&mut self, id: &str, is_paid: bool) {
        let outcome = if is_paid { "succeeded" } else { "failed" };
        self.change(id, &format!("checkout.session.async_payment_{outcome}"), |session| {
            if is_paid {
                session.capture();
            } else {
                session.intent = Some("requires_payment_method");
            }
            true
        });
    }

    pub(super) fn pay_late(&mut self, id: &str) {
        self.change(id, "checkout.session.completed", |session| {
            session.capture();
            true
        });
    }

    pub(super) fn expire(&mut self, id: &str) -> bool {
        self.change(id, "checkout.session.expired", |session| {
            let is_open = session.status == "open";
            if is_open {
                session.status = "expired";
            }
            is_open
        })
    }

    pub(super) fn dispute(&mut self, id: &str) {
        let Some(session) = self.sessions.iter_mut().find(|session| session.id == id) else { return };
        session.is_disputed = true;
        let object = json!({ "id": format!("dp_{}", session.number()), "object": "dispute", "amount": session.total,
            "charge": format!("ch_{}", session.number()), "payment_intent": format!("pi_{}", session.number()) });
        self.tell("charge.dispute.created", &object);
    }

    fn change(&mut self, id: &str, kind: &str, change: impl FnOnce(&mut Session) -> bool) -> bool {
        let Some(session) = self.sessions.iter_mut().find(|session| session.id == id) else { return false };
        let is_changed = change(session);
        let shown = session.show(false);
        if is_changed {
            self.tell(kind, &shown);
        }
        is_changed
    }

    fn tell(&mut self, kind: &str, object: &Value) {
        self.events.push(Event::new(self.events.len() + 1, kind, object));
    }
}

impl Session {
    fn capture(&mut self) {
        (self.status, self.intent, self.is_paid) = ("complete", Some("succeeded"), true);
        self.charges += 1;
    }
}

/// A refusal that is kept for no key.
pub(super) fn refused(status: u16, code: &str) -> (u16, Value, bool) {
    let (status, answer) = error(status, "invalid_request_error", code);
    (status, answer, false)
}

#[expect(clippy::disallowed_methods, reason = "sessions have the time of their beginning")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}

fn error(status: u16, kind: &str, code: &str) -> (u16, Value) {
    let code = Some(code).filter(|code| !code.is_empty());
    (status, json!({ "error": { "type": kind, "code": code, "message": "the double refuses it" } }))
}

/// The fields of a form.
pub(super) fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&pair, 16).expect("a form is escaped")
            }
            other => other,
        });
    }
    String::from_utf8(bytes).expect("a form is UTF-8")
}
