//! A client of the origin's checkout API that keeps its connection: as much of HTTP/1.1 as this server answers with. Blocks a thread.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// The secret that the edge shows.
pub(super) const SECRET: &str = "a-secret-of-the-benchmark-and-the-origin";

/// The secret that staff show.
pub(super) const OFFICE: &str = "a-secret-of-the-benchmark-as-staff";

/// The longest wait for a part of a response: longer than the origin works on anything.
const SILENCE: Duration = Duration::from_secs(30);

/// A connection that is kept open.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
}

/// A response.
pub(super) struct Answer {
    pub(super) status: u16,
    /// Whether it says when to ask again.
    pub(super) has_retry_after: bool,
    pub(super) body: Value,
}

/// A checkout with contact and cart, which lacks the press of the button.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    id: String,
    key: String,
    cart: String,
}

impl Connection {
    /// Connects to a port of this machine.
    pub(super) fn open(port: u16) -> Result<Connection> {
        let stream = TcpStream::connect(("127.0.0.1", port)).context("cannot reach the origin")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE))?;
        Ok(Connection { stream: BufReader::new(stream) })
    }

    /// Begins a checkout of a cart and enters a contact.
    pub(super) fn prepare(&mut self, cart: &str, shopper: usize) -> Result<Prepared> {
        let begun = self.send("POST", "/checkouts", SECRET, "", &json!({ "cart": cart }))?.with_status(201)?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("a checkout without id and key");
        let prepared = Prepared {
            id: text(begun.body.pointer("/data/id").unwrap_or(&Value::Null))?,
            key: text(begun.body.get("key").unwrap_or(&Value::Null))?,
            cart: cart.to_owned(),
        };
        let contact = json!({
            "email": format!("shopper-{shopper}@shop.example"), "country": "DE", "name": "Ada Lovelace", "line1": "Weg 1",
            "postcode": "10115", "city": "Berlin",
        });
        self.send("PUT", &format!("/checkouts/{}/contact", prepared.id), SECRET, &prepared.key, &contact)?
            .with_status(200)?;
        Ok(prepared)
    }

    /// Presses the button: an order by invoice, which nobody else has to agree to.
    pub(super) fn place(&mut self, prepared: &Prepared) -> Result<Answer> {
        let order = json!({ "cart": prepared.cart, "seenTotal": 1_000_000, "way": "invoice" });
        self.send("POST", &format!("/checkouts/{}/order", prepared.id), SECRET, &prepared.key, &order)
    }

    /// Sets the stock of a SKU.
    pub(super) fn count(&mut self, sku: &str, on_hand: u32) -> Result<()> {
        let count = json!({ "id": format!("count-{sku}"), "to": on_hand, "reason": "counted", "staff": "bench" });
        self.send("POST", &format!("/office/stock/{sku}"), OFFICE, "", &count)?.with_status(200)?;
        Ok(())
    }

    /// The pieces of a SKU that orders claim.
    pub(super) fn reserved(&mut self, sku: &str) -> Result<u64> {
        let answer = self.send("GET", &format!("/office/stock/{sku}"), OFFICE, "", &Value::Null)?.with_status(200)?;
        answer.body.pointer("/data/reserved").and_then(Value::as_u64).context("a level without `reserved`")
    }

    fn send(&mut self, method: &str, path: &str, secret: &str, key: &str, body: &Value) -> Result<Answer> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {secret}\r\nx-checkout-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read().with_context(|| format!("no response to {method} {path}"))
    }

    fn read(&mut self) -> Result<Answer> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status line")?;
        let (mut length, mut has_retry_after) = (0_usize, false);
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("the response ends in its head");
            }
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().context("a length that is no number")?,
                "retry-after" => has_retry_after = true,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, has_retry_after, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
    }
}

impl Answer {
    fn with_status(self, expect: u16) -> Result<Answer> {
        if self.status != expect {
            bail!("status {} in place of {expect}: {}", self.status, self.body);
        }
        Ok(self)
    }

    /// The number of the order that was placed.
    pub(super) fn number(&self) -> Option<&str> {
        self.body.pointer("/data/number").and_then(Value::as_str)
    }
}
