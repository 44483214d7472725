//! The server that takes mails, over SMTP.

use std::time::Duration;

use async_trait::async_trait;
use lettre::address::AddressError;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use tokio::time::timeout;

use crate::mail::{Letter, Post, PostError};

/// How long the server may take.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// To be reached and to say that it is there.
    reach: Duration,
    /// To take a mail. RFC 5321, section 4.5.3.2, allows more in all, but a server of the shop's own is not a stranger's.
    take: Duration,
}

const PATIENCE: Patience = Patience { reach: Duration::from_secs(20), take: Duration::from_mins(2) };

/// A mail server.
#[derive(Clone, Debug)]
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The name behind the `@` of message ids.
    host: String,
    patience: Patience,
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
        // The client's own limit is one for connecting alone.
        let transport = builder.timeout(Some(PATIENCE.reach)).build();
        let host = shop_url.split("//").nth(1).and_then(|rest| rest.split([':', '/']).next()).unwrap_or("localhost");
        Ok(Smtp { transport, from: from.parse().map_err(SmtpError::From)?, host: host.to_owned(), patience: PATIENCE })
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
        match timeout(self.patience.reach, self.transport.test_connection()).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Err(PostError::Later("the server ended the connection".into())),
            Ok(Err(error)) => return Err(PostError::Later(error.into())),
            Err(late) => return Err(PostError::Later(late.into())),
        }
        match timeout(self.patience.take, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_transient() => Err(PostError::Later(coded(&error))),
            Ok(Err(error)) if error.is_permanent() => Err(PostError::Refused(coded(&error))),
            Ok(Err(error)) => Err(PostError::Unsure(coded(&error))),
            Err(late) => Err(PostError::Unsure(late.into())),
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

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    /// A server that answers like one until it has read so many lines, and never says a word again.
    fn silent_after(lines: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                std::thread::spawn(move || serve(connection.unwrap(), lines));
            }
        });
        url
    }

    fn serve(mut connection: TcpStream, lines: usize) {
        let mut read = BufReader::new(connection.try_clone().unwrap()).lines();
        if lines > 0 {
            connection.write_all(b"220 mail.example\r\n").unwrap();
        }
        for line in read.by_ref().take(lines).map_while(Result::ok) {
            let answer: &[u8] = if line == "DATA" { b"354 go on\r\n" } else { b"250 fine\r\n" };
            connection.write_all(answer).unwrap();
        }
        // Reading on keeps the connection open until the client ends it.
        read.for_each(drop);
    }

    async fn send(url: &str, patience: Patience) -> PostError {
        let smtp = Smtp::new(url, "hello@shop.example", "https://shop.example").unwrap();
        let letter = Letter {
            id: "one".to_owned(),
            to: "ada@shop.example".to_owned(),
            name: "Ada".to_owned(),
            subject: "Hello".to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        };
        Smtp { patience, ..smtp }.send(&letter).await.unwrap_err()
    }

    const SHORT: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn a_server_that_never_greets_has_no_mail() {
        let error = send(&silent_after(0), Patience { reach: SHORT, ..PATIENCE }).await;
        assert!(matches!(error, PostError::Later(_)), "{error:?}");
    }

    #[tokio::test]
    async fn a_server_that_falls_silent_over_a_mail_may_have_it() {
        // EHLO, MAIL, RCPT and DATA.
        let error = send(&silent_after(4), Patience { take: SHORT, ..PATIENCE }).await;
        assert!(matches!(error, PostError::Unsure(_)), "{error:?}");
    }
}
