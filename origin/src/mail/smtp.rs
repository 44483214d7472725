//! The server that takes mails, over SMTP.

use std::time::Duration;

use async_trait::async_trait;
use lettre::address::AddressError;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::mail::{Letter, Post, PostError};

/// The longest time for one exchange with the server.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server.
#[derive(Clone, Debug)]
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The name behind the `@` of message ids.
    host: String,
}

/// Why a server cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SmtpError {
    /// The address of the server.
    #[error(
        "it must be `smtps://USER:PASSWORD@HOST`, `smtp://HOST:PORT?tls=required` or, on this machine, `smtp://127.0.0.1:PORT`"
    )]
    Url(#[source] Error),
    /// The sender.
    #[error("the sender must be an address such as `Shop <hello@shop.example>`")]
    From(#[source] AddressError),
}

impl Smtp {
    /// A server at a URL, for mails from this sender. Connects when the first mail is sent.
    pub(crate) fn new(url: &str, from: &str, shop_url: &str) -> Result<Smtp, SmtpError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(SmtpError::Url)?;
        let transport = builder.timeout(Some(PATIENCE)).build();
        let host = shop_url.split("//").nth(1).and_then(|rest| rest.split([':', '/']).next()).unwrap_or("localhost");
        Ok(Smtp { transport, from: from.parse().map_err(SmtpError::From)?, host: host.to_owned() })
    }

    fn message(&self, letter: &Letter) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let to = Mailbox::new(Some(letter.name.clone()), letter.to.parse()?);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))?;
        Ok(message)
    }
}

#[async_trait]
impl Post for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), PostError> {
        let message =
            self.message(letter).map_err(|_| PostError::Refused("the address is none that mail can go to".into()))?;
        // A server that cannot be reached has nothing; what breaks later leaves a doubt.
        match self.transport.test_connection().await {
            Ok(true) => {}
            Ok(false) => return Err(PostError::Later("the server ended the connection".into())),
            Err(error) => return Err(PostError::Later(error.into())),
        }
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_transient() => Err(PostError::Later(coded(&error))),
            Err(error) if error.is_permanent() => Err(PostError::Refused(coded(&error))),
            Err(error) => Err(PostError::Unsure(coded(&error))),
        }
    }
}

/// The server's code alone: its words may have the address of the shopper.
fn coded(error: &Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error.status() {
        Some(code) => format!("the server answered {code}").into(),
        None if error.is_timeout() => "the server took too long".into(),
        None => "the connection broke".into(),
    }
}
