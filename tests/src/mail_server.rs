//! A mail server that takes every mail and keeps it: as much of SMTP (RFC 5321) as a client needs to hand one over.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// A running server. It ends with the process of the tests.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    /// Starts a server on a free port.
    #[track_caller]
    pub fn start() -> MailServer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port for mails");
        let address = listener.local_addr().expect("its address");
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                // A client that goes away in the middle has handed nothing over.
                std::thread::spawn(move || serve(&connection, &kept).ok());
            }
        });
        MailServer { address, mails }
    }

    /// The URL that the origin wants.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// All mails, as they came over the wire, in the order of their arrival.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The value of a header field of a mail.
pub fn field<'a>(mail: &'a str, name: &str) -> &'a str {
    let head = mail.split("\r\n\r\n").next().unwrap_or_default();
    let found = head.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or_default()
}

fn serve(connection: &TcpStream, kept: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut answers = connection.try_clone()?;
    let mut lines = BufReader::new(connection);
    answers.write_all(b"220 mail.example\r\n")?;
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.example\r\n250 8BITMIME\r\n",
            "QUIT" => return answers.write_all(b"221 bye\r\n"),
            "DATA" => {
                answers.write_all(b"354 go on\r\n")?;
                let mut mail = String::new();
                loop {
                    line.clear();
                    if lines.read_line(&mut line)? == 0 {
                        return Ok(());
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                "250 taken\r\n"
            }
            _ => "250 ok\r\n",
        };
        answers.write_all(answer.as_bytes())?;
    }
}
